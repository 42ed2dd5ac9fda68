"""Delete jobs: killed first if need be, erased, then a tombstone; final results are protected."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from domain.actions import JobAction
from domain.database import Row
from domain.documents import Job
from domain.errors import Protected
from domain.job_facts import JobFacts
from domain.status import ACTIVE, JobStatus
from domain.use_cases.act import act
from domain.use_cases.context import Request
from domain.use_cases.facts import HAVE_RUN
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
    Notice,
    NoticeCode,
)
from domain.use_cases.long_action import LongAction, outputs_used


async def delete(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    force: bool = False,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Delete jobs from all their workspaces, for good; their numbers are never given again.

    `force` also deletes jobs whose outputs others use: these keep what they have made.
    """
    action = Delete(force=force, chosen=chosen(targets))
    return await act(request, targets, action, policy=policy, dry_run=dry_run)


def chosen(targets: Sequence[JobTarget]) -> frozenset[str]:
    """The ids of all jobs that are to go."""
    return frozenset(str(target.key) for target in targets)


@dataclass
class Delete(LongAction):
    """The action; `container` names the project or workspace that goes with its jobs."""

    name: JobAction = JobAction.DELETE
    force: bool = False
    chosen: frozenset[str] = frozenset()
    container: Row = field(default_factory=dict)
    _going: frozenset[str] = frozenset()

    def options(self, request: Request) -> Row:  # noqa: ARG002
        """What goes after the last job."""
        return self.container

    def weigh(self, facts: JobFacts) -> JobFacts:
        """Children that go too protect nobody; with `force` no child does."""
        others = [u for u in facts.dependents if f"{facts.project_uid}-{u}" not in self.chosen]
        return replace(facts, dependents=() if self.force else tuple(others))

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:
        """Read the children; only `jobs` are sure to go of those that were chosen."""
        await super().prepare(request, jobs)
        self._going = frozenset(job.id for job in jobs)

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        """Refuse while a child stays that was chosen too, but may not be deleted."""
        staying = [child for child in self.children.get(job.id, ()) if child.id not in self._going]
        in_use = [child.uid for child in staying if child.status in HAVE_RUN]
        if in_use and not self.force:
            message = f"{', '.join(in_use[:5])} use the outputs of job {job.uid}."
            raise Protected(message, descendants=in_use)
        return Done(job, notices=_notices(job, staying), bytes_freed=job.job_dir_size)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        """Hold it for the operation, and show that it is going."""
        planned = await self.plan(request, job)
        going = {"deleting": True}
        if job.status in ACTIVE:
            done = await self.kill_and_hold(request, job, target, going)
        elif job.status is JobStatus.QUEUED:
            done = await self.unqueue_and_hold(request, job, target, going)
        else:
            done = await self.hold(request, job, target, going)
        done.notices, done.bytes_freed = planned.notices, planned.bytes_freed
        return done


def _notices(job: Job, staying: Sequence[Job]) -> list[Notice]:
    notices = []
    if job.status in ACTIVE:
        message = f"Job {job.uid} is {job.status}: it is killed first."
        notices.append(Notice(NoticeCode.KILLED_FIRST, message))
    if len(job.workspace_uids) > 1:
        message = f"Job {job.uid} is shown in {', '.join(job.workspace_uids)}; it leaves them all."
        notices.append(Notice(NoticeCode.LINKED_ELSEWHERE, message))
    if staying:
        notices.append(outputs_used(job, [child.uid for child in staying]))
    return notices
