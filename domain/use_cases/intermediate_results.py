"""Clear intermediate results of jobs, of a workspace or of a project; final ones are kept."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from domain.actions import JobAction
from domain.database import Row
from domain.documents import Job, Project
from domain.error_codes import ErrorCode
from domain.errors import StatusRefused
from domain.files import size_of_files
from domain.intermediate import removable
from domain.job_facts import JobFacts
from domain.status import DONE
from domain.uids import JobKey
from domain.use_cases.act import act
from domain.use_cases.context import Request
from domain.use_cases.job_results import BulkPolicy, Done, JobActionResult, JobTarget
from domain.use_cases.long_action import LongAction
from domain.used_outputs import used_outputs
from domain.visibility import visible_project, visible_workspace


async def clear_intermediate_results(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    always_keep_final: bool = True,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Erase the versions of outputs that are neither final nor used by a connection."""
    action = _ClearIntermediate(always_keep_final=always_keep_final)
    return await act(request, targets, action, policy=policy, dry_run=dry_run)


async def clear_project_intermediate_results(
    request: Request, project_uid: str, *, always_keep_final: bool = True, dry_run: bool = False
) -> list[JobActionResult]:
    """The same for all done jobs of a project that have any; raises NotFound."""
    await visible_project(request.viewer, project_uid)
    query: Row = {"project_uid": project_uid}
    return await _clear_in(request, query, always_keep_final, dry_run=dry_run)


async def clear_workspace_intermediate_results(
    request: Request,
    project_uid: str,
    workspace_uid: str,
    *,
    always_keep_final: bool = True,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """The same for all done jobs of a workspace that have any; raises NotFound."""
    await visible_workspace(request.viewer, project_uid, workspace_uid)
    query: Row = {"project_uid": project_uid, "workspace_uids": workspace_uid}
    return await _clear_in(request, query, always_keep_final, dry_run=dry_run)


async def _clear_in(
    request: Request, query: Row, always_keep_final: bool, *, dry_run: bool
) -> list[JobActionResult]:
    query |= {"deleted": False, "status": {"$in": sorted(DONE)}}
    if always_keep_final:
        query["intermediate_results_size_bytes"] = {"$gt": 0}
    rows = Job.rows().find(query, {"_id": 1}).sort("uid_num", 1)
    targets = [JobTarget(JobKey.parse(row["_id"])) async for row in rows]
    action = _ClearIntermediate(always_keep_final=always_keep_final)
    return await act(request, targets, action, dry_run=dry_run, are_limited=False)


@dataclass
class _ClearIntermediate(LongAction):
    name: JobAction = JobAction.CLEAR_INTERMEDIATE_RESULTS
    always_keep_final: bool = True
    _used: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _directories: Mapping[str, Path] = field(default_factory=dict)

    def options(self, request: Request) -> Row:  # noqa: ARG002
        return {"always_keep_final": self.always_keep_final}

    def weigh(self, facts: JobFacts) -> JobFacts:
        """Final results that go count too: how much that is, the plan says."""
        return facts if self.always_keep_final else replace(facts, intermediate_bytes=1)

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:  # noqa: ARG002
        self._used = await used_outputs([job.id for job in jobs])
        uids = sorted({job.project_uid for job in jobs})
        projects = await Project.find({"_id": {"$in": uids}}).to_list()
        self._directories = {project.uid: Path(project.project_dir) for project in projects}

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        """Measured as the operation will measure it."""
        used = self._used.get(job.id, frozenset())
        found = removable(job, used, keep_final=self.always_keep_final)
        if found.is_empty:
            raise StatusRefused(
                f"Job {job.uid} has no intermediate results.",
                current=job.status,
                allowed=DONE,
                code=ErrorCode.NO_INTERMEDIATE_RESULTS,
            )
        freed = await asyncio.to_thread(_size, self._directories[job.project_uid], found.paths)
        return Done(job, bytes_freed=freed)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        planned = await self.plan(request, job)
        done = await self.hold(request, job, target)
        done.bytes_freed = planned.bytes_freed
        return done


def _size(directory: Path, paths: Sequence[str]) -> int:
    """0 if the directory cannot be seen from here: the operation measures again."""
    try:
        return size_of_files(directory, paths)
    except OSError:
        return 0
