"""Restart: kill, clear and queue again, as one operation; one at a time in a project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.actions import JobAction
from domain.database import Row
from domain.documents import Job, Operation, RestartLock
from domain.documents.operation import OPEN
from domain.error_codes import ErrorCode
from domain.errors import BuildErrors, BuildProblem, RestartInProgress
from domain.status import ACTIVE, JobStatus
from domain.use_cases.act import act
from domain.use_cases.context import Request
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
    Notice,
    NoticeCode,
)
from domain.use_cases.long_action import LongAction


async def restart(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Run jobs anew, each as it was queued last: same lane, host, GPUs, priority and params."""
    return await act(request, targets, _Restart(), policy=policy, dry_run=dry_run)


@dataclass
class _Restart(LongAction):
    name: JobAction = JobAction.RESTART
    _running: Mapping[str, str] = field(default_factory=dict)

    def options(self, request: Request) -> Row:
        """How far the credentials reach: the jobs are queued with the same rights."""
        return {"cap": request.viewer.cap}

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:
        await super().prepare(request, jobs)
        self._running = await running_restarts({job.project_uid for job in jobs})

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        running = self._running.get(job.project_uid)
        if running is not None:
            message = f"A restart is under way in project {job.project_uid}; wait for its end."
            raise RestartInProgress(message, operation_id=running)
        _require_intact_inputs(job)
        freed = 0 if job.status is JobStatus.QUEUED else job.job_dir_size
        return Done(job, notices=[*_first(job), *self.used_by_children(job)], bytes_freed=freed)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        planned = await self.plan(request, job)
        if job.status in ACTIVE:
            done = await self.kill_and_hold(request, job, target)
        elif job.status is JobStatus.QUEUED:
            done = await self.unqueue_and_hold(request, job, target)
        else:
            done = await self.hold(request, job, target)
        done.notices, done.bytes_freed = planned.notices, planned.bytes_freed
        return done

    async def conclude(self, request: Request, done: Sequence[Done]) -> None:
        """Record the operation, and that it is the one restart of each of its projects."""
        await super().conclude(request, done)
        for uid in self.operation(request).project_uids:  # none if no job could be held
            await RestartLock.rows().update_one(
                {"_id": uid}, {"$set": {"operation": self.operation_id}}, upsert=True
            )


async def running_restarts(project_uids: set[str]) -> dict[str, str]:
    """Project → the id of the restart that is under way there, if there is one."""
    query = {"_id": {"$in": sorted(project_uids)}}
    locks = {row["_id"]: row["operation"] async for row in RestartLock.rows().find(query)}
    still_open = {"_id": {"$in": sorted(set(locks.values()))}, "status": {"$in": list(OPEN)}}
    running = {row["_id"] async for row in Operation.rows().find(still_open, {"_id": 1})}
    return {uid: id for uid, id in locks.items() if id in running}


def _first(job: Job) -> list[Notice]:
    if job.status in ACTIVE:
        return [Notice(NoticeCode.KILLED_FIRST, f"Job {job.uid} is {job.status}: it is killed.")]
    if job.status is JobStatus.QUEUED:
        message = f"Job {job.uid} keeps the place it had in the queue."
        return [Notice(NoticeCode.QUEUE_PLACE_KEPT, message)]
    return [Notice(NoticeCode.CLEARED_FIRST, f"The results of job {job.uid} are erased.")]


def _require_intact_inputs(job: Job) -> None:
    """What could not be queued again must not be killed or erased for it."""
    if not job.build_errors:
        return
    problems = [BuildProblem(e.type, tuple(e.loc), e.message) for e in job.build_errors]
    broken = all(problem.type == "source_missing" for problem in problems)
    raise BuildErrors(
        f"Job {job.uid} could not be queued again: {problems[0].message}",
        problems=problems,
        code=ErrorCode.INPUTS_BROKEN if broken else ErrorCode.BUILD_ERRORS,
    )
