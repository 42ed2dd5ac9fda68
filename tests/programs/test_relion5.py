"""The types for RELION 5: a stand-in knows its options, and RELION 3.1 refines in its place."""

from pathlib import Path

import mrcfile
import numpy as np
import pytest

from tests.nightly import nightly
from tests.programs.given import given
from tests.programs.project import Project, Run
from tests.programs.stand_ins import install
from tests.programs.truth import table

FAST = {"diameter_A": 130, "offset_range_pix": 2, "offset_step_pix": 1}
REFINE = {**FAST, "healpix_order": 1, "local_healpix_order": 3, "compute_threads": 1}


@pytest.fixture
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RELION 5 on the PATH; Open MPI lets nobody be root unless it is told to."""
    names = ("refine", "refine_mpi", "mask_create", "postprocess")
    stand_ins = {f"relion_{name}": "relion5" for name in names}
    install(monkeypatch, tmp_path / "bin", **stand_ins)
    for name in ("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"):
        monkeypatch.setenv(name, "1")


def command_of(run: Run) -> list[str]:
    """What was run, as words."""
    [told] = [r["text"] for r in run.said("log") if r["text"].startswith("$ ")]
    return str(told).split()


@pytest.mark.usefixtures("_installed")
def test_classes_by_mini_batches_are_versions_every_tenth(
    project: Project, true_particles: Run
) -> None:
    params = {**FAST, "class2D_K": 3, "num_batches": 25}

    run = project.run("class_2D_relion5", params, particles=true_particles.connected("particles"))

    assert run.code == 0, run.stderr
    versions = [r["version"] for r in run.said("result") if r["output"] == "class_averages"]
    assert versions == [10, 20, "F"]
    assert run.committed["particles"]["summary"] == {"resolution_A": 12.5, "iteration": 25}
    classes = table(project, run, "particles")["alignments2D/class"]
    assert list(classes) == [number % 2 for number in range(len(classes))]
    assert {"RELION": "5.0.1-commit-3d6c20"}.items() <= run.said("versions")[0]["versions"].items()
    command = command_of(run)
    assert command[command.index("--grad_write_iter") + 1] == "10"
    assert "--gpu" in command


@pytest.mark.usefixtures("_installed")
def test_classes_by_expectation_maximisation_without_a_gpu(
    project: Project, true_particles: Run
) -> None:
    params = {**FAST, "class2D_K": 2, "method": "em", "num_iterations": 2, "compute_num_gpus": 0}

    run = project.run("class_2D_relion5", params, particles=true_particles.connected("particles"))

    assert run.code == 0, run.stderr
    assert [r["version"] for r in run.said("result")] == [1, 1, "F", "F"]
    assert not {"--grad", "--gpu"} & set(command_of(run))


@pytest.mark.usefixtures("_installed")
def test_maps_without_a_reference_come_one_a_class(project: Project, true_particles: Run) -> None:
    params = {**FAST, "abinit_K": 2, "num_batches": 10}

    run = project.run(
        "homo_abinit_relion5", params, particles=true_particles.connected("particles")
    )

    assert run.code == 0, run.stderr
    assert {name for name in run.committed if name.startswith("volume")} == {
        "volume_class_0",
        "volume_class_1",
    }
    assert "--auto_sampling" in command_of(run)


@pytest.mark.relion
def test_another_version_of_relion_is_refused(project: Project, true_particles: Run) -> None:
    run = project.run("class_2D_relion5", FAST, particles=true_particles.connected("particles"))

    assert run.error == "relion_refine is RELION 3.1; this job type needs 5."


@pytest.mark.relion
@pytest.mark.usefixtures("_installed")
def test_a_refinement_that_has_not_converged_ends_with_its_last_iteration(
    project: Project, simulated: Run, true_particles: Run
) -> None:
    run = project.run(
        "homo_refine_relion5",
        {**REFINE, "healpix_order": 0, "max_iterations": 2, "blush": True},
        cores=3,
        particles=true_particles.connected("particles"),
        volume=simulated.connected("volume"),
    )

    assert run.code == 0, run.stderr
    assert [r["version"] for r in run.said("result")] == [1, 1, "F", "F"]
    halves = [mrcfile.read(run.directory / f"run_it002_half{n}_class001.mrc") for n in (1, 2)]
    np.testing.assert_allclose(
        mrcfile.read(run.directory / "run_it002_class001.mrc"), sum(halves) / 2, rtol=1e-6
    )
    rows = table(project, run, "particles")
    assert list(rows["alignments3D/split"]) == list(rows["uid"] % 2)


@pytest.mark.relion
@pytest.mark.usefixtures("_installed")
def test_masks_and_sharpening_are_asked_of_relion_5_as_of_3(project: Project) -> None:
    steps = np.arange(-16, 16) ** 2
    ball = np.exp(-(steps[:, None, None] + steps[:, None] + steps) / 18)
    noise = np.random.default_rng(3).normal(scale=0.02, size=(2, 32, 32, 32))
    paths = {"map": "half1.mrc", "map_half_A": "half1.mrc", "map_half_B": "half2.mrc"}
    for path, added in zip(("half1.mrc", "half2.mrc"), noise, strict=True):
        half = (ball + added).astype(np.float32)
        mrcfile.write(project.directory / path, half, voxel_size=2, overwrite=True)
    columns = [(f"{slot}/path", np.array(path.encode())) for slot, path in paths.items()]
    sizes = [(f"{slot}/psize_A", np.float32(2)) for slot in paths]
    volume = given(project, "halves", [*columns, *sizes], 1)

    mask = project.run("mask_create_relion", {"inside_fraction": 0.1}, volume=volume)
    run = project.run(
        "postprocess_relion", {"bfactor": -10}, volume=volume, mask=mask.connected("mask")
    )

    assert run.code == 0, run.stderr
    assert 4 <= run.committed["volume"]["summary"]["resolution_A"] <= 20
    assert run.said("versions")[0]["versions"]["RELION"] == "5.0.1-commit-3d6c20"


@nightly("4 minutes")
@pytest.mark.relion
@pytest.mark.usefixtures("_installed")
def test_a_refinement_that_converges_has_unfiltered_halves_of_the_true_map(
    project: Project, simulated: Run, true_particles: Run
) -> None:
    run = project.run(
        "homo_refine_relion5",
        REFINE,
        cores=3,
        timeout_s=900,
        particles=true_particles.connected("particles"),
        volume=simulated.connected("volume"),
    )

    assert run.code == 0, run.stderr
    checked = project.run(
        "validation",
        volume=run.connected("volume"),
        reference=simulated.connected("volume"),
    )
    [row] = table(project, run, "volume")
    assert row["map_half_A/path"] == f"{run.uid}/run_half1_class001_unfil.mrc".encode()
    assert checked.committed["volume"]["summary"]["correlation"] >= 0.8
