"""Give up what is not heard of any more: slots in quarantine, or a whole machine."""

from domain.database import AFTER, Row
from domain.documents import Target
from domain.errors import BadInput, NotFound
from domain.permissions import Permission, require
from domain.uids import AttemptKey
from domain.use_cases.context import Request
from domain.use_cases.revisions import at_revision, require_revision
from domain.use_cases.target_changes import write_target


async def free_quarantined_slots(
    request: Request, name: str, attempt: str, *, expected_revision: int | None = None
) -> Target:
    """Vouch for the death of an attempt; the scheduler then frees all that it holds.

    Raises Forbidden, BadInput, NotFound if nothing of it is in quarantine there, RevisionConflict.
    """
    require(request.viewer, Permission.ADMIN)
    path = f"quarantine.{AttemptKey.parse(attempt)}"
    word = {f"{path}.freed_at": request.now, f"{path}.freed_by": request.viewer.name}
    change: Row = {"$set": word, "$inc": {"revision": 1}}
    query = at_revision(name, expected_revision) | {path: {"$exists": True}}
    row = await Target.rows().find_one_and_update(query, change, return_document=AFTER)
    if row is None:
        await require_revision(Target, name, expected_revision)
        raise NotFound(f"{attempt} has no slots in quarantine on {name}.")
    return Target.from_row(row)


async def declare_target_lost(
    request: Request, name: str, *, expected_revision: int | None = None
) -> Target:
    """Declare a machine lost, which also drains it; the scheduler then ends its jobs.

    Raises Forbidden, NotFound, BadInput for a cluster, RevisionConflict.
    """
    require(request.viewer, Permission.ADMIN)
    target = await require_revision(Target, name, expected_revision)
    if target.type == "cluster":
        message = f"{name} is a cluster: it says itself which of its machines are lost."
        raise BadInput(message, path=["name"])
    word = {"declared_lost_at": request.now, "declared_lost_by": request.viewer.name}
    return await write_target(name, {"drained": True, **word}, expected_revision)
