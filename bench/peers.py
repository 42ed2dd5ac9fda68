"""The bare things beside which we are measured: one driver call and nothing else."""

import asyncio
import time
from collections.abc import Sequence

from domain.database import AFTER, Collection, Database, Row, UpdateOne, watch

PACE_S = 0.03
"""Between two writes: far below saturation, so that latency is not queueing."""
BULK = 64
"""Writes in one bulk."""


class BareChangeStream:
    """From the start of an update to its event in the driver's own change stream."""

    def __init__(self, database: Database, writes: int) -> None:
        self._database = database
        self._writes = writes

    async def __call__(self) -> list[float]:
        """One round; every write's own event is awaited and checked."""
        rows, latencies = self._database["bench_rows"], []
        async with watch(self._database, ["bench_rows"]) as stream:
            for number in range(self._writes):
                await asyncio.sleep(PACE_S)
                key, started = f"row {number}", time.perf_counter()
                update = {"$inc": {"revision": 1}}
                write = asyncio.ensure_future(rows.update_one({"_id": key}, update, upsert=True))
                event = await stream.next()
                latencies.append(time.perf_counter() - started)
                await write
                assert event["documentKey"]["_id"] == key
        return latencies


class BareFindOneAndUpdate:
    """One conditional write of one small document, durable as all of ours."""

    def __init__(self, database: Database, writes: int) -> None:
        self._database = database
        self._writes = writes

    async def __call__(self) -> list[float]:
        """One round; every answer is checked."""
        rows, latencies = self._database["bench_rows"], []
        for _ in range(self._writes):
            await asyncio.sleep(PACE_S)
            started = time.perf_counter()
            row = await rows.find_one_and_update(
                {"_id": "claimed"}, {"$inc": {"n": 1}}, upsert=True, return_document=AFTER
            )
            latencies.append(time.perf_counter() - started)
            assert row is not None
        return latencies


class BareTransaction:
    """As many conditional updates, each of a document of its own, in one transaction."""

    def __init__(self, database: Database, writes: int) -> None:
        self._database = database
        self._writes = writes

    async def __call__(self) -> list[float]:
        """One round, timed as a whole."""
        rows = self._database["bench_rows"]
        keys = [f"in one {number}" for number in range(self._writes)]
        await rows.delete_many({})
        await rows.insert_many([{"_id": key, "revision": 0} for key in keys])
        began = time.perf_counter()
        session = await self._database.client.start_session()
        async with session, session.start_transaction():
            for key in keys:
                at_zero, update = {"_id": key, "revision": 0}, {"$inc": {"revision": 1}}
                await rows.find_one_and_update(at_zero, update, session=session)
        return [time.perf_counter() - began]


class BareClaims:
    """Conditional writes one at a time, each of a document of its own."""

    def __init__(self, database: Database, writes: int) -> None:
        self._database = database
        self._keys = [f"claimed {number}" for number in range(writes)]

    async def __call__(self) -> list[float]:
        """One round, without pauses: the seconds of one write."""
        rows = await _at_zero(self._database, self._keys)
        began = time.perf_counter()
        for key in self._keys:
            row = await rows.find_one_and_update(*_claim(key), return_document=AFTER)
            assert row is not None
        return [(time.perf_counter() - began) / len(self._keys)]


class BareBulk:
    """The same conditional writes, 64 at once."""

    def __init__(self, database: Database, writes: int) -> None:
        self._database = database
        self._keys = [f"claimed {number}" for number in range(writes)]

    async def __call__(self) -> list[float]:
        """One round: the seconds of one write."""
        rows = await _at_zero(self._database, self._keys)
        began = time.perf_counter()
        for first in range(0, len(self._keys), BULK):
            keys = self._keys[first : first + BULK]
            writes = [UpdateOne(*_claim(key)) for key in keys]
            result = await rows.bulk_write(writes, ordered=False)
            assert result.modified_count == len(keys)
        return [(time.perf_counter() - began) / len(self._keys)]


async def _at_zero(database: Database, keys: Sequence[str]) -> Collection:
    rows = database["bench_rows"]
    await rows.delete_many({})
    await rows.insert_many([{"_id": key, "status": "queued", "revision": 0} for key in keys])
    return rows


def _claim(key: str) -> tuple[Row, Row]:
    guard = {"_id": key, "status": "queued", "revision": 0}
    return guard, {"$set": {"status": "launched"}, "$inc": {"revision": 1}}
