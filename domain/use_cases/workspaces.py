"""Create workspaces and change them."""

from collections.abc import Sequence
from typing import TypedDict

from domain.database import AFTER, Row
from domain.documents import Workspace
from domain.documents.tag import TagType
from domain.errors import NotFound
from domain.ids import next_number
from domain.permissions import Permission, require
from domain.uids import workspace_id
from domain.use_cases.context import Request
from domain.use_cases.edit_project import require_writable
from domain.use_cases.projects import checked_title
from domain.use_cases.revisions import at_revision, require_revision
from domain.use_cases.tags import applicable_tags
from domain.visibility import visible_project


class WorkspaceChanges(TypedDict, total=False):
    """The new values; what is left out stays."""

    title: str
    description: str | None
    tag_uids: Sequence[str]


async def create_workspace(
    request: Request, project_uid: str, *, title: str, description: str | None = None
) -> Workspace:
    """Make an empty workspace; raises NotFound, ProjectRefused, BadInput (title)."""
    require(request.viewer, Permission.WRITE)
    project = await visible_project(request.viewer, project_uid)
    require_writable(project)
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


async def update_workspace(
    request: Request,
    project_uid: str,
    uid: str,
    changes: WorkspaceChanges,
    *,
    expected_revision: int | None = None,
) -> Workspace:
    """Change a workspace's words or tags.

    Raises NotFound, ProjectRefused, BadInput (title, tags), RevisionConflict.
    """
    require(request.viewer, Permission.WRITE)
    require_writable(await visible_project(request.viewer, project_uid))
    id = workspace_id(project_uid, uid)
    if not changes:
        return await _present(id, expected_revision)
    guard = {**at_revision(id, expected_revision), "deleted": False}
    update = {"$set": await _values(request, changes), "$inc": {"revision": 1}}
    row = await Workspace.rows().find_one_and_update(guard, update, return_document=AFTER)
    return Workspace.from_row(row) if row else await _present(id, expected_revision)


async def _values(request: Request, changes: WorkspaceChanges) -> Row:
    values: Row = {**changes, "updated_at": request.now}
    if "title" in changes:
        values["title"] = checked_title(changes["title"])
    if "tag_uids" in changes:
        tags = await applicable_tags(values.pop("tag_uids"), TagType.WORKSPACE)
        values["tags"] = [tag.id for tag in tags]
    return values


async def _present(id: str, expected_revision: int | None) -> Workspace:
    workspace = await require_revision(Workspace, id, expected_revision)
    if workspace.deleted:
        raise NotFound(f"There is no workspace {id}.", path=["workspaceUid"])
    return workspace
