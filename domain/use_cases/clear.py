"""Clear: a queued job leaves the queue at once; a done job's files go by an operation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain import job_moves, operations
from domain.actions import JobAction
from domain.documents import Job
from domain.status import DONE, JobStatus
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.job_results import Done, JobActionResult, JobTarget, Notice, NoticeCode


async def clear(
    request: Request, targets: Sequence[JobTarget], *, dry_run: bool = False
) -> list[JobActionResult]:
    """Return queued and done jobs to building; params and connections are kept."""
    return await act(request, targets, _Clear(), dry_run=dry_run)


@dataclass(frozen=True)
class _Clear(BaseAction):
    name: JobAction = JobAction.CLEAR

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        freed = 0 if job.status is JobStatus.QUEUED else job.job_dir_size
        return Done(job, notices=await _notices(job), bytes_freed=freed)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        if job.status is JobStatus.QUEUED:
            return Done(await _leave_queue(request, job, target), bytes_freed=0)
        operation = operations.new_operation(
            self.name, [job.id], requested_by=request.viewer.user_id, now=request.now
        )
        locked = await job_moves.change(
            job.key,
            changes={"active_operation": operation.id},
            now=request.now,
            only_in=DONE & target.only_in,
            expected_revision=job.revision,  # no second operation may have come in between
        )
        await operation.insert()
        return Done(locked, operation=operation, notices=await _notices(job))


async def _leave_queue(request: Request, job: Job, target: JobTarget) -> Job:
    window = timedelta(seconds=request.settings.requeue_window_s)
    return await job_moves.move(
        job.key,
        to=JobStatus.BUILDING,
        only_from=frozenset({JobStatus.QUEUED}) & target.only_in,
        now=request.now,
        actor=request.viewer.user_id,
        expected_revision=target.expected_revision,
        changes={"requeue_window_ends_at": request.now + window, "on_hold": False},
        unset=("waiting_for", "tokens_requested_at"),
    )


async def _notices(job: Job) -> list[Notice]:
    used_by = Job.rows().find(
        {"project_uid": job.project_uid, "parents": job.uid, "deleted": False}, {"uid": 1}
    )
    children = sorted([row["uid"] async for row in used_by])
    if not children or job.status is JobStatus.QUEUED:
        return []
    message = f"{', '.join(children)} use the outputs of {job.uid}."
    return [Notice(NoticeCode.OUTPUTS_USED_BY_CHILDREN, message)]
