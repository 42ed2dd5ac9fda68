"""Kill and clear, from the request to the end of the operation, on real files."""

import pytest

from domain.clock import now
from domain.documents import Event, Job, Operation
from domain.documents.event_log import EventType
from domain.documents.operation import OperationStatus
from domain.error_codes import ErrorCode
from domain.event_log import Entry, append
from domain.status import JobStatus
from domain.use_cases.clear import clear
from domain.use_cases.job_results import NoticeCode, Outcome
from domain.use_cases.kill import kill
from domain.use_cases.mark_complete import mark_complete
from domain.use_cases.queue import QueueOptions, queue
from tests.integration.carrying_out import finish, outcomes
from tests.integration.saga_scene import FINAL, IT0, SagaScene, fed, target

pytestmark = pytest.mark.mongo


# Kill


async def test_seed_098_a_running_job_can_be_killed(scene: SagaScene) -> None:
    results = await kill(await scene.request(), [target("J2")])
    assert outcomes(results) == ["accepted"]

    operation = await finish(scene, results)

    assert operation.status is OperationStatus.SUCCEEDED
    killed = await scene.job("J2")
    assert (killed.status, killed.active_operation) == (JobStatus.KILLED, None)


async def test_seed_099_a_dry_run_tells_a_confirmation_what_a_kill_would_end(
    scene: SagaScene,
) -> None:
    before = await scene.everything("none")

    results = await kill(await scene.request(), [target("J2"), target("J4")], dry_run=True)

    assert outcomes(results) == ["planned", "skipped"]
    assert await scene.everything("none") == before


async def test_seed_101_a_killed_job_stays_in_its_workspace(scene: SagaScene) -> None:
    await finish(scene, await kill(await scene.request(), [target("J2")]))

    killed = await scene.job("J2")
    assert (killed.workspace_uids, killed.deleted) == (["W1"], False)


async def test_seed_102_a_killed_job_keeps_what_it_has_written_until_it_is_cleared(
    scene: SagaScene,
) -> None:
    await finish(scene, await kill(await scene.request(), [target("J2")]))
    assert f"J2/{FINAL}" in scene.files()

    await finish(scene, await clear(await scene.request(), [target("J2")]))

    assert [path for path in scene.files() if path.startswith("J2")] == ["J2"]


async def test_seed_154_kill_jobs_kills_all_that_are_active_by_one_operation(
    scene: SagaScene,
) -> None:
    await scene.make_job("J7", JobStatus.LAUNCHED)
    await scene.launch("J7")
    chosen = [target(uid) for uid in ("J1", "J2", "J3", "J7")]

    results = await kill(await scene.request(), chosen)
    operation = await finish(scene, results)

    assert outcomes(results) == ["skipped", "accepted", "skipped", "accepted"]
    assert [outcome.job_id for outcome in operation.outcomes] == ["P1-J2", "P1-J7"]
    assert set((await scene.status("J2", "J7")).values()) == {"killed"}


async def test_seed_155_a_queued_job_is_not_killed_but_can_be_cleared(scene: SagaScene) -> None:
    [result] = await kill(await scene.request(), [target("J3")])

    assert [error.code for error in result.errors] == [ErrorCode.NOT_KILLABLE]
    assert (await scene.job("J3")).status is JobStatus.QUEUED


async def test_a_second_kill_answers_the_operation_that_is_under_way(scene: SagaScene) -> None:
    [first] = await kill(await scene.request(), [target("J2")])

    [second] = await kill(await scene.request(), [target("J2")])

    assert first.operation is not None
    assert second.operation is not None
    assert second.operation.id == first.operation.id
    assert await Operation.find_all().count() == 1


# Clear


@pytest.mark.parametrize("status", ["completed", "killed", "failed"])
async def test_seed_107_a_job_that_is_done_can_be_cleared(status: str, scene: SagaScene) -> None:
    await scene.make_job("J6", JobStatus(status))

    await finish(scene, await clear(await scene.request(), [target("J6")]))

    assert (await scene.job("J6")).status is JobStatus.BUILDING


async def test_seed_108_a_cleared_jobs_results_are_erased_with_its_log(scene: SagaScene) -> None:
    entry = Entry("1/x", EventType.TEXT, "ran")
    await append((await scene.job("J1")).key, [entry], now=now())

    operation = await finish(scene, await clear(await scene.request(), [target("J1")]))

    assert [path for path in scene.files() if path.startswith("J1")] == ["J1"]
    assert operation.outcomes[0].bytes_freed == 1502
    cleared = await scene.job("J1")
    assert (cleared.outputs, cleared.job_dir_size) == ({}, 0)
    assert await Event.find_all().count() == 0


async def test_seed_109_110_113_clearing_keeps_connections_and_params(scene: SagaScene) -> None:
    before = await scene.make_job("J6", JobStatus.COMPLETED, params={"count": 3}, **fed("J1"))

    await finish(scene, await clear(await scene.request(), [target("J6")]))

    after = await scene.job("J6")
    assert after.status is JobStatus.BUILDING
    assert (after.inputs, after.parents) == (before.inputs, before.parents)
    assert after.params == {"count": 3}
    assert (await scene.job("J2")).parents == ["J1"]


async def test_seed_111_a_failed_job_can_be_cleared_and_queued_again(scene: SagaScene) -> None:
    await finish(scene, await clear(await scene.request(), [target("J4")]))

    [result] = await queue(await scene.request(), [target("J4")], QueueOptions())

    assert result.outcome is Outcome.APPLIED


async def test_seed_112_clearing_a_queued_job_removes_it_from_the_queue_at_once(
    scene: SagaScene,
) -> None:
    [result] = await clear(await scene.request(), [target("J3")])

    assert (result.outcome, result.operation) == (Outcome.APPLIED, None)
    cleared = await scene.job("J3")
    assert (cleared.status, cleared.waiting_for) == (JobStatus.BUILDING, None)


async def test_seed_156_157_clear_jobs_clears_all_that_can_be(scene: SagaScene) -> None:
    chosen = [target(uid) for uid in ("J1", "J2", "J3", "J4", "J5")]

    results = await clear(await scene.request(), chosen)
    operation = await finish(scene, results)

    assert outcomes(results) == ["accepted", "skipped", "applied", "accepted", "skipped"]
    assert [outcome.job_id for outcome in operation.outcomes] == ["P1-J1", "P1-J4"]
    assert [error.code for error in results[1].errors] == [ErrorCode.JOB_ACTIVE]
    assert [notice.code for notice in results[0].notices] == [NoticeCode.OUTPUTS_USED_BY_CHILDREN]
    assert set((await scene.status("J1", "J3", "J4")).values()) == {"building"}


# Mark complete


async def test_seed_161_162_mark_jobs_complete_takes_those_killed_and_failed(
    scene: SagaScene,
) -> None:
    for uid, status in (("J6", JobStatus.KILLED), ("J7", JobStatus.FAILED)):
        saved = scene.output(uid, final=False)
        names = ("micrographs", "truth", "volume")
        await scene.make_job(uid, status, outputs=dict.fromkeys(names, saved))

    results = await mark_complete(await scene.request(), [target("J6"), target("J7"), target("J2")])

    assert outcomes(results)[2] == "skipped"
    assert outcomes(results)[:2] == ["applied", "applied"]
    assert set((await scene.status("J6", "J7")).values()) == {"completed"}


async def test_queued_children_of_a_cleared_job_stay_in_the_queue(scene: SagaScene) -> None:
    await finish(scene, await clear(await scene.request(), [target("J1")]))

    child: Job = await scene.job("J3")
    assert (child.status, child.build_errors) == (JobStatus.QUEUED, [])
    assert f"J1/{IT0}" not in scene.files()
