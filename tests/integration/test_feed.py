"""The feed on a real mongod: order and resume (INV-9)."""

import asyncio
from itertools import pairwise

import pytest

from domain.database import Database
from domain.live.changes import Change, Kind
from domain.live.cursor import Position
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory, position_now
from domain.live.hub import Dirty, Hub, Reset
from tests.integration.feeding import RecordingHub, everything, read, seen_up_to_now, write

pytestmark = pytest.mark.mongo
TIMEOUT_S = 40.0


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
