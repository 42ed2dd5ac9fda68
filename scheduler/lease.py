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
    """Begin a turn of `ttl_s` seconds, renewable; None while another turn lasts, even of `holder`.

    Every turn has a term of its own: what was sent in an earlier turn of the same process is
    fenced like the writes of a stranger. Expiry is judged by the server's clock alone.
    """
    row = {"_id": LEASE_ID, "$expr": {"$lte": ["$expires_at", "$$NOW"]}}
    turn = {"term": {"$add": ["$term", 1]}, "ready_at": None, "holder": {"$literal": holder}}
    elapsed = asyncio.get_running_loop().time
    asked_at = elapsed()
    taken = await _write(row, turn, ttl_s)
    if taken is None and await _make():
        taken = await _write(row, turn, ttl_s)
    return Leadership(holder, taken["term"], ttl_s, asked_at + ttl_s, elapsed) if taken else None


async def renew(leadership: Leadership) -> bool:
    """Let the turn last from now on, if it has not ended; whether it goes on."""
    asked_at = leadership.elapsed()
    if await _write(_row_of(leadership), {}, leadership.ttl_s) is None:
        return False
    leadership.until = asked_at + leadership.ttl_s
    return True


async def _write(row: Row, changes: Row, ttl_s: float) -> Row | None:
    lasting = {"startDate": "$$NOW", "unit": "millisecond", "amount": int(ttl_s * 1000)}
    return await Lease.rows().find_one_and_update(
        row, [{"$set": {**changes, "expires_at": {"$dateAdd": lasting}}}], return_document=AFTER
    )


def _row_of(leadership: Leadership) -> Row:
    return {"_id": LEASE_ID, "holder": leadership.holder, "term": leadership.term}


async def _make() -> bool:
    """Make the document, expired, on the very first start; False if it is there."""
    try:
        await Lease(holder="", term=0, expires_at=datetime(1970, 1, 1, tzinfo=UTC)).insert()
    except DuplicateKey:
        return False
    return True


async def fence(term: int) -> None:
    """Raise the term on every lane and target, before the first decision under it (INV-7)."""
    for rows in (Lane.rows(), Target.rows()):
        await rows.update_many({"term": {"$lt": term}}, {"$set": {"term": term}})


async def report_ready(leadership: Leadership) -> None:
    """Say in the lease that this leader has recovered and plans; health checks read it."""
    await Lease.rows().update_one(_row_of(leadership), [{"$set": {"ready_at": "$$NOW"}}])


async def release(leadership: Leadership) -> None:
    """Let the lease expire now, so that a successor need not wait."""
    await Lease.rows().update_one(
        _row_of(leadership), [{"$set": {"expires_at": "$$NOW", "ready_at": None}}]
    )


async def keep(leadership: Leadership) -> None:
    """Renew at a third of the lifetime; return once the lease is lost or ran out."""
    while leadership.holds:
        await asyncio.sleep(leadership.ttl_s / 3)
        try:
            async with asyncio.timeout(max(leadership.until - leadership.elapsed(), 0)):
                goes_on = await renew(leadership)
        except (DatabaseFault, TimeoutError):
            log.warning("The lease was not renewed.", extra={"action": "lease_renewal_failed"})
            continue
        if not goes_on:
            return
