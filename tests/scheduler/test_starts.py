"""Starts beside the loop: a bounded number at once, and each lane for itself."""

import asyncio
from collections.abc import Callable

from scheduler.starts import Starts
from tests.fakes.executor import FakeExecutor

AT_ONCE = 3


class Counted:
    """Starts that go on once `gate` is open; how many were under way, and done."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.under_way = 0
        self.most = 0
        self.done = 0

    async def start(self) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.gate.wait()
        self.under_way -= 1

    def end(self) -> None:
        self.done += 1


async def settle(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_of_a_thousand_starts_a_few_are_under_way_at_once() -> None:
    starts, executor, counted = Starts(AT_ONCE), FakeExecutor(), Counted()

    for _ in range(1000):
        starts.add(executor, counted.start, done=counted.end)
    await settle(lambda: counted.under_way == AT_ONCE)
    counted.gate.set()
    await settle(lambda: counted.done == 1000)

    assert counted.most == AT_ONCE


async def test_an_executor_says_how_many_it_likes_to_start_at_once() -> None:
    starts, executor, counted = Starts(), FakeExecutor(), Counted()
    executor.starts_at_once = 7

    for _ in range(20):
        starts.add(executor, counted.start, done=counted.end)
    await settle(lambda: counted.under_way == 7)
    counted.gate.set()
    await settle(lambda: counted.done == 20)

    assert counted.most == 7


async def test_a_lane_that_hangs_holds_up_no_other() -> None:
    starts, hanging, other = Starts(AT_ONCE), Counted(), Counted()
    other.gate.set()
    slow, quick = FakeExecutor(), FakeExecutor()

    for _ in range(10):
        starts.add(slow, hanging.start, done=hanging.end)
        starts.add(quick, other.start, done=other.end)
    await settle(lambda: other.done == 10)

    assert hanging.done == 0
    await starts.close()


async def test_a_start_that_fails_gives_its_turn_to_the_next() -> None:
    starts, executor, counted = Starts(1), FakeExecutor(), Counted()
    counted.gate.set()

    starts.add(executor, _fail, done=counted.end)
    starts.add(executor, counted.start, done=counted.end)
    await settle(lambda: counted.done == 2)

    assert counted.most == 1


async def test_closing_ends_what_is_under_way_and_what_waits() -> None:
    starts, executor, counted = Starts(AT_ONCE), FakeExecutor(), Counted()
    for _ in range(10):
        starts.add(executor, counted.start, done=counted.end)
    await settle(lambda: counted.under_way == AT_ONCE)

    await starts.close()

    assert counted.done == 10
    assert counted.most == AT_ONCE


async def _fail() -> None:
    raise OSError("no more processes")
