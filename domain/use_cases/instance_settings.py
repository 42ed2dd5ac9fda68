"""Change the settings of this server."""

from typing import TypedDict

from domain import tokens
from domain.database import AFTER, Row
from domain.documents import Instance, Lane
from domain.documents.instance import INSTANCE_ID
from domain.errors import BadInput, LaneRefused
from domain.permissions import Permission, require
from domain.use_cases.context import Request
from domain.use_cases.revisions import at_revision, require_revision
from domain.use_cases.storable import require_storable

HIGHEST_PRIORITY = 100
MAX_TOKENS = 1_000_000
_TOKENS = f"0 to {MAX_TOKENS}"
MAX_BANNER = 2000
MAX_MINUTES = 60 * 24 * 365
_LANES = {"default_lane": "defaultLane", "import_lane_override": "importLaneOverride"}


class SettingChanges(TypedDict, total=False):
    """The new values; what is left out stays. No lane means: jobs must name one."""

    default_lane: str
    default_priority: int
    token_limit: int | None
    reserved_tokens: int
    maintenance: bool
    banner_message: str | None
    import_lane_override: str | None
    ageing_minutes: int
    ageing_limit: int
    fair_share: float
    patience_minutes: int


async def update_instance_settings(
    request: Request, changes: SettingChanges, *, expected_revision: int | None = None
) -> Instance:
    """Change settings; the limit of tokens goes to the pool, whose holders keep what they hold.

    A limit below what is held starts nothing until enough has come back. The instance's revision
    counts changes of the limit too. Raises Forbidden, BadInput, LaneRefused, RevisionConflict.
    """
    require(request.viewer, Permission.ADMIN)
    _check(changes)
    for name, field in _LANES.items():
        await _require_lane(changes.get(name), field)
    of_the_pool = {"token_limit", "reserved_tokens"}
    values: Row = {name: value for name, value in changes.items() if name not in of_the_pool}
    instance = await _write(values, expected_revision)
    if "token_limit" in changes:
        await tokens.set_limit(changes["token_limit"])
    if "reserved_tokens" in changes:
        await tokens.reserve(instance.instance_id, changes["reserved_tokens"])
    return instance


async def _write(values: Row, expected_revision: int | None) -> Instance:
    update: Row = {"$inc": {"revision": 1}, **({"$set": values} if values else {})}
    row = await Instance.rows().find_one_and_update(
        at_revision(INSTANCE_ID, expected_revision), update, return_document=AFTER
    )
    if row is None:
        return await require_revision(Instance, INSTANCE_ID, expected_revision)
    return Instance.from_row(row)


def _check(changes: SettingChanges) -> None:
    priority, limit = changes.get("default_priority", 0), changes.get("token_limit")
    banner = changes.get("banner_message")
    require_storable(banner, ("bannerMessage",))
    points, minutes = f"0 to {HIGHEST_PRIORITY}", f"0 to {MAX_MINUTES}"
    checks = (
        ("defaultPriority", 0 <= priority <= HIGHEST_PRIORITY, points),
        ("tokenLimit", limit is None or 0 <= limit <= MAX_TOKENS, _TOKENS),
        ("reservedTokens", 0 <= changes.get("reserved_tokens", 0) <= MAX_TOKENS, _TOKENS),
        ("bannerMessage", len(banner or "") <= MAX_BANNER, f"at most {MAX_BANNER} characters"),
        ("ageingMinutes", 0 <= changes.get("ageing_minutes", 0) <= MAX_MINUTES, minutes),
        ("ageingLimit", 0 <= changes.get("ageing_limit", 0) <= HIGHEST_PRIORITY, points),
        ("fairShare", 0 <= changes.get("fair_share", 0) <= HIGHEST_PRIORITY, points),
        ("patienceMinutes", 0 <= changes.get("patience_minutes", 0) <= MAX_MINUTES, minutes),
    )
    for field, holds, constraint in checks:
        if not holds:
            message = f"{field} is not acceptable: {constraint}."
            raise BadInput(message, path=[field], constraint=constraint)


async def _require_lane(name: object, field: str) -> None:
    """Raises LaneRefused unless `name` is None or that of a lane."""
    if name is None:
        return
    assert isinstance(name, str)
    if await Lane.get(name) is None:
        refusal = LaneRefused(f"There is no lane {name}.", lane=name)
        refusal.path = [field]
        raise refusal
