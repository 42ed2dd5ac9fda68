"""Create, change and delete lanes."""

import re
from collections.abc import Iterable
from typing import Literal, TypedDict

from domain.database import AFTER, DuplicateKey, Row
from domain.documents import Attempt, Instance, Job, Lane, Target, User
from domain.documents.attempt import UNSETTLED
from domain.documents.instance import INSTANCE_ID
from domain.error_codes import ErrorCode
from domain.errors import BadInput, InUse, NotFound
from domain.permissions import Permission, require
from domain.slots import holders
from domain.status import ACTIVE, JobStatus
from domain.uids import AttemptKey
from domain.use_cases.context import Request
from domain.use_cases.revisions import at_revision, require_revision
from domain.use_cases.storable import require_storable

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
MAX_TITLE = 200
MAX_DESC = 10_000
_TOLD = 100
"""How many of the jobs that are in the way are named (InUseError.jobs)."""


class LaneChanges(TypedDict, total=False):
    """The new values; what is left out stays."""

    title: str
    desc: str | None


async def create_lane(
    request: Request,
    *,
    name: str,
    type: Literal["node", "cluster"],
    title: str | None = None,
    desc: str | None = None,
) -> Lane:
    """Make a lane and let every user queue to it; raises Forbidden, BadInput, InUse."""
    require(request.viewer, Permission.ADMIN)
    checked_name(name)
    require_words(title or name, desc)
    lane = Lane(id=name, type=type, title=title or name, desc=desc, created_at=request.now)
    try:
        await lane.insert()
    except DuplicateKey as error:
        message = f"There is a lane {name} already."
        raise InUse(message, code=ErrorCode.NAME_TAKEN) from error
    await User.rows().update_many({}, {"$addToSet": {"lanes": name}, "$inc": {"revision": 1}})
    return lane


async def update_lane(
    request: Request, name: str, changes: LaneChanges, *, expected_revision: int | None = None
) -> Lane:
    """Change a lane's words; raises Forbidden, BadInput, NotFound, RevisionConflict."""
    require(request.viewer, Permission.ADMIN)
    require_words(changes.get("title", name), changes.get("desc"))
    if not changes:
        return await require_revision(Lane, name, expected_revision)
    return await write_lane(name, dict(changes), expected_revision)


async def write_lane(name: str, values: Row, expected_revision: int | None) -> Lane:
    """Set `values` in one write; raises NotFound, RevisionConflict."""
    update = {"$set": values, "$inc": {"revision": 1}}
    row = await Lane.rows().find_one_and_update(
        at_revision(name, expected_revision), update, return_document=AFTER
    )
    if row is None:
        await require_revision(Lane, name, expected_revision)
        raise NotFound(f"There is no lane {name}.")
    return Lane.from_row(row)


async def delete_lane(request: Request, name: str, *, expected_revision: int | None = None) -> Lane:
    """Delete a lane and its targets; answers the lane as it was.

    Raises InUse while jobs are queued to it or active on it, while a slot of its targets is held,
    and while it is the default lane or that of imports; Forbidden, NotFound, RevisionConflict.
    A job that is queued to it at this very moment waits, and says that the lane is gone.
    """
    require(request.viewer, Permission.ADMIN)
    lane = await require_revision(Lane, name, expected_revision)
    await _require_unused(name)
    for target in await Target.find({"lane": name}).to_list():
        await delete_free_target(target)
    deleted = await Lane.rows().delete_one({"_id": name, "revision": lane.revision})
    if deleted.deleted_count == 0:
        await require_revision(Lane, name, lane.revision)
        raise NotFound(f"There is no lane {name}.")
    await User.rows().update_many(
        {"lanes": name}, {"$pull": {"lanes": name}, "$inc": {"revision": 1}}
    )
    return lane


async def delete_free_target(target: Target) -> None:
    """Delete a target if nothing has changed on it since it was read, and nothing is held.

    An attempt is on record before it takes slots, and taking them, even none of a cluster, raises
    the target's revision: nothing comes between the look and the deed. Raises InUse, NotFound,
    RevisionConflict.
    """
    keys = holders(target).keys() | await _attempts_on(target)
    require_no_holder(target, keys, f"Target {target.name} cannot be deleted")
    found = await Target.rows().delete_one({"_id": target.id, "revision": target.revision})
    if found.deleted_count == 0:
        await require_revision(Target, target.id, target.revision)
        raise NotFound(f"There is no target {target.name}.")


async def _attempts_on(target: Target) -> set[str]:
    """The attempts that may run there; on a cluster they hold no slots of ours."""
    unsettled = {"state": {"$in": sorted(UNSETTLED)}, "resources.target": target.name}
    return {row["_id"] for row in await Attempt.rows().find(unsettled, {"_id": 1}).to_list(None)}


def require_no_holder(target: Target, keys: Iterable[str], refusal: str) -> None:
    """Raises InUse, with the jobs, if there are attempt keys in `keys` that hold its slots."""
    ids = sorted({str(AttemptKey.parse(key).job) for key in keys})
    if ids:
        message = f"{refusal}: jobs hold slots of {target.name} or run there: {named(ids)}."
        raise InUse(message, job_ids=ids[:_TOLD])


async def _require_unused(name: str) -> None:
    attached: Row = {
        "queued_to_lane": name,
        "status": {"$in": sorted({JobStatus.QUEUED, *ACTIVE})},
        "deleted": False,
    }
    rows = await Job.rows().find(attached, {"_id": 1}).sort("_id", 1).to_list(_TOLD)
    used_by = await _settings_that_name(name)
    if not (rows or used_by):
        return
    ids = [row["_id"] for row in rows]
    reasons = [f"it is {', '.join(used_by)}"] if used_by else []
    reasons += [f"jobs are attached to it: {named(ids)}"] if ids else []
    message = f"Lane {name} cannot be deleted: {'; '.join(reasons)}."
    raise InUse(message, used_by=used_by, job_ids=ids)


async def _settings_that_name(lane: str) -> list[str]:
    instance = await Instance.get(INSTANCE_ID)
    assert instance is not None, "made on the first start"
    settings = (
        ("Instance.defaultLane", instance.default_lane),
        ("Instance.importLaneOverride", instance.import_lane_override),
    )
    return [setting for setting, value in settings if value == lane]


def named(job_ids: list[str], most: int = 5) -> str:
    """The jobs for a sentence: "P1-J2, P1-J3 and others"."""
    return ", ".join(job_ids[:most]) + (" and others" if len(job_ids) > most else "")


def checked_name(name: str) -> str:
    """The name of a lane or target; raises BadInput unless it is safe in files and commands."""
    if not _NAME.fullmatch(name):
        raise BadInput(
            "A name has 1 to 64 letters, digits, dots, dashes and underscores, "
            "and begins with a letter or digit.",
            path=["name"],
            constraint=_NAME.pattern,
        )
    return name


def require_words(title: str, desc: str | None) -> None:
    """Raises BadInput unless the title has 1 to 200 characters, and the description fits."""
    require_storable(title, ("title",))
    require_storable(desc, ("desc",))
    if not title.strip() or len(title) > MAX_TITLE:
        message = f"A title has 1 to {MAX_TITLE} characters."
        raise BadInput(message, path=["title"], constraint=f"1..{MAX_TITLE} characters")
    if len(desc or "") > MAX_DESC:
        message = f"A description has at most {MAX_DESC} characters."
        raise BadInput(message, path=["desc"], constraint=f"<= {MAX_DESC} characters")
