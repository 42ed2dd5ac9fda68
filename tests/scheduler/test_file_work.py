"""Long work on the disk: its progress is on record while it goes on, and it can be ended."""

import asyncio

import pytest

from domain import operations
from domain.clock import now
from domain.database import Database
from domain.documents import Operation
from domain.settings import Settings
from scheduler.exports.work import Stopped, Work
from scheduler.operations.file_work import followed
from scheduler.operations.tools import OperationTools
from scheduler.watch import Watcher
from tests.conftest import built_in_types


def tools_of(term: int) -> OperationTools:
    watcher = Watcher(
        term=term, settings=Settings(), catalogue=built_in_types(), executors={}, clock=now
    )
    return OperationTools(term, watcher, now)


async def begun() -> Operation:
    made = operations.new_operation("export", ["P1-J1", "P1-J2"], requested_by="u", now=now())
    await made.insert()
    return made


async def progress_of(operation: Operation) -> float:
    stored = await Operation.get(operation.id)
    assert stored is not None
    return stored.progress


async def test_progress_is_recorded_while_the_work_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.operations.file_work.REPORT_S", 0.001)
    made, work, end = await begun(), Work(total_bytes=10), asyncio.Event()
    following = asyncio.create_task(followed(end.wait(), work, made, made.outcomes[1], tools_of(1)))

    work.add(5)
    async with asyncio.timeout(5):
        while await progress_of(made) != 0.25:  # half of one of two jobs  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    end.set()

    assert await following is True


async def test_the_work_stops_when_a_later_leader_has_the_operation(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.operations.file_work.REPORT_S", 0.001)
    made, work = await begun(), Work(total_bytes=10)
    await operations.record(made, {}, term=2, now=now())

    def copy() -> None:
        while True:
            work.add(1)

    with pytest.raises(Stopped):
        async with asyncio.timeout(5):
            await followed(asyncio.to_thread(copy), work, made, made.outcomes[0], tools_of(1))


async def test_the_work_stops_when_nobody_waits_for_it_any_more(database: Database) -> None:
    made, work = await begun(), Work(total_bytes=10)
    waiting = asyncio.Event()
    following = asyncio.create_task(
        followed(waiting.wait(), work, made, made.outcomes[0], tools_of(1))
    )
    await asyncio.sleep(0)

    following.cancel()
    await asyncio.gather(following, return_exceptions=True)

    with pytest.raises(Stopped):
        work.add(1)
    waiting.set()
