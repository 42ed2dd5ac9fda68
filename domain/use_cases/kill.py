"""Kill: the intent is stored; the scheduler ends the processes and then the jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain import operations
from domain.actions import JobAction
from domain.documents import Job, Operation
from domain.use_cases.act import act
from domain.use_cases.context import Request
from domain.use_cases.job_results import BulkPolicy, Done, JobActionResult, JobTarget
from domain.use_cases.long_action import LongAction


async def kill(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Ask for the end of active jobs; asking again answers the operation that is under way."""
    return await act(request, targets, _Kill(), policy=policy, dry_run=dry_run)


@dataclass
class _Kill(LongAction):
    name: JobAction = JobAction.KILL
    _under_way: Mapping[str, Operation] = field(default_factory=dict)

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:  # noqa: ARG002
        self._under_way = await operations.open_operations_of(jobs)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        under_way = self._under_way.get(job.active_operation or "")
        if under_way is not None and job.kill_requested_at is not None:
            return Done(job, operation=under_way)
        return await self.kill_and_hold(request, job, target)
