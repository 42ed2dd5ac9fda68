"""GPU tokens: one document, taken and given back by compare-and-set, keyed by job#attempt."""

from domain.documents import TokenPool
from domain.documents.instance import POOL_ID


async def take(key: str, amount: int, *, instance_id: str) -> bool:
    """Take `amount` tokens for the attempt `key`, all or none; True also if it holds them already.

    False if fewer are free. The limit is part of the write, so it holds at every instant (INV-5).
    """
    if amount == 0:
        return True
    guard = {
        "_id": POOL_ID,
        "held.key": {"$ne": key},
        "$expr": {
            "$or": [
                {"$eq": [{"$ifNull": ["$token_limit", None]}, None]},
                {"$lte": [{"$add": ["$used", amount]}, "$token_limit"]},
            ]
        },
    }
    grant = {"key": key, "tokens": amount, "instance_id": instance_id}
    update = {"$push": {"held": grant}, "$inc": {"used": amount, "revision": 1}}
    result = await TokenPool.rows().update_one(guard, update)
    if result.modified_count == 1:
        return True
    return await TokenPool.rows().count_documents({"_id": POOL_ID, "held.key": key}) == 1


async def give_back(key: str, amount: int) -> bool:
    """Return the tokens of the attempt `key`; False, and no change, if it holds none."""
    if amount == 0:
        return False
    result = await TokenPool.rows().update_one(
        {"_id": POOL_ID, "held": {"$elemMatch": {"key": key, "tokens": amount}}},
        {"$pull": {"held": {"key": key}}, "$inc": {"used": -amount, "revision": 1}},
    )
    return result.modified_count == 1
