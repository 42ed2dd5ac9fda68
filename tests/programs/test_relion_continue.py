"""A job of RELION goes on where an earlier one has ended."""

import pytest

from tests.programs.project import Json, Project, Run
from tests.programs.truth import table

pytestmark = pytest.mark.relion
FEW = {"diameter_A": 130, "offset_range_pix": 1, "offset_step_pix": 1}
FLAT = {**FEW, "class2D_K": 2, "num_iterations": 2, "psi_step_deg": 45}


@pytest.fixture(scope="module")
def particles(true_particles: Run) -> list[Json]:
    return true_particles.connected("particles")


@pytest.fixture(scope="module")
def begun(project: Project, particles: list[Json]) -> Run:
    """Two iterations."""
    return project.run("class_2D_relion", FLAT, particles=particles)


def test_iterations_go_on_after_the_last_complete_one(
    project: Project, particles: list[Json], begun: Run
) -> None:
    params = {**FLAT, "num_iterations": 4, "continue_from": begun.uid}

    run = project.run("class_2D_relion", params, particles=particles)

    results = [(said["output"], said["version"]) for said in run.said("result")]
    assert results == [(o, v) for v in (3, "F") for o in ("particles", "class_averages")]
    assert [said["x"] for said in run.said("metric")] == [3, 4]
    assert f"--continue {begun.uid}/run_it002_optimiser.star" in run.said("log")[0]["text"]
    assert len(table(project, run, "particles")) == begun.committed["particles"]["num_items"]
    assert list(begun.directory.glob("run_it00[34]*")) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"num_iterations": 2}, "is of iteration 2 already, of 2: there is no more to do."),
        ({"class2D_K": 3}, "class2D_K was 2 in {begun}; it cannot be changed on the way."),
        ({"continue_from": "J1"}, "J1 has no complete iteration to continue from."),
    ],
)
def test_what_cannot_go_on_is_refused(
    project: Project, particles: list[Json], begun: Run, changed: Json, said: str
) -> None:
    params = {**FLAT, "num_iterations": 4, "continue_from": begun.uid, **changed}

    run = project.run("class_2D_relion", params, particles=particles)

    assert run.error.endswith(said.format(begun=begun.uid))


def test_other_particles_and_another_type_are_refused(
    project: Project, simulated: Run, particles: list[Json], begun: Run
) -> None:
    onward = {"num_iterations": 4, "continue_from": begun.uid}
    other = [{**particles[0], "job": "J77"}]

    elsewhere = project.run("class_2D_relion", {**FLAT, **onward}, particles=other)
    in_space = project.run(
        "class_3D_relion",
        {**FEW, **onward},
        particles=particles,
        volume=simulated.connected("volume"),
    )

    assert elsewhere.error == f"{begun.uid} has other inputs; a job continues with the same."
    assert in_space.error == f"{begun.uid} is a job of another type: class_2D_relion."


def test_a_descent_goes_on_to_the_end_that_was_meant(
    project: Project, particles: list[Json]
) -> None:
    stages = {"initial_iterations": 4, "middle_iterations": 4, "final_iterations": 4}
    batches = {"initial_batch": 5, "final_batch": 10, "write_every": 2}
    resolutions = {"initial_resolution_A": 80, "final_resolution_A": 60}
    search = {"offset_range_pix": 0, "healpix_order": 0}
    params = {**FEW, **stages, **batches, **resolutions, **search}
    begun = project.run("homo_abinit_relion", params, stop_after="result", particles=particles)

    run = project.run(
        "homo_abinit_relion", {**params, "continue_from": begun.uid}, particles=particles
    )

    first = int(begun.committed["volume_class_0"]["summary"]["iteration"])
    assert [said["x"] for said in run.said("metric")] == [*range(first + 2, 13, 2)]
    assert run.committed["volume_class_0"]["summary"]["iteration"] == 12
