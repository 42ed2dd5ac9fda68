"""Numbers that are given once and never again."""

from domain.database import AFTER
from domain.documents import Counter


async def next_number(name: str) -> int:
    """The next number of the series `name` ("projects", "P3:workspaces", "P3:jobs"), from 1.

    One atomic write: of any number of callers none gets the same, also after deletions (INV-15).
    """
    return (await reserve_numbers(name, 1))[0]


async def reserve_numbers(name: str, count: int) -> range:
    """The next `count` numbers of the series `name`, in one atomic write like `next_number`."""
    row = await Counter.rows().find_one_and_update(
        {"_id": name}, {"$inc": {"last": count}}, upsert=True, return_document=AFTER
    )
    assert row is not None
    last: int = row["last"]
    return range(last - count + 1, last + 1)
