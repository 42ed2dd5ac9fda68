"""Leader election: one lease on the server's clock; a term fences every write of a leader."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.database import AFTER, DatabaseFault, DuplicateKey, Row
from domain.documents import Lane, Lease, Target
from domain.documents.instance import LEASE_ID

log = logging.getLogger(__name__)


@dataclass
class Leadership:
    """A term that this process leads, and until when it may act on it (monotonic seconds).

    The moment is measured from *before* the lease was asked for, so it never outlasts the lease.
    `elapsed` tells the time that `until` is on, from any thread: that of the event loop.
    """

    holder: str
    term: int
    ttl_s: float
    until: float
    elapsed: Callable[[], float] = time.monotonic

    @property
    def holds(self) -> bool:
        """Whether this process may still act as the leader."""
        return self.elapsed() < self.until


async def acquire(holder: str, ttl_s: float) -> Leadership | None:
    """Take or renew the lease for `ttl_s` seconds; None if another process holds it.

    The term grows only when the holder changes. Expiry is judged by the server's clock alone.
    """
    elapsed = asyncio.get_running_loop().time
    asked_at = elapsed()
    row = await _take(holder, ttl_s)
    if row is None and await _make():
        row = await _take(holder, ttl_s)
    return Leadership(holder, row["term"], ttl_s, asked_at + ttl_s, elapsed) if row else None


async def _take(holder: str, ttl_s: float) -> Row | None:
    mine_or_expired = {"$or": [{"$eq": ["$holder", holder]}, {"$lt": ["$expires_at", "$$NOW"]}]}
    return await Lease.rows().find_one_and_update(
        {"_id": LEASE_ID, "$expr": mine_or_expired},
        [{"$set": _taken_by(holder, ttl_s)}],
        return_document=AFTER,
    )


async def _make() -> bool:
    """Make the document, expired, on the very first start; False if it is there."""
    try:
        await Lease(holder="", term=0, expires_at=datetime(1970, 1, 1, tzinfo=UTC)).insert()
    except DuplicateKey:
        return False
    return True


def _taken_by(holder: str, ttl_s: float) -> Row:
    same = {"$eq": ["$holder", holder]}
    milliseconds = int(ttl_s * 1000)
    expiry = {"startDate": "$$NOW", "unit": "millisecond", "amount": milliseconds}
    return {
        "term": {"$cond": [same, "$term", {"$add": ["$term", 1]}]},
        "ready_at": {"$cond": [same, {"$ifNull": ["$ready_at", None]}, None]},
        "holder": {"$literal": holder},
        "expires_at": {"$dateAdd": expiry},
    }


async def fence(term: int) -> None:
    """Raise the term on every lane and target, before the first decision under it (INV-7)."""
    for rows in (Lane.rows(), Target.rows()):
        await rows.update_many({"term": {"$lt": term}}, {"$set": {"term": term}})


async def report_ready(leadership: Leadership) -> None:
    """Say in the lease that this leader has recovered and plans; health checks read it."""
    mine = {"_id": LEASE_ID, "holder": leadership.holder, "term": leadership.term}
    await Lease.rows().update_one(mine, [{"$set": {"ready_at": "$$NOW"}}])


async def release(leadership: Leadership) -> None:
    """Let the lease expire now, so that a successor need not wait."""
    mine = {"_id": LEASE_ID, "holder": leadership.holder, "term": leadership.term}
    await Lease.rows().update_one(mine, [{"$set": {"expires_at": "$$NOW", "ready_at": None}}])


async def keep(leadership: Leadership) -> None:
    """Renew at a third of the lifetime; return once the lease is lost or ran out."""
    while leadership.holds:
        await asyncio.sleep(leadership.ttl_s / 3)
        try:
            async with asyncio.timeout(max(leadership.until - leadership.elapsed(), 0)):
                renewed = await acquire(leadership.holder, leadership.ttl_s)
        except (DatabaseFault, TimeoutError):
            log.warning("The lease was not renewed.", extra={"action": "lease_renewal_failed"})
            continue
        if renewed is None or renewed.term != leadership.term:
            return
        leadership.until = renewed.until
