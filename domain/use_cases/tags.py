"""Tags: make them, change them, take them away from everything, and see what may be applied."""

from collections.abc import Iterable
from typing import TypedDict
from uuid import uuid4

from domain import job_moves
from domain.database import AFTER, DuplicateKey, Row
from domain.documents import Project, Tag, Workspace
from domain.documents.tag import TagColour, TagType
from domain.error_codes import ErrorCode
from domain.errors import BadInput, NotFound
from domain.permissions import Permission, require
from domain.use_cases.context import Request
from domain.use_cases.projects import checked_title
from domain.use_cases.revisions import at_revision, require_revision

MAX_TAGS = 50
"""The most tags that one object has."""


class TagChanges(TypedDict, total=False):
    """The new values; what is left out stays."""

    title: str
    colour: TagColour
    description: str | None


async def applicable_tags(uids: Iterable[str], to: TagType) -> list[Tag]:
    """The tags with these uids, each once and in order, all of which may be put on a `to`.

    Those are the general ones and those of its own type. Raises NotFound, and BadInput for a tag
    of another type or for too many.
    """
    wanted = list(dict.fromkeys(uids))
    if len(wanted) > MAX_TAGS:
        message = f"An object has at most {MAX_TAGS} tags."
        raise BadInput(message, path=["tagUids"], constraint=f"<= {MAX_TAGS}")
    rows = await Tag.rows().find({"_id": {"$in": wanted}}).to_list(None)
    found = {row["_id"]: Tag.from_row(row) for row in rows}
    return [_applicable(uid, found.get(uid), to) for uid in wanted]


def _applicable(uid: str, tag: Tag | None, to: TagType) -> Tag:
    if tag is None:
        raise NotFound(f"There is no tag {uid}.", path=["tagUids"])
    if tag.type not in (TagType.GENERAL, to):
        message = f"The tag “{tag.title}” is for {tag.type}s, not for {to}s."
        raise BadInput(message, path=["tagUids"], constraint=f"general or {to}")
    return tag


async def create_tag(
    request: Request,
    *,
    title: str,
    type: TagType,
    colour: TagColour = TagColour.GRAY,
    description: str | None = None,
) -> Tag:
    """Make a tag; raises BadInput for a bad title, or one that a tag of this type has."""
    require(request.viewer, Permission.WRITE)
    tag = Tag(
        id=uuid4().hex,
        title=checked_title(title),
        type=type,
        colour=colour,
        description=description,
        created_by=request.viewer.user_id,
        created_at=request.now,
    )
    try:
        await tag.insert()
    except DuplicateKey as error:
        raise _taken(tag.title) from error
    return tag


async def update_tag(
    request: Request, uid: str, changes: TagChanges, *, expected_revision: int | None = None
) -> Tag:
    """Change a tag wherever it is; raises NotFound, BadInput (title), RevisionConflict."""
    require(request.viewer, Permission.WRITE)
    values: Row = dict(changes)
    if not values:
        return await require_revision(Tag, uid, expected_revision)
    if "title" in values:
        values["title"] = checked_title(values["title"])
    guard, update = at_revision(uid, expected_revision), {"$set": values, "$inc": {"revision": 1}}
    try:
        row = await Tag.rows().find_one_and_update(guard, update, return_document=AFTER)
    except DuplicateKey as error:
        raise _taken(values["title"]) from error
    return Tag.from_row(row) if row else await require_revision(Tag, uid, expected_revision)


async def delete_tag(request: Request, uid: str, *, expected_revision: int | None = None) -> Tag:
    """Take the tag off everything and forget it; gives the tag as it was.

    Raises NotFound and RevisionConflict. To be run in a transaction.
    """
    require(request.viewer, Permission.WRITE)
    row = await Tag.rows().find_one_and_delete(at_revision(uid, expected_revision))
    if row is None:
        return await require_revision(Tag, uid, expected_revision)
    off: Row = {
        "$pull": {"tags": uid},
        "$inc": {"revision": 1},
        "$set": {"updated_at": request.now},
    }
    await Project.rows().update_many({"tags": uid}, off)
    await Workspace.rows().update_many({"tags": uid}, off)
    await job_moves.take_tag_off(uid, now=request.now)
    return Tag.from_row(row)


def _taken(title: str) -> BadInput:
    message = f"There is a tag “{title}” of this type already."
    return BadInput(message, path=["title"], code=ErrorCode.NAME_TAKEN)
