"""Change a project: its words, its tags, whether it is archived, whether its queue goes on."""

from collections.abc import Sequence
from typing import TypedDict

from domain.database import AFTER, Row
from domain.documents import Job, Project
from domain.documents.tag import TagType
from domain.errors import BadInput, Forbidden, InUse, NotFound, ProjectRefused
from domain.job_types import Catalogue
from domain.permissions import Permission, Viewer, require
from domain.status import ACTIVE
from domain.use_cases.context import Request
from domain.use_cases.projects import checked_title
from domain.use_cases.revisions import at_revision, require_revision
from domain.use_cases.tags import applicable_tags
from domain.visibility import project_filter, visible_project

_LISTED, _NAMED = 100, 5
"""How many of the jobs that are in the way are told of, and how many the sentence names."""


class ProjectChanges(TypedDict, total=False):
    """The new values; what is left out stays."""

    title: str
    description: str
    tag_uids: Sequence[str]
    archived: bool
    queue_paused: bool
    keep_iterations_of: Sequence[str]


async def update_project(
    request: Request, uid: str, changes: ProjectChanges, *, expected_revision: int | None = None
) -> Project:
    """Change a project; only its owner and administrators archive it or bring it back.

    An archived project takes no change but the one that brings it back. Raises NotFound,
    Forbidden, ProjectRefused, BadInput (title, tags, job types), InUse (archived while jobs are
    active), RevisionConflict.
    """
    require(request.viewer, Permission.WRITE)
    project = await visible_project(request.viewer, uid)
    if "archived" in changes:
        require_owner(request.viewer, project, "archive it or bring it back")
    if not changes:
        return await require_revision(Project, uid, expected_revision)
    if changes.get("archived"):
        await _require_idle(uid)
    guard: Row = {**at_revision(uid, expected_revision), **_writable_for(request.viewer, changes)}
    update = {"$set": await _values(request, changes), "$inc": {"revision": 1}}
    row = await Project.rows().find_one_and_update(guard, update, return_document=AFTER)
    if row is not None:
        return Project.from_row(row)
    await require_revision(Project, uid, expected_revision)
    raise await _refusal(request.viewer, uid)


async def _values(request: Request, changes: ProjectChanges) -> Row:
    values: Row = {**changes, "updated_at": request.now}
    if "title" in changes:
        values["title"] = checked_title(changes["title"])
    if "tag_uids" in changes:
        tags = await applicable_tags(values.pop("tag_uids"), TagType.PROJECT)
        values["tags"] = [tag.id for tag in tags]
    if "keep_iterations_of" in changes:
        values["keep_iterations_of"] = _iterative(request.catalogue, changes["keep_iterations_of"])
    return values


def _iterative(catalogue: Catalogue, keys: Sequence[str]) -> list[str]:
    """The keys, each once; raises BadInput if one is not of an iterative job type."""
    for place, key in enumerate(keys):
        declaration = catalogue.get(key)
        if declaration is None or not declaration.run.iterative:
            message = f"There is no iterative job type {key}."
            raise BadInput(message, path=["keepIterationsOf", str(place)])
    return list(dict.fromkeys(keys))


def _writable_for(viewer: Viewer, changes: ProjectChanges) -> Row:
    """What must hold of a project that takes these changes; to archive it twice does no harm."""
    takes_all = {"detached": False, "deleting": {"$ne": True}, **project_filter(viewer)}
    opens = changes.get("archived") is False or set(changes) == {"archived"}
    return takes_all if opens else {"archived": False, **takes_all}


def require_owner(viewer: Viewer, project: Project, what: str) -> None:
    """Raises Forbidden unless the viewer owns the project or is an administrator."""
    if viewer.is_admin or viewer.user_id == project.owner_user_id:
        return
    message = f"Only the owner of project {project.uid} and administrators may {what}."
    raise Forbidden(message, required=Permission.ADMIN)


def require_writable(project: Project) -> None:
    """Raises ProjectRefused if the project is read-only."""
    if not project.is_writable:
        states = {"archived": project.archived, "detached": project.detached}
        state = next((name for name, holds in states.items() if holds), "being deleted")
        raise ProjectRefused(f"Project {project.uid} is {state}.", project_uid=project.uid)


async def _require_idle(uid: str) -> None:
    busy = [{"status": {"$in": sorted(ACTIVE)}}, {"active_operation": {"$ne": None}}]
    query: Row = {"project_uid": uid, "deleted": False, "$or": busy}
    rows = await Job.rows().find(query, {"uid": 1}).sort("uid_num", 1).to_list(_LISTED)
    if rows:
        named = ", ".join(row["uid"] for row in rows[:_NAMED])
        more = " and others" if len(rows) > _NAMED else ""
        message = f"Project {uid} cannot be archived while jobs are at work: {named}{more}."
        raise InUse(message, job_ids=[row["_id"] for row in rows])


async def _refusal(viewer: Viewer, uid: str) -> Exception:
    """Why the write found nothing: out of sight by now, or read-only."""
    project = await visible_project(viewer, uid)
    try:
        require_writable(project)
    except ProjectRefused as refusal:
        return refusal
    return NotFound(f"There is no project {uid}.", path=["projectUid"])
