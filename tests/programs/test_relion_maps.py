"""The wrappers of RELION that find several maps at once, on few and small particles."""

from pathlib import Path

import mrcfile
import numpy as np
import pytest
import starfile

from tests.programs.project import Project, Run
from tests.programs.truth import table

pytestmark = pytest.mark.relion
FAST = {"diameter_A": 130, "offset_range_pix": 0, "offset_step_pix": 1, "healpix_order": 0}
FROM_NOTHING = {
    **FAST,
    "abinit_K": 2,
    "initial_iterations": 1,
    "middle_iterations": 1,
    "final_iterations": 1,
    "initial_resolution_A": 80,
    "final_resolution_A": 60,
    "initial_batch": 4,
    "final_batch": 6,
    "write_every": 2,
}
"""Three iterations with 16 of 20 particles at most."""
OUTPUTS = [
    "particles_all_classes",
    "particles_class_0",
    "volume_class_0",
    "particles_class_1",
    "volume_class_1",
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("maps"))


@pytest.fixture(scope="module")
def simulated(project: Project) -> Run:
    params = {"count": 1, "size": 512, "particles_per_micrograph": 20}
    return project.run("simulate_data", params)


@pytest.fixture(scope="module")
def extracted(project: Project, simulated: Run) -> Run:
    return project.run(
        "extract_micrographs_cpu_parallel",
        {"box_size_pix": 80, "bin_size_pix": 32},
        micrographs=simulated.connected("micrographs"),
        particles=simulated.connected("truth"),
    )


@pytest.fixture(scope="module")
def from_nothing(project: Project, extracted: Run) -> Run:
    particles = extracted.connected("particles")
    return project.run("homo_abinit_relion", FROM_NOTHING, cores=2, particles=particles)


@pytest.fixture(scope="module")
def classified(project: Project, simulated: Run, extracted: Run) -> Run:
    return project.run(
        "class_3D_relion",
        {**FAST, "class3D_K": 2, "num_iterations": 2},
        cores=2,
        particles=extracted.connected("particles"),
        volume=simulated.connected("volume"),
    )


def versions(run: Run) -> list[tuple[str, int | str]]:
    return [(record["output"], record["version"]) for record in run.said("result")]


def test_every_iteration_that_is_written_is_a_version_of_all_classes(from_nothing: Run) -> None:
    assert from_nothing.code == 0, from_nothing.stderr
    assert versions(from_nothing) == [(name, n) for n in (2, "F") for name in OUTPUTS]
    assert {path.name[:9] for path in from_nothing.directory.glob("run_it*")} == {"run_it003"}
    assert {path.stem for path in from_nothing.directory.glob("*.cs")} == set(OUTPUTS)


def test_a_particle_that_no_batch_has_had_is_of_no_class(
    project: Project, extracted: Run, from_nothing: Run
) -> None:
    rows = starfile.read(from_nothing.directory / "run_it003_data.star")["particles"]
    numbers = np.array(rows["rlnClassNumber"])
    everything = table(project, from_nothing, "particles_all_classes")

    assert list(everything["uid"]) == list(table(project, extracted, "particles")["uid"])
    assert np.count_nonzero(numbers == 0) >= 4
    for field in ("class", "class_posterior"):
        assert set(everything[f"alignments3D/{field}"][numbers == 0]) == {0}
    for k in (0, 1):
        members = table(project, from_nothing, f"particles_class_{k}")
        assert list(members["uid"]) == list(everything["uid"][numbers == k + 1])


def test_each_class_has_a_map_of_its_own(project: Project, from_nothing: Run) -> None:
    maps = []
    for k in (0, 1):
        [row] = table(project, from_nothing, f"volume_class_{k}")
        assert row["map/psize_A"] == 5.0
        maps.append(mrcfile.read(project.directory / row["map/path"].decode()))
        assert Path(from_nothing.directory / f"volume_class_{k}.png").is_file()

    assert [voxels.shape for voxels in maps] == [(32, 32, 32)] * 2
    assert all(voxels.std() > 0 for voxels in maps)
    assert not np.array_equal(*maps)


def test_a_stopped_descent_keeps_all_outputs_of_its_last_iteration(
    project: Project, extracted: Run
) -> None:
    many = {**FROM_NOTHING, "initial_iterations": 300, "write_every": 1}
    particles = extracted.connected("particles")

    run = project.run("homo_abinit_relion", many, cores=2, stop_after="result", particles=particles)

    assert (run.code, run.outcome) == (0, "completed_early")
    assert run.stopped_in_s <= 15  # within 2 s on an idle machine; the whole run takes minutes
    assert set(run.committed) == set(OUTPUTS)
    kept = {output["summary"]["iteration"] for output in run.committed.values()}
    assert len(kept) == 1


def test_classes_from_the_true_map_hold_all_particles_and_look_like_it(
    project: Project, simulated: Run, classified: Run
) -> None:
    assert versions(classified) == [(name, n) for n in (1, "F") for name in OUTPUTS]
    sizes = [classified.committed[f"particles_class_{k}"]["num_items"] for k in (0, 1)]
    largest = int(np.argmax(sizes))
    assert sum(sizes) == classified.committed["particles_all_classes"]["num_items"]

    run = project.run(
        "validation",
        volume=classified.connected(f"volume_class_{largest}"),
        reference=simulated.connected("volume"),
    )

    assert run.committed["volume"]["summary"]["correlation"] >= 0.7
