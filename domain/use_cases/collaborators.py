"""Give users access to a project, and take it away again."""

from domain.database import AFTER, Row
from domain.documents import Project
from domain.errors import BadInput, NotFound
from domain.permissions import Permission, require
from domain.use_cases.context import Request
from domain.use_cases.edit_project import require_owner
from domain.use_cases.revisions import at_revision, require_revision
from domain.use_cases.users import UserRef, find_user
from domain.visibility import project_filter, visible_project


async def add_collaborator(
    request: Request, uid: str, user: UserRef, *, expected_revision: int | None = None
) -> Project:
    """Let the user see and change the project; one who may already changes nothing.

    Raises NotFound (project, user), Forbidden unless the caller owns it, RevisionConflict.
    """
    project = await _own_project(request, uid)
    added = await find_user(user)
    if added.id in (project.owner_user_id, *project.users_with_access):
        return await require_revision(Project, uid, expected_revision)
    change: Row = {"$addToSet": {"users_with_access": added.id}}
    return await _write(request, uid, change, expected_revision)


async def remove_collaborator(
    request: Request, uid: str, user: UserRef, *, expected_revision: int | None = None
) -> Project:
    """Take the user's access away; one who has none changes nothing.

    Raises BadInput for the owner, and as `add_collaborator` does.
    """
    project = await _own_project(request, uid)
    removed = await find_user(user)
    if removed.id == project.owner_user_id:
        message = f"{removed.name} owns project {uid} and keeps access to it."
        raise BadInput(message, path=["user"], constraint="not the owner")
    if removed.id not in project.users_with_access:
        return await require_revision(Project, uid, expected_revision)
    change: Row = {"$pull": {"users_with_access": removed.id}}
    return await _write(request, uid, change, expected_revision)


async def _own_project(request: Request, uid: str) -> Project:
    require(request.viewer, Permission.WRITE)
    project = await visible_project(request.viewer, uid)
    require_owner(request.viewer, project, "say who has access")
    return project


async def _write(request: Request, uid: str, change: Row, expected_revision: int | None) -> Project:
    guard = {**at_revision(uid, expected_revision), **project_filter(request.viewer)}
    update = {**change, "$set": {"updated_at": request.now}, "$inc": {"revision": 1}}
    row = await Project.rows().find_one_and_update(guard, update, return_document=AFTER)
    if row is not None:
        return Project.from_row(row)
    await require_revision(Project, uid, expected_revision)
    raise NotFound(f"There is no project {uid}.", path=["projectUid"])
