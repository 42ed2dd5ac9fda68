"""Numbers that are given once and never again."""

from domain.database import AFTER
from domain.documents import Counter


async def next_number(name: str) -> int:
    """The next number of the series `name` ("projects", "P3:workspaces", "P3:jobs"), from 1.

    One atomic write: of any number of callers none gets the same, also after deletions (INV-15).
    """
    row = await Counter.rows().find_one_and_update(
        {"_id": name}, {"$inc": {"last": 1}}, upsert=True, return_document=AFTER
    )
    assert row is not None
    number: int = row["last"]
    return number
