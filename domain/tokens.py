"""GPU tokens: one document, taken and given back by compare-and-set, keyed by job#attempt.

The pool is the instance's own, or one in another database that several instances share
(`use_shared_pool`). Then the instance's own document is a copy of it, for readers.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from domain.database import Collection, Database, Row, connect
from domain.documents import TokenPool
from domain.documents.instance import POOL_ID, GrantPlace
from domain.errors import OperationFailed
from domain.settings import Settings

TRIES = 5
"""A take beside reservations is repeated if the pool has changed since it was read."""


@dataclass(frozen=True)
class Grant:
    """Tokens wanted for one attempt; `place` lets other instances see whether it is dead."""

    tokens: int
    place: GrantPlace | None = None


_shared: Collection | None = None


def use_shared_pool(collection: Collection | None) -> None:
    """Take tokens from the pool in this collection from now on; None: from the instance's own."""
    global _shared
    _shared = collection


@asynccontextmanager
async def shared_pool(settings: Settings) -> AsyncIterator[Database | None]:
    """Use the pool that several instances share, if there is one; its database.

    Raises UnsafeDatabase if it cannot be used.
    """
    if settings.tokens_url is None:
        yield None
        return
    url = settings.tokens_url.get_secret_value()
    async with connect(url, settings.tokens_database, ()) as database:
        use_shared_pool(database["token_pools"])
        try:
            yield database
        finally:
            use_shared_pool(None)


class Pool:
    """The pool that tokens are taken from: the instance's own, or the shared one."""

    @staticmethod
    def rows() -> Collection:
        """Its collection."""
        return TokenPool.rows() if _shared is None else _shared


async def read() -> TokenPool | None:
    """The pool as it is now."""
    row = await Pool.rows().find_one({"_id": POOL_ID})
    return TokenPool.from_row(row) if row else None


async def fence(instance_id: str, term: int) -> None:
    """Let no scheduler of this instance take tokens any more whose term is older (INV-7)."""
    path = f"terms.{instance_id}"
    older = {"_id": POOL_ID, path: {"$not": {"$gte": term}}}
    await Pool.rows().update_one(older, {"$set": {path: term}})


async def take(
    key: str, amount: int, *, instance_id: str, term: int, place: GrantPlace | None = None
) -> bool:
    """Take `amount` tokens for the attempt `key`, all or none; True also if it holds them already.

    False if fewer are free, or if a later term of the instance has been fenced: a scheduler that
    no longer leads takes nothing. The limit is part of the write, so it holds at every instant
    (INV-5).
    """
    if await take_many({key: Grant(amount, place)}, instance_id=instance_id, term=term):
        return True
    mine = {"$elemMatch": {"key": key, "instance_id": instance_id}}
    return await Pool.rows().count_documents({"_id": POOL_ID, "held": mine}) == 1


async def take_many(grants: Mapping[str, Grant], *, instance_id: str, term: int) -> bool:
    """Take tokens for many attempts by one write: key → how many; for all of them or for none.

    False, and no change, if too few are free for all, if one holds some already, or if a later
    term has been fenced. What is reserved for other instances is not free.
    """
    wanted = {key: grant for key, grant in grants.items() if grant.tokens}
    if not wanted:
        return True
    for _ in range(TRIES):
        seen = await read() if _shared is not None else None
        if await _take(wanted, instance_id, term, seen):
            return True
        if seen is None or not await _has_changed(seen):
            return False
    return False


async def _take(
    wanted: Mapping[str, Grant], instance_id: str, term: int, seen: TokenPool | None
) -> bool:
    """One compare-and-set; with `seen`, reservations count and it must be as it was read."""
    total = sum(grant.tokens for grant in wanted.values())
    kept = seen.kept_from(instance_id) if seen else 0
    held = {"$elemMatch": {"key": {"$in": [*wanted]}, "instance_id": instance_id}}
    guard: Row = {
        "_id": POOL_ID,
        "held": {"$not": held},
        f"terms.{instance_id}": {"$not": {"$gt": term}},
        "$expr": {
            "$or": [
                {"$eq": [{"$ifNull": ["$token_limit", None]}, None]},
                {"$lte": [{"$add": ["$used", total + kept]}, "$token_limit"]},
            ]
        },
        **({"revision": seen.revision} if seen else {}),
    }
    rows_held = [_row(key, grant, instance_id) for key, grant in wanted.items()]
    update = {"$push": {"held": {"$each": rows_held}}, "$inc": {"used": total, "revision": 1}}
    result = await Pool.rows().update_one(guard, update)
    return result.modified_count == 1


async def _has_changed(seen: TokenPool) -> bool:
    return not await Pool.rows().count_documents({"_id": POOL_ID, "revision": seen.revision})


def _row(key: str, grant: Grant, instance_id: str) -> Row:
    place = grant.place.model_dump() if grant.place else None
    return {"key": key, "tokens": grant.tokens, "instance_id": instance_id, "place": place}


async def give_back(key: str, amount: int, *, instance_id: str) -> bool:
    """Return the tokens of the attempt `key`; False, and no change, if it holds none."""
    if amount == 0:
        return False
    mine = {"key": key, "instance_id": instance_id}
    result = await Pool.rows().update_one(
        {"_id": POOL_ID, "held": {"$elemMatch": {**mine, "tokens": amount}}},
        {"$pull": {"held": mine}, "$inc": {"used": -amount, "revision": 1}},
    )
    return result.modified_count == 1


async def set_limit(limit: int | None) -> None:
    """Set the number of tokens; who holds some keeps them. None: any number."""
    change = {"$set": {"token_limit": limit}, "$inc": {"revision": 1}}
    await Pool.rows().update_one({"_id": POOL_ID}, change)


async def reserve(instance_id: str, tokens: int) -> None:
    """Let the other instances always leave so many tokens to this one."""
    change = {"$set": {f"reserved.{instance_id}": tokens}, "$inc": {"revision": 1}}
    await Pool.rows().update_one({"_id": POOL_ID}, change)


async def drop_reservation(instance_id: str) -> None:
    """Leave no tokens to the instance any more."""
    change = {"$unset": {f"reserved.{instance_id}": ""}, "$inc": {"revision": 1}}
    await Pool.rows().update_one({"_id": POOL_ID}, change)


async def release_all(instance_id: str) -> int | None:
    """Give back all that a dead member holds, though nothing proves its jobs dead; how many.

    None, and no change, if it lives by the clock of the pool's database. Raises OperationFailed
    if the pool changes all the time.
    """
    for _ in range(TRIES):
        seen = await read()
        if seen is None or instance_id not in seen.members:
            return None
        amount = seen.used_by(instance_id)
        is_dead = {"$lt": [f"$members.{instance_id}.alive_until", "$$NOW"]}
        guard: Row = {"_id": POOL_ID, "revision": seen.revision, "$expr": is_dead}
        change: Row = {
            "$pull": {"held": {"instance_id": instance_id}},
            "$inc": {"used": -amount, "revision": 1},
        }
        if (await Pool.rows().update_one(guard, change)).modified_count:
            return amount
        if not await _has_changed(seen):
            return None
    raise OperationFailed("The pool is too busy to be changed.", retryable=True)
