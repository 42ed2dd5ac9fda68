"""Slots of a target: taken and given back by compare-and-set, keyed by job#attempt."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.database import Row, UpdateOne
from domain.documents import Target
from domain.documents.target import Quarantine
from domain.resources import KINDS, Slots


def _paths(slots: Slots) -> list[str]:
    return [f"slots.{kind}.{index}" for kind in KINDS for index in slots.of(kind)]


async def take(target: str, key: str, slots: Slots, *, term: int) -> bool:
    """Take `slots` for the attempt `key`, all or none; True also if it holds them already.

    False if one of them is held by another, or if `term` is not the target's: a scheduler that
    no longer leads takes nothing (INV-4, INV-7).
    """
    result = await Target.rows().update_one(*_taking(target, {key: slots}, term))
    return result.matched_count == 1


async def take_many(wanted: Mapping[str, Mapping[str, Slots]], *, term: int) -> bool:
    """Take slots for many attempts: target → attempt's key → slots; one write for each target.

    Each target gives all that is wanted of it or nothing, under the conditions of `take`. True if
    every one gave. False leaves open which did: asking again, in whole or in part, does no harm.
    """
    if any(_overlap(keys.values()) for keys in wanted.values()):
        return False
    writes = [UpdateOne(*_taking(target, keys, term)) for target, keys in wanted.items()]
    if not writes:
        return True
    result = await Target.rows().bulk_write(writes, ordered=False)
    return result.matched_count == len(writes)


def _overlap(slots: Iterable[Slots]) -> bool:
    paths = [path for one in slots for path in _paths(one)]
    return len(set(paths)) < len(paths)


def _taking(target: str, wanted: Mapping[str, Slots], term: int) -> tuple[Row, Row]:
    """The condition, and what it writes: every slot is there, and free or its attempt's already."""
    holders = {path: key for key, slots in wanted.items() for path in _paths(slots)}
    free_or_held = {path: {"$exists": True, "$in": [None, key]} for path, key in holders.items()}
    guard: Row = {"_id": target, "term": term, **free_or_held}
    return guard, {"$set": holders, "$inc": {"revision": 1}}


async def give_back(target: str, key: str, slots: Slots) -> bool:
    """Free the slots held by the attempt `key`; False, and no change, if it does not hold them.

    Their quarantine ends with that.
    """
    paths = _paths(slots)
    guard: Row = {"_id": target, **dict.fromkeys(paths, key)}
    update: Row = {
        "$set": dict.fromkeys(paths),
        "$unset": {f"quarantine.{key}": ""},
        "$inc": {"revision": 1},
    }
    result = await Target.rows().update_one(guard, update)
    return result.modified_count == 1


async def quarantine(
    target: str, key: str, slots: Slots, *, term: int, reason: str, now: datetime
) -> None:
    """Show why the attempt `key` keeps its slots; nothing if it holds them no more.

    Nothing either if `term` is not the target's (INV-7). Written only when it says something new.
    """
    path = f"quarantine.{key}"
    holds: Row = {"_id": target, "term": term, **dict.fromkeys(_paths(slots), key)}
    begun = Quarantine(since=now, reason=reason).model_dump()
    for is_new, values in (
        ({path: {"$exists": False}}, {path: begun}),
        ({path: {"$exists": True}, f"{path}.reason": {"$ne": reason}}, {f"{path}.reason": reason}),
    ):
        change: Row = {"$set": values, "$inc": {"revision": 1}}
        await Target.rows().update_one(holds | is_new, change)


def holders(target: Target) -> dict[str, Slots]:
    """Attempt key → the slots it holds on `target`."""
    keys = {key for held in target.slots.values() for key in held.values() if key}
    return {key: held_by(target, key) for key in sorted(keys)}


def held_by(target: Target, key: str) -> Slots:
    """The slots that the attempt `key` holds on `target`."""

    def indices(kind: str) -> tuple[int, ...]:
        held = target.slots.get(kind, {})
        return tuple(sorted(int(i) for i, holder in held.items() if holder == key))

    return Slots(**{kind: indices(kind) for kind in KINDS})
