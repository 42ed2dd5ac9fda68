"""Groups of streams: one run for all, nobody waits for anybody, nobody misses anything."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from domain.live.groups import Group, Groups, Member, News
from domain.live.hub import Listener, Reset, ResetReason
from domain.permissions import UserRole, Viewer
from tests.domain.live.test_hub import at, everything, job, started_hub

SOON = 10.0
ANNA, BERT = (Viewer(id, id, UserRole.USER) for id in ("anna", "bert"))


def told(news: News) -> list[str]:
    """The ids of jobs in `news`, or why all is told anew."""
    if isinstance(news, Reset):
        return [news.reason.name]
    return sorted(id for ids in news.keys.values() for id in ids) if news else []


class Had:
    """The ids that a reader has been sent."""

    is_known = True

    def __init__(self) -> None:
        self.ids: frozenset[str] = frozenset()

    def kept(self) -> frozenset[str]:
        return self.ids

    def restore(self, kept: frozenset[str]) -> None:
        self.ids = kept

    def join(self, kept: frozenset[str]) -> None:
        self.ids |= kept


class Reader:
    """A stream of ids as `resolvers/stream.py` is one; its transport can be full."""

    transport = "memory"

    def __init__(self, house: "House") -> None:
        self.house = house
        self.had = Had()
        self.came: asyncio.Queue[list[str]] = asyncio.Queue()
        self.is_full = False
        self.viewer: Viewer | None = ANNA
        self.member: Member | None = None
        self.group: Group | None = None
        self.alone: list[list[str]] = []
        self.task = asyncio.create_task(self._follow())

    async def authenticate(self) -> Viewer | None:
        return self.viewer

    def put(self, payload: Any) -> bool:
        if not self.is_full:
            self.came.put_nowait(payload)
        return not self.is_full

    async def run_for(self, group: Group) -> AsyncGenerator[list[str] | None, None]:
        self.house.runs += 1
        had = Had()
        group.sent = (had,)
        try:
            while True:
                news = await group.turn(SOON)
                await self.house.may_tell.wait()
                had.ids |= frozenset(told(news))
                yield None if self.house.fails else told(news)
                group.end_turn()
        finally:
            self.house.runs -= 1

    async def _follow(self) -> None:
        hub, groups = self.house.hub, self.house.groups
        async with hub.listen(everything) as first:
            listener: Listener = first
            while True:
                group = groups.company(hub, listener, key="same", rights=ANNA)
                if group is not None:
                    groups.part(listener)
                    self.group, member = group, Member(self, self.authenticate, (self.had,))
                    self._tell(await group.join(member, listener))
                    hub.leave(listener)
                    member.is_ready, self.member = True, member
                    self.house.changed.set()
                    try:
                        listener = await member.let_go
                    except asyncio.CancelledError:
                        group.leave(member)
                        raise
                    self.member = None
                self._tell(await listener.wait(SOON))

    def _tell(self, news: News) -> None:
        self.had.ids |= frozenset(told(news))
        if told(news):
            self.alone.append(told(news))
            self.came.put_nowait(told(news))


class House:
    """A hub with readers."""

    def __init__(self) -> None:
        self.hub = started_hub()
        self.groups = Groups()
        self.runs = 0
        self.fails = False
        self.may_tell = asyncio.Event()
        self.may_tell.set()
        self.changed = asyncio.Event()
        self.readers: list[Reader] = []
        self._moment = 10

    async def read(self, number: int) -> list[Reader]:
        """So many readers, all members of one group."""
        made = [Reader(self) for _ in range(number)]
        self.readers += made
        await self.until(lambda: all(reader.member for reader in made))
        return made

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(SOON):
            while not is_so():  # noqa: ASYNC110 - one turn of the loop at a time
                await asyncio.sleep(0)

    def change(self, uid: str) -> None:
        self._moment += 1
        self.hub.mark([job(uid, self._moment)], at(self._moment))


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    opened = House()
    yield opened
    for reader in opened.readers:
        reader.task.cancel()
    await asyncio.gather(*(reader.task for reader in opened.readers), return_exceptions=True)
    await opened.until(lambda: opened.runs == 0)


async def next_of(reader: Reader) -> list[str]:
    async with asyncio.timeout(SOON):
        return await reader.came.get()


async def test_readers_who_ask_the_same_are_told_by_one_run(house: House) -> None:
    readers = await house.read(3)

    house.change("J1")

    assert [await next_of(reader) for reader in readers] == [["P3-J1"]] * 3
    assert [reader.alone for reader in readers] == [[]] * 3
    assert house.runs == 1


async def test_who_is_the_only_one_to_ask_is_run_alone(house: House) -> None:
    house.readers.append(Reader(house))
    await asyncio.sleep(0)

    house.change("J1")

    assert await next_of(house.readers[0]) == ["P3-J1"]
    assert house.runs == 0


async def test_a_full_transport_holds_up_nobody_and_misses_nothing(house: House) -> None:
    slow, quick = await house.read(2)
    slow.is_full = True
    house.change("J1")
    house.change("J2")

    assert await next_of(quick) == ["P3-J1", "P3-J2"]
    assert await next_of(slow) == ["P3-J1", "P3-J2"]
    assert slow.alone == [["P3-J1", "P3-J2"]]


async def test_who_was_let_go_comes_back_and_is_told_once(house: House) -> None:
    slow, quick = await house.read(2)
    slow.is_full = True
    house.change("J1")
    await next_of(slow)
    slow.is_full = False
    await house.until(lambda: slow.member is not None)

    house.change("J2")

    assert await next_of(slow) == ["P3-J2"]
    assert slow.alone == [["P3-J1"]]
    assert [await next_of(quick) for _ in range(2)] == [["P3-J1"], ["P3-J2"]]


async def test_who_comes_while_something_is_told_is_not_told_that(house: House) -> None:
    first, second = await house.read(2)
    house.may_tell.clear()
    house.change("J1")
    await asyncio.sleep(0)
    third = Reader(house)
    house.readers.append(third)
    await asyncio.sleep(0)
    house.change("J2")
    house.may_tell.set()

    assert [await next_of(first) for _ in range(2)] == [["P3-J1"], ["P3-J2"]]
    assert [await next_of(second) for _ in range(2)] == [["P3-J1"], ["P3-J2"]]
    assert await next_of(third) == ["P3-J2"]
    assert third.came.empty()


async def test_an_answer_with_errors_is_left_to_each_reader_alone(house: House) -> None:
    readers = await house.read(2)
    house.fails = True

    house.change("J1")

    assert [await next_of(reader) for reader in readers] == [["P3-J1"]] * 2
    assert [reader.alone for reader in readers] == [[["P3-J1"]]] * 2


async def test_whose_rights_have_changed_is_let_go_before_the_next_message(house: House) -> None:
    changed, same = await house.read(2)
    changed.viewer = BERT

    house.change("J1")

    assert await next_of(same) == ["P3-J1"]
    await house.until(lambda: changed.alone == [["P3-J1"]])


async def test_a_group_ends_with_its_last_member(house: House) -> None:
    readers = await house.read(2)

    for reader in readers:
        reader.task.cancel()

    await house.until(lambda: house.runs == 0)


async def test_what_the_group_told_before_is_known_to_who_is_let_go(house: House) -> None:
    slow, quick = await house.read(2)
    house.change("J1")
    for reader in (slow, quick):
        await next_of(reader)
    slow.is_full = True

    house.change("J2")

    assert await next_of(slow) == ["P3-J2"]
    assert slow.had.ids == {"P3-J1", "P3-J2"}


async def test_lost_history_is_told_to_every_member(house: House) -> None:
    slow, quick = await house.read(2)
    slow.is_full = True

    house.hub.reset(ResetReason.SERVER_RESTORED, at(50))

    assert await next_of(quick) == ["SERVER_RESTORED"]
    assert await next_of(slow) == ["SERVER_RESTORED"]
