"""Clear intermediate results of jobs, of a workspace and of a project; what is needed stays."""

from pathlib import Path

import pytest
import pytest_asyncio

from domain.database import Database
from domain.documents import Operation
from domain.documents.operation import OperationStatus
from domain.error_codes import ErrorCode
from domain.status import JobStatus
from domain.use_cases.intermediate_results import (
    clear_intermediate_results,
    clear_project_intermediate_results,
    clear_workspace_intermediate_results,
)
from tests.integration.carrying_out import finish
from tests.integration.saga_scene import FINAL, IT0, IT1, MORE, SagaScene, fed, target

pytestmark = pytest.mark.mongo


@pytest_asyncio.fixture
async def scene(real_database: Database, tmp_path: Path) -> SagaScene:
    made = SagaScene(tmp_path / "project")
    await made.set_up()
    for uid, workspaces in (("J6", ["W1"]), ("J7", ["W2"])):
        await made.make_job(
            uid,
            JobStatus.COMPLETED,
            outputs={"micrographs": made.output(uid)},
            intermediate_results_size_bytes=300,
            workspace_uids=workspaces,
        )
    return made


def left_of(uid: str, scene: SagaScene) -> set[str]:
    """The names of the job's tables and pictures that are still there."""
    return {n for n in (IT0, IT1, FINAL, MORE) if f"{uid}/{n}" in scene.files()}


async def test_seed_114_115_117_versions_of_earlier_iterations_are_erased(
    scene: SagaScene,
) -> None:
    operation = await finish(
        scene, await clear_intermediate_results(await scene.request(), [target("J6")])
    )

    assert operation.status is OperationStatus.SUCCEEDED
    assert left_of("J6", scene) == {FINAL, MORE}
    cleared = await scene.job("J6")
    assert [version.version for version in cleared.outputs["micrographs"].versions] == [2]
    assert cleared.intermediate_results_size_bytes == 0
    assert cleared.last_intermediate_data_cleared_at is not None
    assert cleared.last_intermediate_data_cleared_bytes == 300
    assert (cleared.status, cleared.active_operation) == (JobStatus.COMPLETED, None)


async def test_seed_118_a_file_that_the_final_version_needs_too_is_kept(scene: SagaScene) -> None:
    await finish(scene, await clear_intermediate_results(await scene.request(), [target("J6")]))

    assert f"J6/{MORE}" in scene.files()


async def test_seed_119_the_final_result_is_kept_though_nobody_uses_it(scene: SagaScene) -> None:
    await finish(scene, await clear_intermediate_results(await scene.request(), [target("J6")]))

    final = (await scene.job("J6")).outputs["micrographs"].final
    assert final is not None
    assert f"J6/{FINAL}" in scene.files()


async def test_a_final_result_that_nobody_uses_goes_if_that_is_asked_for(
    scene: SagaScene,
) -> None:
    chosen = [target("J1"), target("J6")]  # J2 and J3 use J1's

    results = await clear_intermediate_results(
        await scene.request(), chosen, always_keep_final=False
    )
    operation = await finish(scene, results)

    assert [result.bytes_freed for result in results] == [300, 1500]
    assert [outcome.bytes_freed for outcome in operation.outcomes] == [300, 1500]
    assert left_of("J1", scene) == {FINAL, MORE}
    assert left_of("J6", scene) == set()


async def test_a_killed_jobs_newest_version_is_kept_as_its_final_one(scene: SagaScene) -> None:
    output = {"micrographs": scene.output("J8", final=False)}
    await scene.make_job(
        "J8", JobStatus.KILLED, outputs=output, intermediate_results_size_bytes=300
    )

    await finish(scene, await clear_intermediate_results(await scene.request(), [target("J8")]))

    assert left_of("J8", scene) == {FINAL, MORE}


async def test_a_file_of_another_job_is_never_erased(scene: SagaScene) -> None:
    output = scene.output("J4")  # the versions name files of J4
    await scene.make_job(
        "J8",
        JobStatus.COMPLETED,
        outputs={"micrographs": output},
        intermediate_results_size_bytes=1,
        **fed("J4"),
    )
    before = scene.files()

    await finish(scene, await clear_intermediate_results(await scene.request(), [target("J8")]))

    assert scene.files() == before


async def test_a_dry_run_says_exactly_what_is_freed_then(scene: SagaScene) -> None:
    [planned] = await clear_intermediate_results(
        await scene.request(), [target("J6")], dry_run=True
    )
    assert left_of("J6", scene) == {IT0, IT1, FINAL, MORE}

    size = sum(size for size in scene.files().values() if size > 0)
    await finish(scene, await clear_intermediate_results(await scene.request(), [target("J6")]))

    assert planned.bytes_freed == size - sum(s for s in scene.files().values() if s > 0) == 300


async def test_nothing_to_clear_is_skipped(scene: SagaScene) -> None:
    [result] = await clear_intermediate_results(await scene.request(), [target("J4")])

    assert str(result.outcome) == "skipped"
    assert [error.code for error in result.errors] == [ErrorCode.NO_INTERMEDIATE_RESULTS]
    assert await Operation.find_all().count() == 0


async def test_seed_116_a_whole_project_is_cleared_by_one_operation(scene: SagaScene) -> None:
    results = await clear_project_intermediate_results(await scene.request(), "P1")
    operation = await finish(scene, results)

    assert [outcome.job_id for outcome in operation.outcomes] == ["P1-J1", "P1-J6", "P1-J7"]
    assert sum(outcome.bytes_freed or 0 for outcome in operation.outcomes) == 900


async def test_a_whole_workspace_is_cleared_and_no_other(scene: SagaScene) -> None:
    results = await clear_workspace_intermediate_results(await scene.request(), "P1", "W2")
    await finish(scene, results)

    assert left_of("J7", scene) == {FINAL, MORE}
    assert left_of("J6", scene) == {IT0, IT1, FINAL, MORE}


async def test_seed_192_many_jobs_are_cleared_where_it_applies(scene: SagaScene) -> None:
    chosen = [target(uid) for uid in ("J1", "J2", "J5", "J6")]

    results = await clear_intermediate_results(await scene.request(), chosen)
    await finish(scene, results)

    assert [str(result.outcome) for result in results] == [
        *("accepted", "skipped", "skipped", "accepted")
    ]
    assert left_of("J1", scene) == left_of("J6", scene) == {FINAL, MORE}
