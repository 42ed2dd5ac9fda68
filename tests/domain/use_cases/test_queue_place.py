"""Priority, lane, hold and release: what changes in the queue, without losing a place in it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.documents import Instance, Job, Lane, Project, Target, User
from domain.documents.shapes import ClusterVar, ResourceNeed
from domain.error_codes import ErrorCode
from domain.errors import LaneRefused
from domain.status import ACTIVE, JobStatus
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobActionResult, JobTarget, NoticeCode, Outcome
from domain.use_cases.queue import QueueOptions, queue
from domain.use_cases.queue_place import change_lane, hold, release, set_priority
from tests.conftest import NOON, viewer_of
from tests.scheduler.queues import load_queue

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
MakeTarget = Callable[..., Awaitable[Target]]
MakeUser = Callable[..., Awaitable[User]]


def codes(result: JobActionResult) -> list[ErrorCode]:
    return [error.code for error in result.errors]


async def stored(job: Job) -> Job:
    found = await Job.get(job.id)
    assert found is not None
    return found


@pytest.fixture
async def queued(make_project: MakeProject, make_job: Make, make_target: MakeTarget) -> Job:
    """J1, queued to lane default at noon; lane gpu has a node with two GPUs."""
    await make_project()
    await make_target()
    await make_target("box", lane="gpu", gpu=2)
    return await make_job(
        status=JobStatus.QUEUED, queued_to_lane="default", queue_entered_at=NOON, queued_at=NOON
    )


@pytest.fixture
def later(request_context: Request) -> Request:
    return replace(request_context, now=NOON + timedelta(hours=1))


async def test_a_queued_job_gets_a_priority_and_keeps_its_place(
    later: Request, queued: Job
) -> None:
    [result] = await set_priority(later, [JobTarget(queued.key)], 70)

    job = await stored(queued)
    assert result.outcome is Outcome.APPLIED
    assert (job.priority, job.queue_entered_at, job.status) == (70, NOON, JobStatus.QUEUED)


@pytest.mark.parametrize("priority", [-1, 101])
async def test_a_priority_beyond_its_range_is_refused(
    later: Request, queued: Job, priority: int
) -> None:
    [result] = await set_priority(later, [JobTarget(queued.key)], priority)

    assert codes(result) == [ErrorCode.BAD_INPUT]
    assert await stored(queued) == queued


async def test_a_priority_needs_the_right(later: Request, queued: Job, make_user: MakeUser) -> None:
    anna = await make_user()
    await Project.rows().update_one({"_id": "P1"}, {"$set": {"users_with_access": [anna.id]}})
    hers = replace(later, viewer=viewer_of(anna))

    [result] = await set_priority(hers, [JobTarget(queued.key)], 5)

    assert codes(result) == [ErrorCode.FORBIDDEN_PRIORITY]
    assert await stored(queued) == queued


@pytest.mark.parametrize("status", sorted(ACTIVE))
async def test_a_priority_has_no_effect_on_an_active_job(
    later: Request, queued: Job, make_job: Make, status: JobStatus
) -> None:
    active = await make_job("J2", status=status)

    [result] = await set_priority(later, [JobTarget(active.key)], 5)

    assert (result.outcome, codes(result)) == (Outcome.SKIPPED, [ErrorCode.NO_EFFECT])
    assert await stored(active) == active


@pytest.mark.parametrize("priority", [0, 60])
async def test_a_priority_set_on_a_building_job_is_the_one_it_is_queued_with(
    later: Request, queued: Job, make_job: Make, priority: int
) -> None:
    await Instance.rows().update_one({}, {"$set": {"default_priority": 20}})
    building = await make_job("J2")
    await set_priority(later, [JobTarget(building.key)], priority)

    await queue(later, [JobTarget(building.key)], QueueOptions())

    assert (await stored(building)).priority == priority


async def test_a_job_changes_lane_and_keeps_its_place(later: Request, queued: Job) -> None:
    variables = (ClusterVar(name="account", value="lab"),)

    [result] = await change_lane(later, [JobTarget(queued.key)], "gpu", variables)

    job = await stored(queued)
    assert result.outcome is Outcome.APPLIED
    assert (job.queued_to_lane, job.queue_entered_at, job.queued_at) == ("gpu", NOON, NOON)
    assert job.cluster_custom_vars == list(variables)


async def test_a_pin_to_a_host_that_is_not_in_the_new_lane_is_dropped(
    later: Request, queued: Job
) -> None:
    await Job.rows().update_one({"_id": queued.id}, {"$set": {"queued_to_hostname": "node1"}})

    await change_lane(later, [JobTarget(queued.key)], "gpu")

    assert (await stored(queued)).queued_to_hostname is None


async def test_changing_to_the_same_lane_is_skipped(later: Request, queued: Job) -> None:
    [result] = await change_lane(later, [JobTarget(queued.key)], "default")

    assert result.outcome is Outcome.SKIPPED
    assert [notice.code for notice in result.notices] == [NoticeCode.ALREADY_IN_DESIRED_STATE]
    assert await stored(queued) == queued


async def test_a_lane_that_is_not_there_or_too_small_is_refused(
    later: Request, queued: Job, make_job: Make
) -> None:
    greedy = await make_job(
        "J2",
        status=JobStatus.QUEUED,
        queued_to_lane="gpu",
        queue_entered_at=NOON,
        resource_spec=ResourceNeed(gpu=2),
    )

    [missing] = await change_lane(later, [JobTarget(queued.key)], "nowhere")
    [too_small] = await change_lane(later, [JobTarget(greedy.key)], "default")

    assert codes(missing) == [ErrorCode.LANE_NOT_FOUND]
    assert codes(too_small) == [ErrorCode.NEVER_FITS]
    assert (await stored(queued), await stored(greedy)) == (queued, greedy)


async def test_a_user_changes_only_to_lanes_of_theirs(
    later: Request, queued: Job, make_user: MakeUser
) -> None:
    anna = await make_user()
    await Project.rows().update_one({"_id": "P1"}, {"$set": {"users_with_access": [anna.id]}})

    [result] = await change_lane(
        replace(later, viewer=viewer_of(anna)), [JobTarget(queued.key)], "gpu"
    )

    assert codes(result) == [ErrorCode.LANE_NOT_ALLOWED]
    assert await stored(queued) == queued


async def test_a_job_that_must_run_on_the_master_does_not_change_lane(
    later: Request, queued: Job, make_job: Make
) -> None:
    imported = await make_job(
        "J2",
        type="import_micrographs",
        category="import",
        status=JobStatus.QUEUED,
        queued_to_lane="default",
        queue_entered_at=NOON,
    )

    [result] = await change_lane(later, [JobTarget(imported.key)], "gpu")

    assert codes(result) == [ErrorCode.MASTER_ONLY]
    assert isinstance(result.errors[0], LaneRefused)
    assert result.errors[0].allowed == ["default"]
    assert await stored(imported) == imported


async def test_only_a_queued_job_changes_lane_or_is_held(
    later: Request, queued: Job, make_job: Make
) -> None:
    building = await make_job("J2")

    [moved] = await change_lane(later, [JobTarget(building.key)], "gpu")
    [held] = await hold(later, [JobTarget(building.key)])

    assert codes(moved) == codes(held) == [ErrorCode.INVALID_STATUS]
    assert await stored(building) == building


async def test_a_held_job_waits_and_says_who_holds_it(later: Request, queued: Job) -> None:
    [result] = await hold(later, [JobTarget(queued.key)])

    assert result.outcome is Outcome.APPLIED
    [candidate] = await load_queue()
    assert candidate.obstacle is not None
    assert candidate.obstacle.message == "Held by admin since 13:00 UTC."


async def test_a_released_job_goes_on_from_its_old_place(later: Request, queued: Job) -> None:
    await hold(later, [JobTarget(queued.key)])

    [result] = await release(later, [JobTarget(queued.key)])

    assert result.outcome is Outcome.APPLIED
    [candidate] = await load_queue()
    assert (candidate.obstacle, candidate.entered_at) == (None, NOON)


async def test_holding_twice_and_releasing_a_free_job_are_skipped(
    later: Request, queued: Job
) -> None:
    [released] = await release(later, [JobTarget(queued.key)])
    await hold(later, [JobTarget(queued.key)])
    [held] = await hold(later, [JobTarget(queued.key)])

    assert released.outcome is held.outcome is Outcome.SKIPPED
    assert released.errors == held.errors == []


async def test_a_held_job_stays_held_in_its_new_lane(later: Request, queued: Job) -> None:
    await hold(later, [JobTarget(queued.key)])

    await change_lane(later, [JobTarget(queued.key)], "gpu")

    job = await stored(queued)
    assert (job.on_hold, job.queued_to_lane) == (True, "gpu")
    assert job.waiting_for is not None
    assert job.waiting_for.status == "on_hold"


async def test_a_cluster_lane_takes_any_size(later: Request, queued: Job, make_job: Make) -> None:
    await Lane(id="slurm", type="cluster", title="Slurm", created_at=NOON).insert()
    greedy = await make_job(
        "J2",
        status=JobStatus.QUEUED,
        queued_to_lane="gpu",
        queue_entered_at=NOON,
        resource_spec=ResourceNeed(gpu=8),
    )

    [result] = await change_lane(later, [JobTarget(greedy.key)], "slurm")

    assert result.outcome is Outcome.APPLIED
