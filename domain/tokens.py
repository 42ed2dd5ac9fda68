"""GPU tokens: one document, taken and given back by compare-and-set, keyed by job#attempt."""

from collections.abc import Mapping

from domain.database import Row
from domain.documents import TokenPool
from domain.documents.instance import POOL_ID


async def fence(instance_id: str, term: int) -> None:
    """Let no scheduler of this instance take tokens any more whose term is older (INV-7)."""
    path = f"terms.{instance_id}"
    older = {"_id": POOL_ID, path: {"$not": {"$gte": term}}}
    await TokenPool.rows().update_one(older, {"$set": {path: term}})


async def take(key: str, amount: int, *, instance_id: str, term: int) -> bool:
    """Take `amount` tokens for the attempt `key`, all or none; True also if it holds them already.

    False if fewer are free, or if a later term of the instance has been fenced: a scheduler that
    no longer leads takes nothing. The limit is part of the write, so it holds at every instant
    (INV-5).
    """
    if await take_many({key: amount}, instance_id=instance_id, term=term):
        return True
    return await TokenPool.rows().count_documents({"_id": POOL_ID, "held.key": key}) == 1


async def take_many(amounts: Mapping[str, int], *, instance_id: str, term: int) -> bool:
    """Take tokens for many attempts by one write: key → how many; for all of them or for none.

    False, and no change, if too few are free for all, if one holds some already, or if a later
    term has been fenced.
    """
    wanted = {key: amount for key, amount in amounts.items() if amount}
    if not wanted:
        return True
    total = sum(wanted.values())
    guard: Row = {
        "_id": POOL_ID,
        "held.key": {"$nin": [*wanted]},
        f"terms.{instance_id}": {"$not": {"$gt": term}},
        "$expr": {
            "$or": [
                {"$eq": [{"$ifNull": ["$token_limit", None]}, None]},
                {"$lte": [{"$add": ["$used", total]}, "$token_limit"]},
            ]
        },
    }
    grants = [
        {"key": key, "tokens": amount, "instance_id": instance_id} for key, amount in wanted.items()
    ]
    update = {"$push": {"held": {"$each": grants}}, "$inc": {"used": total, "revision": 1}}
    result = await TokenPool.rows().update_one(guard, update)
    return result.modified_count == 1


async def give_back(key: str, amount: int) -> bool:
    """Return the tokens of the attempt `key`; False, and no change, if it holds none."""
    if amount == 0:
        return False
    result = await TokenPool.rows().update_one(
        {"_id": POOL_ID, "held": {"$elemMatch": {"key": key, "tokens": amount}}},
        {"$pull": {"held": {"key": key}}, "$inc": {"used": -amount, "revision": 1}},
    )
    return result.modified_count == 1
