"""The feed when the database crashes, forgets or is replaced: told, never silent (INV-10)."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from domain.database import Database, HistoryLost, connect
from domain.live.changes import Kind
from domain.live.cursor import Position
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory, position_now
from domain.live.hub import Dirty, Hub, Reset, ResetReason
from tests.integration.feeding import RecordingHub, everything, read, seen_up_to_now, write
from tests.integration.mongod import Mongod, running_mongod

pytestmark = pytest.mark.mongo
TIMEOUT_S = 40.0


async def test_five_crashes_of_the_database_lose_and_repeat_nothing(own_mongod: Mongod) -> None:
    async with connect(own_mongod.url, "test", ()) as database:
        hub = RecordingHub(database)
        async with Feed(database, hub):
            await hub.wait_ready()
            writers = asyncio.gather(*(write(database, writer, 400) for writer in range(3)))
            for _ in range(5):
                await asyncio.sleep(0.2)  # some of the writes
                await asyncio.to_thread(own_mongod.restart)
            await writers
            await seen_up_to_now(hub, database)

    every_key = {f"{writer}-{number}" for writer in range(3) for number in range(400)}
    assert {change.id for change in hub.changes} == every_key
    assert all(one.position < other.position for one, other in pairwise(hub.changes))


async def test_a_crash_resets_no_listener(own_mongod: Mongod) -> None:
    async with connect(own_mongod.url, "test", ()) as database:
        hub = Hub(DatabaseHistory(database))
        async with Feed(database, hub), hub.listen(everything) as listener:
            await asyncio.to_thread(own_mongod.restart)
            await write(database, 1, 1)

            dirty = await listener.wait(TIMEOUT_S)

    assert isinstance(dirty, Dirty)
    assert dirty.keys == {Kind.OPERATIONS: {"1-0"}}


async def test_a_position_that_the_database_never_had_is_lost(real_database: Database) -> None:
    await write(real_database, 1, 3)
    now = await position_now(real_database)
    changes = await read(real_database, Position((now.time[0] - 1, 1)), 1)
    known = changes[0].position.token or ""
    forged = Position.of_token(known[:-8] + "39000004")  # the id "1-9" instead
    future = Position((now.time[0] + 1000, 1))

    for position in (forged, future):
        with pytest.raises(HistoryLost):
            await read(real_database, position, 1)


async def test_a_forgotten_position_is_told_as_expired(real_database: Database) -> None:
    # Position 1970-01-01 cannot be resumed by its token: no change was ever there.
    hub = Hub(DatabaseHistory(real_database))
    await write(real_database, 1, 1)
    now = await position_now(real_database)
    token = (await read(real_database, Position((now.time[0] - 1, 1)), 1))[0].position.token or ""
    forgotten = Position.of_token(token[:2] + "00000005" + token[10:])

    async with Feed(real_database, hub), hub.listen(everything, after=forgotten) as listener:
        told = await listener.wait(TIMEOUT_S)

    assert told == Reset(ResetReason.CURSOR_EXPIRED, told.position if told else forgotten)


async def test_an_oplog_that_rolled_over_is_told_as_expired(
    mongod_path: str, tmp_path: Path
) -> None:
    forgetful = ["--oplogSize", "1", "--syncdelay", "1"]
    forgetful += ["--setParameter", "minSnapshotHistoryWindowInSeconds=0"]
    with running_mongod(mongod_path, tmp_path, *forgetful) as mongod:
        async with connect(mongod.url, "test", ()) as database:
            hub = Hub(DatabaseHistory(database))
            await write(database, 1, 1)
            left_at = await position_now(database)
            await overflow_the_oplog(database, left_at)
            async with Feed(database, hub), hub.listen(everything, after=left_at) as listener:
                told = await listener.wait(TIMEOUT_S)

    assert isinstance(told, Reset)
    assert told.reason is ResetReason.CURSOR_EXPIRED


async def overflow_the_oplog(database: Database, position: Position) -> None:
    """Write until the oldest entry is younger than `position`; only checkpoints let it go."""
    oplog = database.client["local"]["oplog.rs"]
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            await database["filler"].insert_many([{"text": "x" * 100_000} for _ in range(10)])
            await database.client.admin.command("fsync")
            oldest = await oplog.find_one(sort=[("$natural", 1)])
            if oldest is not None and (oldest["ts"].time, oldest["ts"].inc) > position.time:
                return


async def test_a_dropped_database_is_told_as_restored(real_database: Database) -> None:
    hub = Hub(DatabaseHistory(real_database))
    await write(real_database, 1, 1)

    async with Feed(real_database, hub), hub.listen(everything) as listener:
        await real_database.client.drop_database(real_database.name)
        told = await listener.wait(TIMEOUT_S)
        await write(real_database, 1, 1)
        after = await listener.wait(TIMEOUT_S)

    assert isinstance(told, Reset)
    assert told.reason is ResetReason.SERVER_RESTORED
    assert isinstance(after, Dirty)


async def test_leaving_the_feed_ends_its_cursor_on_the_server(real_database: Database) -> None:
    async def open_cursors() -> int:
        status = await real_database.client.admin.command("serverStatus")
        return int(status["metrics"]["cursor"]["open"]["total"])

    before = await open_cursors()  # other tests of the session share the server
    hub = Hub(DatabaseHistory(real_database))
    async with Feed(real_database, hub):
        await hub.wait_ready()

    async with asyncio.timeout(TIMEOUT_S):
        open_now = before + 1
        while open_now > before:  # a request in flight ends a moment later
            open_now = await open_cursors()
