"""What all actions share that an operation carries out: hold the jobs, record one operation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from domain import job_moves, operations
from domain.actions import JobAction
from domain.database import Row
from domain.documents import Job, Operation
from domain.status import ACTIVE, EVERY, JobStatus
from domain.uids import JobKey
from domain.use_cases.act import BaseAction
from domain.use_cases.context import Request
from domain.use_cases.job_results import Done, JobTarget, Notice, NoticeCode

_QUEUED = frozenset({JobStatus.QUEUED})


@dataclass
class LongAction(BaseAction):
    """An action that holds its jobs at once and leaves the rest to one operation.

    `begun` are the jobs to which something was done already. An operation without jobs is
    recorded only by `conclude`.
    """

    name: JobAction
    operation_id: str = field(default_factory=operations.new_id)
    begun: set[str] = field(default_factory=set)
    children: Mapping[str, Sequence[Job]] = field(default_factory=dict)
    _operation: Operation | None = None

    def options(self, request: Request) -> Row:  # noqa: ARG002
        """What the operation has to know; JSON."""
        return {}

    def operation(self, request: Request) -> Operation:
        """The one operation of the request; its jobs are known once all are held."""
        if self._operation is None:
            self._operation = operations.new_operation(
                self.name,
                [],
                id=self.operation_id,
                requested_by=request.viewer.user_id,
                now=request.now,
                options=self.options(request),
            )
        return self._operation

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:  # noqa: ARG002
        """Read the children of all jobs."""
        self.children = await children_of(jobs)

    async def hold(
        self, request: Request, job: Job, target: JobTarget, changes: Row | None = None
    ) -> Done:
        """Hold a job that is not queued; nothing of it has begun unless its kill is asked for."""
        return await self._held(request, job, target, changes or {})

    async def kill_and_hold(
        self, request: Request, job: Job, target: JobTarget, changes: Row | None = None
    ) -> Done:
        """Ask for the end of an active job, and hold it."""
        self.begun.add(job.id)
        asked = {
            "kill_requested_at": job.kill_requested_at or request.now,
            "kill_requested_by": job.kill_requested_by or request.viewer.user_id,
        }
        return await self._held(request, job, target, asked | (changes or {}))

    async def unqueue_and_hold(
        self, request: Request, job: Job, target: JobTarget, changes: Row | None = None
    ) -> Done:
        """Take a queued job out of the queue, and hold it, in one write: it cannot be launched."""
        self.begun.add(job.id)
        held = {"active_operation": self.operation_id, **(changes or {})}
        return Done(await leave_queue(request, job, target, held), self.operation(request))

    async def _held(self, request: Request, job: Job, target: JobTarget, changes: Row) -> Done:
        held = await job_moves.change(
            job.key,
            changes={"active_operation": self.operation_id, **changes},
            now=request.now,
            only_in=frozenset({job.status}) & target.only_in,
            expected_revision=job.revision,  # nothing that was judged may have changed
        )
        return Done(held, operation=self.operation(request))

    async def conclude(self, request: Request, done: Sequence[Done]) -> None:  # noqa: ARG002
        """Record the operation over all jobs that it holds."""
        own = [each.job.id for each in done if each.operation is self._operation]
        if not own or self._operation is None:
            return
        self._operation.outcomes = operations.outcomes_of(own, self.begun)
        self._operation.project_uids = sorted({JobKey.parse(id).project_uid for id in own})
        await self._operation.insert()

    def used_by_children(self, job: Job) -> list[Notice]:
        """A notice if children use the outputs of the job."""
        uids = [child.uid for child in self.children.get(job.id, ())]
        if not uids or job.status not in EVERY - ACTIVE - _QUEUED - {JobStatus.BUILDING}:
            return []
        return [outputs_used(job, uids)]


def outputs_used(job: Job, children: Iterable[str]) -> Notice:
    """What the caller should know before the outputs of `job` go."""
    message = f"{', '.join(children)} use the outputs of {job.uid}."
    return Notice(NoticeCode.OUTPUTS_USED_BY_CHILDREN, message)


async def children_of(jobs: Sequence[Job]) -> Mapping[str, Sequence[Job]]:
    """Job id → its connected children that are not deleted, by number; one query a project."""
    parents: dict[str, set[str]] = {}
    for job in jobs:
        parents.setdefault(job.project_uid, set()).add(job.uid)
    found: dict[str, list[Job]] = {}
    for project_uid, uids in parents.items():
        query = {"project_uid": project_uid, "parents": {"$in": sorted(uids)}, "deleted": False}
        for child in await Job.find(query).sort("uid_num").to_list():
            for uid in uids.intersection(child.parents):
                found.setdefault(str(JobKey(project_uid, uid)), []).append(child)
    return found


async def leave_queue(
    request: Request, job: Job, target: JobTarget, changes: Row | None = None
) -> Job:
    """Return a queued job to building; for a while it can come back to its place.

    An answer that it was queued with is forgotten: it will ask anew.
    """
    window = timedelta(seconds=request.settings.requeue_window_s)
    return await job_moves.move(
        job.key,
        to=JobStatus.BUILDING,
        only_from=_QUEUED & target.only_in,
        now=request.now,
        actor=request.viewer.user_id,
        expected_revision=target.expected_revision,
        changes={"requeue_window_ends_at": request.now + window, "on_hold": False}
        | (changes or {}),
        unset=("waiting_for", "tokens_requested_at", "interaction"),
    )
