"""Delete jobs, from the request to the last file."""

import pytest

from domain.documents import Job, Notification
from domain.documents.operation import OperationStatus
from domain.error_codes import ErrorCode
from domain.status import JobStatus
from domain.use_cases.build import NewJob, create_job
from domain.use_cases.clear import clear
from domain.use_cases.delete import delete
from domain.use_cases.job_results import NoticeCode
from domain.use_cases.kill import kill
from domain.use_cases.queue import QueueOptions, queue
from tests.integration.carrying_out import finish, outcomes
from tests.integration.saga_scene import SagaScene, fed, target

pytestmark = pytest.mark.mongo


async def shown_in(workspace: str) -> list[str]:
    """The jobs that a listing of the workspace shows."""
    query = {"project_uid": "P1", "workspace_uids": workspace, "deleted": False}
    return [row["uid"] async for row in Job.rows().find(query, {"uid": 1}).sort("uid_num", 1)]


# Jobs


async def test_seed_094_134_a_deleted_job_leaves_all_its_workspaces(scene: SagaScene) -> None:
    results = await delete(await scene.request(), [target("J5")])
    assert [notice.code for notice in results[0].notices] == [NoticeCode.LINKED_ELSEWHERE]

    await finish(scene, results)

    assert "J5" not in await shown_in("W1") + await shown_in("W2")


async def test_seed_135_a_deleted_job_leaves_a_tombstone_that_its_children_name(
    scene: SagaScene,
) -> None:
    await finish(scene, await delete(await scene.request(), [target("J1")], force=True))

    tombstone, child = await scene.job("J1"), await scene.job("J2")
    assert (tombstone.deleted, tombstone.deleting) == (True, False)
    assert tombstone.deleted_at is not None
    assert child.parents == ["J1"]
    assert child.inputs["exposures"].connections[0].source_missing


async def test_seed_136_a_deleted_jobs_number_is_never_given_again(scene: SagaScene) -> None:
    request = await scene.request()
    new = NewJob(project_uid="P1", workspace_uid="W2", type="simulate_data")
    first = await create_job(request, new)
    await finish(scene, await delete(request, [target(first.uid)]))

    second = await create_job(request, new)

    assert second.uid_num == first.uid_num + 1


async def test_seed_137_a_deleted_jobs_files_are_erased(scene: SagaScene) -> None:
    operation = await finish(scene, await delete(await scene.request(), [target("J4")]))

    assert not any(path.startswith("J4") for path in scene.files())
    assert operation.outcomes[0].bytes_freed == 402
    assert (await scene.job("J4")).outputs == {}


async def test_an_active_job_is_killed_before_it_is_deleted(scene: SagaScene) -> None:
    results = await delete(await scene.request(), [target("J2")])
    held = await scene.job("J2")

    assert [notice.code for notice in results[0].notices] == [NoticeCode.KILLED_FIRST]
    assert (held.deleting, held.status) == (True, JobStatus.RUNNING)
    await finish(scene, results)
    assert scene.executor.asked.stops == ["P1-J2#1"]
    assert (await scene.job("J2")).deleted


async def test_a_queued_child_of_a_deleted_job_leaves_the_queue_and_its_user_is_told(
    scene: SagaScene,
) -> None:
    await finish(scene, await delete(await scene.request(), [target("J1")], force=True))

    child = await scene.job("J3")
    assert child.status is JobStatus.BUILDING
    assert [error.type for error in child.build_errors] == ["source_missing"]
    [told] = await Notification.find({"job_id": "P1-J3"}).to_list()
    assert (told.user_id, told.message) == (
        "admin",
        "P1 J3 left the queue: its input J1 was deleted.",
    )
    [refused] = await queue(await scene.request(), [target("J3")], QueueOptions())
    assert [error.code for error in refused.errors] == [ErrorCode.INPUTS_BROKEN]


async def test_a_job_whose_outputs_are_used_is_deleted_only_by_force(scene: SagaScene) -> None:
    [result] = await delete(await scene.request(), [target("J1")])
    assert [error.code for error in result.errors] == [ErrorCode.HAS_DESCENDANTS]

    [forced] = await delete(await scene.request(), [target("J1")], force=True)

    assert outcomes([forced]) == ["accepted"]
    assert [notice.code for notice in forced.notices] == [NoticeCode.OUTPUTS_USED_BY_CHILDREN]


async def test_a_job_may_go_with_all_that_use_its_outputs(scene: SagaScene) -> None:
    results = await delete(await scene.request(), [target("J1"), target("J2")])

    assert outcomes(results) == ["accepted", "accepted"]


async def test_a_job_stays_while_a_child_that_was_chosen_too_may_not_go(scene: SagaScene) -> None:
    await scene.make_job("J6", JobStatus.COMPLETED, **fed("J4"))
    await clear(await scene.request(), [target("J6")])  # holds it

    results = await delete(await scene.request(), [target("J4"), target("J6")])

    codes = [[error.code for error in result.errors] for result in results]
    assert codes == [[ErrorCode.HAS_DESCENDANTS], [ErrorCode.JOB_LOCKED]]


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("is_final_result", ErrorCode.FINAL_RESULT_PROTECTED),
        ("is_ancestor_of_final_result", ErrorCode.PROTECTED_ANCESTOR_OF_FINAL),
    ],
)
async def test_what_is_final_or_leads_to_it_is_not_deleted_even_by_force(
    mark: str, code: ErrorCode, scene: SagaScene
) -> None:
    await scene.make_job("J6", JobStatus.COMPLETED, **{mark: True})

    [result] = await delete(await scene.request(), [target("J6")], force=True)

    assert [error.code for error in result.errors] == [code]
    assert not (await scene.job("J6")).deleting


async def test_seed_195_196_a_dry_run_lists_all_jobs_and_what_would_become_of_them(
    scene: SagaScene,
) -> None:
    before = await scene.everything("none")
    chosen = [target(uid) for uid in ("J1", "J2", "J4", "J9")]

    results = await delete(await scene.request(), chosen, dry_run=True)

    assert outcomes(results) == ["planned", "planned", "planned", "failed"]
    assert [result.bytes_freed for result in results] == [1500, 0, 1500, None]
    assert await scene.everything("none") == before


async def test_seed_197_deleted_jobs_are_gone_for_good(scene: SagaScene) -> None:
    chosen = [target(uid) for uid in ("J1", "J2", "J3", "J4", "J5")]

    operation = await finish(scene, await delete(await scene.request(), chosen))

    assert operation.status is OperationStatus.SUCCEEDED
    assert scene.files() == {}
    for action in (kill, clear, delete):
        [refused] = await action(await scene.request(), [target("J1")])
        assert [error.code for error in refused.errors] == [ErrorCode.JOB_DELETED]
