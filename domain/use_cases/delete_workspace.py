"""Delete a workspace: jobs that are elsewhere too leave it, the others are deleted with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import job_moves
from domain.actions import JobAction
from domain.database import AFTER
from domain.documents import Job, Operation, Workspace
from domain.errors import ProjectRefused, RevisionConflict
from domain.permissions import Permission, require
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.delete import Delete, chosen
from domain.use_cases.job_results import Done, JobActionResult, JobTarget
from domain.visibility import visible_project, visible_workspace


@dataclass
class WorkspaceDeletion:
    """What becomes of each job; `workspace` is as it is then, None once it is deleted.

    It stays while a protected job is in it, or until `operation` has deleted its jobs.
    """

    results: list[JobActionResult]
    workspace: Workspace | None
    operation: Operation | None = None


async def delete_workspace(
    request: Request,
    project_uid: str,
    uid: str,
    *,
    expected_revision: int | None = None,
    dry_run: bool = False,
) -> WorkspaceDeletion:
    """Delete the workspace and the jobs that are in no other; protected jobs are kept, and it.

    Raises NotFound, ProjectRefused (read-only) and RevisionConflict.
    """
    require(request.viewer, Permission.WRITE)
    workspace = await visible_workspace(request.viewer, project_uid, uid)
    await _check(request, workspace, expected_revision)
    query = {"project_uid": project_uid, "workspace_uids": uid, "deleted": False}
    jobs = await Job.find(query).sort("uid_num").to_list()
    linked = [JobTarget(job.key) for job in jobs if len(job.workspace_uids) > 1]
    alone = [JobTarget(job.key) for job in jobs if len(job.workspace_uids) == 1]
    unlinked = await act(request, linked, _Leave(uid), dry_run=dry_run, are_limited=False)
    action = Delete(chosen=chosen(alone), container={"workspace": workspace.id})
    deleted = await act(request, alone, action, dry_run=dry_run, are_limited=False)
    results = _in_order(jobs, [*unlinked, *deleted])
    operation = next((result.operation for result in deleted if result.operation), None)
    stays = dry_run or operation is not None or any(result.errors for result in results)
    gone = None if stays else await _remove(request, workspace)
    return WorkspaceDeletion(results, workspace if gone is None else None, operation)


@dataclass(frozen=True)
class _Leave(BaseAction):
    """Takes a job out of a workspace, for good."""

    workspace_uid: str
    name: JobAction = JobAction.UNLINK

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:  # noqa: ARG002
        left = [uid for uid in job.workspace_uids if uid != self.workspace_uid]
        changes = {"workspace_uids": left}
        changed = await job_moves.change(
            job.key, changes=changes, now=request.now, expected_revision=job.revision
        )
        return Done(changed)


def _in_order(jobs: Sequence[Job], results: Sequence[JobActionResult]) -> list[JobActionResult]:
    by_job = {str(result.key): result for result in results}
    ordered = [by_job[job.id] for job in jobs]
    for index, result in enumerate(ordered):
        result.index = index
    return ordered


async def _check(request: Request, workspace: Workspace, expected_revision: int | None) -> None:
    project = await visible_project(request.viewer, workspace.project_uid)
    if not project.is_writable:
        message = f"Project {project.uid} is archived, detached or being deleted."
        raise ProjectRefused(message, project_uid=project.uid)
    if expected_revision not in (None, workspace.revision):
        assert expected_revision is not None
        raise _conflict(workspace, expected_revision)


def _conflict(workspace: Workspace, expected: int) -> RevisionConflict:
    return RevisionConflict(
        f"Workspace {workspace.uid} has changed since you read it.",
        expected=expected,
        current=workspace.revision,
        object_id=workspace.id,
        kind="workspace",
    )


async def _remove(request: Request, workspace: Workspace) -> Workspace:
    row = await Workspace.rows().find_one_and_update(
        {"_id": workspace.id, "revision": workspace.revision, "deleted": False},
        {"$set": {"deleted": True, "updated_at": request.now}, "$inc": {"revision": 1}},
        return_document=AFTER,
    )
    if row is None:
        raise _conflict(workspace, workspace.revision)
    return Workspace.from_row(row)
