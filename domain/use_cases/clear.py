"""Clear: a queued job leaves the queue at once; a done job's files go by an operation."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actions import JobAction
from domain.documents import Job
from domain.status import JobStatus
from domain.use_cases.act import act
from domain.use_cases.context import Request
from domain.use_cases.job_results import BulkPolicy, Done, JobActionResult, JobTarget
from domain.use_cases.long_action import LongAction, leave_queue


async def clear(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Return queued and done jobs to building; params and connections are kept."""
    return await act(request, targets, _Clear(), policy=policy, dry_run=dry_run)


@dataclass
class _Clear(LongAction):
    name: JobAction = JobAction.CLEAR

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        freed = 0 if job.status is JobStatus.QUEUED else job.job_dir_size
        return Done(job, notices=self.used_by_children(job), bytes_freed=freed)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        if job.status is JobStatus.QUEUED:
            return Done(await leave_queue(request, job, target), bytes_freed=0)
        done = await self.hold(request, job, target)
        done.notices, done.bytes_freed = self.used_by_children(job), job.job_dir_size
        return done
