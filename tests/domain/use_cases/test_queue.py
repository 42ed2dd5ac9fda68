"""Queueing: every check that keeps a job from waiting for ever, and what is written."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.documents import Job, Project, Target, User
from domain.documents.shapes import BuildError, ResourceNeed
from domain.error_codes import ErrorCode
from domain.status import JobStatus
from domain.use_cases import clear, queue
from domain.use_cases.choose_lane import Lanes, read_lanes
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobActionResult, JobTarget, NoticeCode, Outcome
from domain.use_cases.queue import QueueOptions
from tests.conftest import NOON, viewer_of

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
MakeTarget = Callable[..., Awaitable[Target]]


async def queued(
    request: Request, job: Job, options: QueueOptions | None = None, *, dry_run: bool = False
) -> JobActionResult:
    target = JobTarget(job.key)
    [result] = await queue.queue(request, [target], options or QueueOptions(), dry_run=dry_run)
    return result


def codes(result: JobActionResult) -> list[ErrorCode]:
    return [error.code for error in result.errors]


@pytest.fixture
async def job(make_project: MakeProject, make_job: Make, make_target: MakeTarget) -> Job:
    await make_project()
    await make_target()
    return await make_job()


async def test_a_job_goes_to_the_default_lane(request_context: Request, job: Job) -> None:
    result = await queued(request_context, job)

    assert result.outcome is Outcome.APPLIED
    assert result.job is not None
    assert (result.job.status, result.job.queued_to_lane) == (JobStatus.QUEUED, "default")
    assert result.job.queued_at == result.job.queue_entered_at == NOON
    assert result.job.revision == job.revision + 1


async def test_a_dry_run_changes_nothing(request_context: Request, job: Job) -> None:
    result = await queued(request_context, job, dry_run=True)

    assert result.outcome is Outcome.PLANNED
    assert await Job.get(job.id) == job


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (QueueOptions(lane="nowhere"), ErrorCode.LANE_NOT_FOUND),
        (QueueOptions(hostname="elsewhere"), ErrorCode.TARGET_NOT_IN_LANE),
        (QueueOptions(gpus=(0,)), ErrorCode.GPU_COUNT_MISMATCH),
        (QueueOptions(priority=101), ErrorCode.BAD_INPUT),
        (QueueOptions(priority=-1), ErrorCode.BAD_INPUT),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    request_context: Request, job: Job, options: QueueOptions, code: ErrorCode
) -> None:
    result = await queued(request_context, job, options)

    assert (result.outcome, codes(result)) == (Outcome.FAILED, [code])
    assert await Job.get(job.id) == job


async def test_a_job_that_no_target_could_ever_run_is_refused_with_what_lacks(
    request_context: Request, make_project: MakeProject, make_job: Make, make_target: MakeTarget
) -> None:
    await make_project()
    await make_target(gpu=2)
    greedy = await make_job(resource_spec=ResourceNeed(cpu=1, gpu=4, ram=1))

    result = await queued(request_context, greedy)

    assert codes(result) == [ErrorCode.NEVER_FITS]
    shortages = result.errors[0].shortages  # type: ignore[attr-defined]  # of NeverFits
    assert [(s.resource, s.needed, s.free) for s in shortages] == [("gpu", 4, 2)]


async def test_build_errors_are_told_with_the_refusal(
    request_context: Request, make_project: MakeProject, make_job: Make, make_target: MakeTarget
) -> None:
    await make_project()
    await make_target()
    error = BuildError(type="param", loc=["params", "psize_A"], message="It is required.")
    unfinished = await make_job(build_errors=[error])

    assert codes(await queued(request_context, unfinished)) == [ErrorCode.BUILD_ERRORS]


async def test_a_user_may_not_queue_to_a_lane_that_is_not_theirs(
    request_context: Request,
    job: Job,
    make_user: Callable[..., Awaitable[User]],
    make_target: MakeTarget,
) -> None:
    await make_target("box", lane="gpu")
    anna = await make_user()
    await Project.rows().update_one({"_id": "P1"}, {"$set": {"users_with_access": [anna.id]}})

    result = await queued(
        replace(request_context, viewer=viewer_of(anna)), job, QueueOptions(lane="gpu")
    )

    assert codes(result) == [ErrorCode.LANE_NOT_ALLOWED]


async def test_a_priority_needs_the_right_to_set_one(
    request_context: Request, job: Job, make_user: Callable[..., Awaitable[User]]
) -> None:
    anna = await make_user()
    await Project.rows().update_one({"_id": "P1"}, {"$set": {"users_with_access": [anna.id]}})
    hers = replace(request_context, viewer=viewer_of(anna))

    assert codes(await queued(hers, job, QueueOptions(priority=5))) == [
        ErrorCode.FORBIDDEN_PRIORITY
    ]
    assert (await queued(hers, job)).outcome is Outcome.APPLIED


async def test_a_job_of_a_foreign_project_is_not_found(
    request_context: Request, job: Job, make_user: Callable[..., Awaitable[User]]
) -> None:
    stranger = replace(request_context, viewer=viewer_of(await make_user("bob")))

    result = await queued(stranger, job)

    assert codes(result) == [ErrorCode.NOT_FOUND]
    assert result.job is None


async def test_an_old_revision_is_a_conflict(request_context: Request, job: Job) -> None:
    target = JobTarget(job.key, expected_revision=job.revision + 5)

    [result] = await queue.queue(request_context, [target], QueueOptions())

    assert codes(result) == [ErrorCode.REVISION_CONFLICT]


async def test_a_job_that_comes_back_within_the_window_keeps_its_place(
    request_context: Request, job: Job
) -> None:
    await queued(request_context, job)
    later = replace(request_context, now=NOON + timedelta(minutes=5))
    await clear.clear(later, [JobTarget(job.key)])

    result = await queued(later, job)

    assert [notice.code for notice in result.notices] == [NoticeCode.QUEUE_PLACE_KEPT]
    assert result.job is not None
    assert result.job.queue_entered_at == NOON


async def test_a_job_that_comes_back_later_goes_to_the_end(
    request_context: Request, job: Job
) -> None:
    await queued(request_context, job)
    await clear.clear(request_context, [JobTarget(job.key)])
    later = replace(request_context, now=NOON + timedelta(hours=1))

    result = await queued(later, job)

    assert result.job is not None
    assert result.job.queue_entered_at == NOON + timedelta(hours=1)


async def test_clearing_a_queued_job_takes_it_out_of_the_queue_at_once(
    request_context: Request, job: Job
) -> None:
    await queued(request_context, job)

    [result] = await clear.clear(request_context, [JobTarget(job.key)])

    assert result.outcome is Outcome.APPLIED
    assert result.job is not None
    assert result.job.status is JobStatus.BUILDING
    assert result.job.waiting_for is None


async def test_clearing_a_building_job_is_skipped_without_an_error(
    request_context: Request, job: Job
) -> None:
    [result] = await clear.clear(request_context, [JobTarget(job.key)])

    assert (result.outcome, result.errors) == (Outcome.SKIPPED, [])
    assert [n.code for n in result.notices] == [NoticeCode.ALREADY_IN_DESIRED_STATE]
    assert await Job.get(job.id) == job


async def test_a_gpu_is_not_pinned_twice(
    request_context: Request, make_project: MakeProject, make_job: Make, make_target: MakeTarget
) -> None:
    await make_project()
    await make_target(gpu=2)
    job = await make_job(resource_spec=ResourceNeed(cpu=1, gpu=2, ram=1))

    result = await queued(request_context, job, QueueOptions(gpus=(0, 0)))

    assert codes(result) == [ErrorCode.GPU_COUNT_MISMATCH]


async def test_a_job_whose_parent_is_deleted_is_refused(
    request_context: Request, job: Job, make_job: Make
) -> None:
    await make_job("J2", deleted=True)
    orphan = await make_job("J3", parents=["J2"])

    result = await queued(request_context, orphan)

    assert (result.outcome, codes(result)) == (Outcome.SKIPPED, [ErrorCode.INPUTS_BROKEN])
    assert await Job.get(orphan.id) == orphan


async def test_lanes_targets_and_parents_are_read_once_for_all_jobs(
    request_context: Request,
    job: Job,
    make_job: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings = []

    async def counted() -> Lanes:
        readings.append(1)
        return await read_lanes()

    monkeypatch.setattr("domain.use_cases.queue.read_lanes", counted)
    jobs = [job, *[await make_job(f"J{number}") for number in range(2, 6)]]

    results = await queue.queue(
        request_context, [JobTarget(job.key) for job in jobs], QueueOptions()
    )

    assert [result.outcome for result in results] == [Outcome.APPLIED] * 5
    assert len(readings) == 1
