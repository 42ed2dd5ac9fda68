"""Delete a project: all its jobs by one operation, then its directory and itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import operations
from domain.database import AFTER
from domain.documents import Job, Operation, Project
from domain.errors import ProjectRefused, RevisionConflict
from domain.permissions import Permission, require
from domain.uids import JobKey
from domain.use_cases.act import act
from domain.use_cases.context import Request
from domain.use_cases.delete import Delete, chosen
from domain.use_cases.job_results import BulkPolicy, Done, JobActionResult, JobTarget
from domain.visibility import visible_project


@dataclass
class ProjectDeletion:
    """What becomes of each job; without an operation nothing was done, and the project stays."""

    results: list[JobActionResult]
    project: Project
    operation: Operation | None = None


async def delete_project(
    request: Request, uid: str, *, expected_revision: int | None = None, dry_run: bool = False
) -> ProjectDeletion:
    """Delete the project with all its jobs, or nothing: final results must be unmarked before.

    Raises NotFound, ProjectRefused (read-only, or going already) and RevisionConflict.
    """
    require(request.viewer, Permission.WRITE)
    project = await visible_project(request.viewer, uid)
    _check(project, expected_revision)
    rows = Job.rows().find({"project_uid": uid, "deleted": False}, {"_id": 1}).sort("uid_num", 1)
    targets = [JobTarget(JobKey.parse(row["_id"])) async for row in rows]
    action = _DeleteAll(force=True, chosen=chosen(targets), container={"project": uid})
    results = await act(
        request,
        targets,
        action,
        policy=BulkPolicy.ALL_OR_NOTHING,
        dry_run=dry_run,
        are_limited=False,
    )
    if dry_run or any(result.errors for result in results):
        return ProjectDeletion(results, project)
    if not targets:
        await action.conclude(request, [])
    going = await _show_going(request, project)
    return ProjectDeletion(results, going, action.operation(request))


@dataclass
class _DeleteAll(Delete):
    """Records its operation even if the project has no jobs."""

    async def conclude(self, request: Request, done: Sequence[Done]) -> None:
        operation = self.operation(request)
        ids = [each.job.id for each in done]
        operation.outcomes = operations.outcomes_of(ids, self.begun)
        operation.project_uids = [self.container["project"]]
        await operation.insert()


def _check(project: Project, expected_revision: int | None) -> None:
    if not project.is_writable:
        message = f"Project {project.uid} is archived, detached or being deleted."
        raise ProjectRefused(message, project_uid=project.uid)
    if expected_revision not in (None, project.revision):
        assert expected_revision is not None
        raise _conflict(project, expected_revision)


def _conflict(project: Project, expected: int) -> RevisionConflict:
    return RevisionConflict(
        f"Project {project.uid} has changed since you read it.",
        expected=expected,
        current=project.revision,
        object_id=project.id,
        kind="project",
    )


async def _show_going(request: Request, project: Project) -> Project:
    """Nothing new may come into it from now on."""
    row = await Project.rows().find_one_and_update(
        {"_id": project.id, "revision": project.revision},
        {"$set": {"deleting": True, "updated_at": request.now}, "$inc": {"revision": 1}},
        return_document=AFTER,
    )
    if row is None:
        raise _conflict(project, project.revision)
    return Project.from_row(row)
