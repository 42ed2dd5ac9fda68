"""Create workspaces."""

from domain.documents import Workspace
from domain.errors import ProjectRefused
from domain.ids import next_number
from domain.permissions import Permission, require
from domain.uids import workspace_id
from domain.use_cases.context import Request
from domain.use_cases.projects import checked_title
from domain.visibility import visible_project


async def create_workspace(
    request: Request, project_uid: str, *, title: str, description: str | None = None
) -> Workspace:
    """Make an empty workspace; raises NotFound, ProjectRefused, BadInput (title)."""
    require(request.viewer, Permission.WRITE)
    project = await visible_project(request.viewer, project_uid)
    if not project.is_writable:
        message = f"Project {project_uid} is archived, detached or being deleted."
        raise ProjectRefused(message, project_uid=project_uid)
    title = checked_title(title)
    number = await next_number(f"{project_uid}:workspaces")
    uid = f"W{number}"
    workspace = Workspace(
        id=workspace_id(project_uid, uid),
        project_uid=project_uid,
        uid=uid,
        uid_num=number,
        title=title,
        description=description,
        created_by=request.viewer.user_id,
        created_at=request.now,
        updated_at=request.now,
    )
    await workspace.insert()
    return workspace
