"""The feed on a real mongod: order, resume, crashes, rollover (INV-9, INV-10)."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path

import pytest

from domain.database import Collection, Database, DatabaseFault, HistoryLost, connect
from domain.live.change_stream import batches
from domain.live.changes import Change, Kind
from domain.live.cursor import Position
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory, position_now
from domain.live.hub import Dirty, Hub, Reset, ResetReason
from tests.integration.mongod import Mongod, running_mongod

pytestmark = pytest.mark.mongo
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


async def test_six_writers_leave_no_gap_no_duplicate_and_no_disorder(
    real_database: Database,
) -> None:
    hub = RecordingHub(real_database)

    async with Feed(real_database, hub):
        await hub.wait_ready()
        await asyncio.gather(*(write(real_database, writer, 100) for writer in range(6)))
        await seen_up_to_now(hub, real_database)

    assert sorted(c.id for c in hub.changes) == sorted(
        f"{writer}-{number}" for writer in range(6) for number in range(100)
    )
    assert all(one.position < other.position for one, other in pairwise(hub.changes))
    assert hub.positions == sorted(hub.positions)


async def test_a_burst_of_writes_is_told_whole_in_order_and_in_slices(
    real_database: Database,
) -> None:
    hub = RecordingHub(real_database)
    keys = [f"1-{number}" for number in range(2500)]

    async with Feed(real_database, hub):
        await hub.wait_ready()
        await real_database["operations"].insert_many([{"_id": key} for key in keys])
        await seen_up_to_now(hub, real_database)

    assert [change.id for change in hub.changes] == keys
    assert hub.positions == sorted(hub.positions)
    assert max(hub.sizes) <= 100


async def test_reading_resumes_behind_any_position(real_database: Database) -> None:
    start = await position_now(real_database)
    await asyncio.gather(*(write(real_database, writer, 20) for writer in range(3)))
    changes = await read(real_database, start, 60)

    for index in range(0, 59, 7):
        after = changes[index].position
        assert await read(real_database, after, 59 - index) == changes[index + 1 :]


async def test_reading_resumes_behind_a_time_without_a_token(real_database: Database) -> None:
    start = await position_now(real_database)
    await write(real_database, 1, 5)
    changes = await read(real_database, start, 5)

    for index, change in enumerate(changes[:-1]):
        after = Position(change.position.time)
        assert await read(real_database, after, 4 - index) == changes[index + 1 :]


async def test_writes_of_one_transaction_are_told_apart(real_database: Database) -> None:
    # They share one cluster time: only the token says which of them were seen.
    start = await position_now(real_database)
    async with await real_database.client.start_session() as session, session.start_transaction():
        for key in ("1-1", "1-2", "1-3"):
            await real_database["operations"].insert_one({"_id": key}, session=session)
    changes = await read(real_database, start, 3)

    assert [change.id for change in changes] == ["1-1", "1-2", "1-3"]
    assert len({change.position.time for change in changes}) == 1
    assert await read(real_database, changes[0].position, 2) == changes[1:]


async def test_history_ends_where_the_live_feed_takes_over(real_database: Database) -> None:
    start = await position_now(real_database)
    await write(real_database, 1, 5)
    changes = await read(real_database, start, 5)

    told: list[Change] = []
    async for batch in DatabaseHistory(real_database).between(start, changes[2].position):
        told += batch

    assert told == changes[:3]


async def test_a_listener_that_comes_back_hears_exactly_what_it_missed(
    real_database: Database,
) -> None:
    hub = Hub(DatabaseHistory(real_database))

    async with Feed(real_database, hub):
        await write(real_database, 1, 3)
        left_at = await position_now(real_database)
        await write(real_database, 2, 3)
        await real_database["operations"].delete_one({"_id": "2-0"})
        await seen_up_to_now(hub, real_database)
        async with hub.listen(everything, after=left_at) as listener:
            dirty = await listener.wait(TIMEOUT_S)

    assert isinstance(dirty, Dirty)
    assert dirty.keys == {Kind.OPERATIONS: {"2-1", "2-2"}}
    assert dirty.deleted == {Kind.OPERATIONS: {"2-0"}}


async def test_coming_and_going_among_writers_misses_nothing(real_database: Database) -> None:
    # The hazard: a change between the registration at the hub and the end of the catch-up.
    hub = Hub(DatabaseHistory(real_database))
    heard: set[str] = set()

    async with Feed(real_database, hub):
        after = await position_now(real_database)
        writers = asyncio.gather(*(write(real_database, writer, 60) for writer in range(3)))
        while not writers.done() or after.time < (await position_now(real_database)).time:
            async with hub.listen(everything, after=after) as listener:
                dirty = await listener.wait(0.05)
                assert not isinstance(dirty, Reset)
                heard |= dirty.keys.get(Kind.OPERATIONS, set()) if dirty else set()
                after = listener.position
        await writers

    assert heard == {f"{writer}-{number}" for writer in range(3) for number in range(60)}


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
    hub = Hub(DatabaseHistory(real_database))
    async with Feed(real_database, hub):
        await hub.wait_ready()

    async with asyncio.timeout(TIMEOUT_S):
        cursors = {"total": 1}
        while cursors["total"]:  # a request in flight ends a moment later
            status = await real_database.client.admin.command("serverStatus")
            cursors = status["metrics"]["cursor"]["open"]
