"""What each user has starred; nobody else sees it, and it changes no revision."""

from domain import job_moves
from domain.database import AFTER, Row
from domain.documents import Job, Project, Workspace
from domain.error_codes import ErrorCode
from domain.errors import JobMoved, NotFound, StatusRefused
from domain.permissions import Permission, require
from domain.uids import JobKey, workspace_id
from domain.use_cases.context import Request
from domain.visibility import project_filter, visible_job, visible_project


async def star_job(request: Request, key: JobKey, *, starred: bool) -> Job:
    """Note it for a job in any status; raises NotFound, and StatusRefused for a deleted one."""
    require(request.viewer, Permission.READ)
    job = await visible_job(request.viewer, key)
    try:
        return await job_moves.set_starred(key, request.viewer.user_id, starred=starred)
    except JobMoved as gone:
        message = f"Job {job.uid} is deleted."
        raise StatusRefused(message, current=job.status, code=ErrorCode.JOB_DELETED) from gone


async def star_project(request: Request, uid: str, *, starred: bool) -> Project:
    """Note it for a project, archived ones too; raises NotFound."""
    require(request.viewer, Permission.READ)
    guard: Row = {"_id": uid, **project_filter(request.viewer)}
    change = _change(request, starred=starred)
    row = await Project.rows().find_one_and_update(guard, change, return_document=AFTER)
    if row is None:
        raise NotFound(f"There is no project {uid}.", path=["subject"])
    return Project.from_row(row)


async def star_workspace(
    request: Request, project_uid: str, uid: str, *, starred: bool
) -> Workspace:
    """Note it for a workspace; raises NotFound."""
    require(request.viewer, Permission.READ)
    await visible_project(request.viewer, project_uid)
    guard: Row = {"_id": workspace_id(project_uid, uid), "deleted": False}
    change = _change(request, starred=starred)
    row = await Workspace.rows().find_one_and_update(guard, change, return_document=AFTER)
    if row is None:
        raise NotFound(f"There is no workspace {project_uid}/{uid}.", path=["subject"])
    return Workspace.from_row(row)


def _change(request: Request, *, starred: bool) -> Row:
    return {"$addToSet" if starred else "$pull": {"starred_by": request.viewer.user_id}}
