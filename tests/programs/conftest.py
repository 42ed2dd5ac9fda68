"""One simulated data set for all tests of programs: what is true of it is known."""

from pathlib import Path

import mrcfile
import numpy as np
import pytest

from tests.programs.project import Project, Run


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that the tests of the session share; each adds jobs of its own."""
    return Project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def simulated(project: Project) -> Run:
    """Three micrographs of 768² with up to 30 particles each."""
    params = {"count": 3, "size": 768, "particles_per_micrograph": 30}
    return project.run("simulate_data", params)


SMALL = {"count": 2, "size": 256, "particles_per_micrograph": 1}


@pytest.fixture(scope="session")
def small(project: Project) -> Run:
    """Two micrographs of 256², for what does not depend on their content."""
    return project.run("simulate_data", SMALL)


@pytest.fixture(scope="session")
def small_again(project: Project) -> Run:
    """The same, by another job."""
    return project.run("simulate_data", SMALL)


@pytest.fixture(scope="session")
def small_of_another_seed(project: Project) -> Run:
    """The same but for its seed."""
    return project.run("simulate_data", {**SMALL, "seed": 8})


@pytest.fixture(scope="session")
def estimated(project: Project, simulated: Run) -> Run:
    """Their CTFs."""
    return project.run("ctf_estimation", exposures=simulated.connected("micrographs"))


@pytest.fixture(scope="session")
def true_particles(project: Project, simulated: Run, estimated: Run) -> Run:
    """All particles at their true places, in boxes of 80 px binned to 32."""
    return project.run(
        "extract_micrographs_cpu_parallel",
        {"box_size_pix": 80, "bin_size_pix": 32},
        micrographs=estimated.connected("exposures"),
        particles=simulated.connected("truth"),
    )


@pytest.fixture(scope="session")
def movie(project: Project) -> Run:
    """One movie of four frames of 256², 10 e/Å², with a gain reference, as it is imported."""
    taken = project.run("simulate_data", {**SMALL, "count": 1, "frames": 4})
    gain = np.random.default_rng(5).uniform(0.9, 1.1, (256, 256)).astype(np.float32)
    mrcfile.write(project.directory / "gain.mrc", gain)
    named = {"blob_paths": f"{taken.uid}/movie_*.mrc", "psize_A": 2.0, "total_dose_e_per_A2": 10}
    return project.run("import_movies", {**named, "gainref_path": "gain.mrc"})


@pytest.fixture
def own_project(tmp_path: Path) -> Project:
    """A project of the test's own."""
    return Project(tmp_path)
