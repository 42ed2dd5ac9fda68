"""What tests of the feed share: writers, a hub that records, readers of history."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from domain.database import Collection, Database, DatabaseFault
from domain.live.change_stream import batches
from domain.live.changes import Change
from domain.live.cursor import Position
from domain.live.history import DatabaseHistory, position_now
from domain.live.hub import Hub

TIMEOUT_S = 40.0


def everything(change: Change) -> bool:
    return True


class RecordingHub(Hub):
    """A hub that also keeps all that was marked, in order."""

    def __init__(self, database: Database) -> None:
        super().__init__(DatabaseHistory(database))
        self.changes: list[Change] = []
        self.positions: list[Position] = []
        self.sizes: list[int] = []

    def mark(self, changes: Sequence[Change], position: Position) -> None:
        self.changes += changes
        self.positions.append(position)
        self.sizes.append(len(changes))
        super().mark(changes, position)


async def write(database: Database, writer: int, count: int) -> None:
    """Write `count` operations one after the other, each acknowledged, through crashes."""
    async with asyncio.timeout(TIMEOUT_S):
        for number in range(count):
            await write_one(database["operations"], f"{writer}-{number}")


async def write_one(operations: Collection, key: str) -> None:
    while True:
        try:
            await operations.update_one({"_id": key}, {"$set": {"n": 1}}, upsert=True)
        except DatabaseFault:
            await asyncio.sleep(0.05)
        else:
            return


async def seen_up_to_now(hub: Hub, database: Database) -> None:
    """Wait until the feed has passed every write acknowledged so far."""
    now = await position_now(database)
    async with asyncio.timeout(TIMEOUT_S), hub.listen(everything) as listener:
        while hub.position.time < now.time:
            await listener.wait(0.05)


async def read(database: Database, after: Position, count: int) -> list[Change]:
    """The next `count` changes behind `after`."""
    found: list[Change] = []
    async with (
        asyncio.timeout(TIMEOUT_S),
        aclosing(batches(database, after, await_ms=50)) as stream,
    ):
        async for batch in stream:
            found += batch.changes
            if len(found) >= count:
                break
    return found
