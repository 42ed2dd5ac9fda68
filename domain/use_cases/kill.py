"""Kill: the intent is stored; the scheduler ends the processes and then the job."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import job_moves, operations
from domain.actions import JobAction
from domain.documents import Job
from domain.status import ACTIVE
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.job_results import Done, JobActionResult, JobTarget


async def kill(
    request: Request, targets: Sequence[JobTarget], *, dry_run: bool = False
) -> list[JobActionResult]:
    """Ask for the end of active jobs; asking again answers the operation that is under way."""
    return await act(request, targets, _Kill(), dry_run=dry_run)


@dataclass(frozen=True)
class _Kill(BaseAction):
    name: JobAction = JobAction.KILL

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        under_way = await operations.open_operation(job.active_operation)
        if under_way is not None and job.kill_requested_at is not None:
            return Done(job, operation=under_way)
        operation = operations.new_operation(
            self.name, [job.id], requested_by=request.viewer.user_id, now=request.now
        )
        # The intent first: an operation without it would have nothing to wait for.
        killed = await job_moves.change(
            job.key,
            changes={
                "kill_requested_at": request.now,
                "kill_requested_by": request.viewer.user_id,
                "active_operation": operation.id,
            },
            now=request.now,
            only_in=ACTIVE & target.only_in,
            expected_revision=target.expected_revision,
        )
        await operation.insert()
        return Done(killed, operation=operation)
