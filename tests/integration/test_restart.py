"""Restart: kill, clear and queue again as one operation, one at a time in a project."""

import pytest

from domain import operations
from domain.clock import now
from domain.documents import Lane, Operation
from domain.documents.operation import OperationStatus
from domain.error_codes import ErrorCode
from domain.errors import RestartInProgress
from domain.status import JobStatus
from domain.use_cases.job_results import NoticeCode, Outcome
from domain.use_cases.kill import kill
from domain.use_cases.queue import QueueOptions, queue
from domain.use_cases.restart import restart
from scheduler.operations.carry_on import carry_on
from tests.integration.carrying_out import finish, outcomes
from tests.integration.saga_scene import SagaScene, target

pytestmark = pytest.mark.mongo


@pytest.mark.parametrize("uid", ["J1", "J2", "J3", "J4"])
async def test_seed_103_every_job_that_can_be_killed_or_cleared_can_be_restarted(
    uid: str, scene: SagaScene
) -> None:
    operation = await finish(scene, await restart(await scene.request(), [target(uid)]))

    assert operation.status is OperationStatus.SUCCEEDED
    restarted = await scene.job(uid)
    assert (restarted.status, restarted.active_operation) == (JobStatus.QUEUED, None)


async def test_seed_104_159_a_restart_kills_all_then_clears_all_then_queues_all(
    scene: SagaScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str | None, dict[str, str]]] = []
    record = operations.record

    async def spy(operation: Operation, *args: object, **kwargs: object) -> Operation | None:
        known = await record(operation, *args, **kwargs)  # type: ignore[arg-type]  # as called
        seen.append((known.phase if known else None, await scene.status("J1", "J2", "J4")))
        return known

    monkeypatch.setattr(operations, "record", spy)
    chosen = [target(uid) for uid in ("J1", "J2", "J4")]
    await finish(scene, await restart(await scene.request(), chosen))

    phases = [phase for phase, _ in seen]
    assert list(dict.fromkeys(phases)) == ["killing", "clearing", "queueing"]
    first = {phase: seen[phases.index(phase)][1] for phase in ("clearing", "queueing")}
    assert first["clearing"] == {"J1": "completed", "J2": "killed", "J4": "failed"}
    assert first["queueing"] == {"J1": "building", "J2": "building", "J4": "building"}
    assert set((await scene.status("J1", "J2", "J4")).values()) == {"queued"}


async def test_seed_105_106_a_restarted_job_goes_where_it_was_with_the_same_params(
    scene: SagaScene,
) -> None:
    await Lane(id="other", type="node", title="other", created_at=now()).insert()
    await scene.make_target("node2", lane="other")
    before = {"queued_to_lane": "other", "queued_to_hostname": "node2", "priority": 42}
    params = {"count": 3}
    await scene.make_job("J6", JobStatus.COMPLETED, params=params, **before)

    await finish(scene, await restart(await scene.request(), [target("J6")]))

    after = await scene.job("J6")
    assert {name: getattr(after, name) for name in before} == before
    assert after.params == params


async def test_a_queued_job_keeps_its_place_through_a_restart(scene: SagaScene) -> None:
    entered = (await scene.job("J3")).queue_entered_at

    results = await restart(await scene.request(), [target("J3")])
    await finish(scene, results)

    assert [notice.code for notice in results[0].notices] == [NoticeCode.QUEUE_PLACE_KEPT]
    assert (await scene.job("J3")).queue_entered_at == entered


async def test_a_queued_job_that_is_to_be_restarted_cannot_be_launched_meanwhile(
    scene: SagaScene,
) -> None:
    await restart(await scene.request(), [target("J3")])

    held = await scene.job("J3")
    assert held.status is JobStatus.BUILDING
    [result] = await queue(await scene.request(), [target("J3")], QueueOptions())
    assert [error.code for error in result.errors] == [ErrorCode.JOB_LOCKED]


async def test_a_job_whose_lane_is_gone_is_cleared_and_says_why_it_was_not_queued(
    scene: SagaScene,
) -> None:
    await scene.make_job("J6", JobStatus.COMPLETED, queued_to_lane="gone")

    results = await restart(await scene.request(), [target("J6"), target("J4")])
    operation = await finish(scene, results)

    assert operation.status is OperationStatus.PARTIALLY_SUCCEEDED
    assert [(o.outcome, o.code) for o in operation.outcomes] == [
        ("failed", ErrorCode.LANE_NOT_FOUND),
        ("applied", None),
    ]
    left = await scene.job("J6")
    assert (left.status, left.active_operation) == (JobStatus.BUILDING, None)


async def test_seed_158_restart_jobs_takes_what_applies(scene: SagaScene) -> None:
    chosen = [target(uid) for uid in ("J1", "J2", "J3", "J4", "J5")]

    results = await restart(await scene.request(), chosen)
    await finish(scene, results)

    assert outcomes(results) == ["accepted"] * 4 + ["skipped"]
    assert set((await scene.status("J1", "J2", "J3", "J4")).values()) == {"queued"}


async def test_seed_160_a_second_restart_in_the_project_is_refused_and_names_the_first(
    scene: SagaScene,
) -> None:
    [first] = await restart(await scene.request(), [target("J1")])

    [second] = await restart(await scene.request(), [target("J4")])

    assert first.operation is not None
    [refusal] = second.errors
    assert isinstance(refusal, RestartInProgress)
    assert refusal.operation_id == first.operation.id
    assert (await scene.job("J4")).status is JobStatus.FAILED
    await scene.carry_out(first.operation.id)
    [third] = await restart(await scene.request(), [target("J4")])
    assert third.outcome is Outcome.ACCEPTED


async def test_a_restart_waits_for_the_end_of_a_kill_and_takes_the_job_over(
    scene: SagaScene,
) -> None:
    [killing] = await kill(await scene.request(), [target("J2")])
    [restarting] = await restart(await scene.request(), [target("J2")])
    assert killing.operation is not None
    assert restarting.operation is not None

    await carry_on(killing.operation.id, scene.tools)
    assert await operations.open_operation(killing.operation.id) is not None  # it is active yet
    await scene.carry_out(restarting.operation.id)
    await scene.carry_out(killing.operation.id)

    assert (await scene.job("J2")).status is JobStatus.QUEUED
