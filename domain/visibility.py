"""Who sees which project and job; denied unless a rule here allows it (INV-20)."""

from domain.database import Row
from domain.documents import Job, Project, Workspace
from domain.errors import NotFound
from domain.permissions import Viewer
from domain.uids import JobKey, workspace_id


def project_filter(viewer: Viewer) -> Row:
    """The query that matches the projects the viewer sees."""
    if viewer.is_admin:
        return {"deleted": False}
    mine = [{"owner_user_id": viewer.user_id}, {"users_with_access": viewer.user_id}]
    return {"deleted": False, "$or": mine}


async def visible_project(viewer: Viewer, project_uid: str) -> Project:
    """The project; raises NotFound if there is none, or none that the viewer sees."""
    project = await Project.find_one({"_id": project_uid, **project_filter(viewer)})
    if project is None:
        raise NotFound(f"There is no project {project_uid}.", path=["projectUid"])
    return project


async def visible_workspace(viewer: Viewer, project_uid: str, uid: str) -> Workspace:
    """The workspace; raises NotFound if there is none that the viewer sees."""
    workspace = await Workspace.get(workspace_id(project_uid, uid))
    seen = await _sees_project(viewer, project_uid)
    if workspace is None or workspace.deleted or not seen:
        message = f"There is no workspace {uid} in project {project_uid}."
        raise NotFound(message, path=["workspaceUid"])
    return workspace


async def visible_project_uids(viewer: Viewer) -> list[str] | None:
    """The projects that the viewer sees; None for all of them."""
    if viewer.is_admin:
        return None
    rows = Project.rows().find(project_filter(viewer), {"_id": 1})
    return [row["_id"] async for row in rows]


async def visible_job(viewer: Viewer, key: JobKey) -> Job:
    """The job, deleted ones too; raises NotFound if there is none that the viewer sees."""
    job = await Job.get(str(key))
    if job is None or not await _sees_project(viewer, key.project_uid):
        raise NotFound(f"There is no job {key}.", path=["job"])
    return job


async def _sees_project(viewer: Viewer, project_uid: str) -> bool:
    query = {"_id": project_uid, **project_filter(viewer)}
    return await Project.rows().count_documents(query, limit=1) == 1
