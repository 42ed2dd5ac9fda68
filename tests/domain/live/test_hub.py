import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from domain.database import HistoryLost
from domain.live.changes import Change, Kind
from domain.live.cursor import Position
from domain.live.hub import Dirty, Hub, Reset, ResetReason

AT_ONCE = 0.0
SOON = 1.0


def at(moment: int) -> Position:
    return Position((moment, 1))


def job(uid: str, moment: int, *, deleted: bool = False) -> Change:
    return Change(Kind.JOBS, f"P3-{uid}", at(moment), deleted)


def everything(change: Change) -> bool:
    return True


class MemoryHistory:
    """A history in a list; `first` is the oldest position it still knows what follows of."""

    def __init__(self, changes: Sequence[Change] = (), *, first: int = 0, now: int = 0) -> None:
        self.changes = changes
        self.first = at(first)
        self.present = at(now)
        self.on_read: asyncio.Event | None = None
        self.may_end: asyncio.Event | None = None

    async def between(
        self, after: Position, until: Position
    ) -> AsyncGenerator[Sequence[Change], None]:
        if after < self.first:
            raise HistoryLost("rolled over")
        yield [change for change in self.changes if after < change.position <= until]
        if self.on_read is not None and self.may_end is not None:
            self.on_read.set()
            await self.may_end.wait()

    async def now(self) -> Position:
        return self.present


def started_hub(moment: int = 10, history: MemoryHistory | None = None, **limits: int) -> Hub:
    hub = Hub(history or MemoryHistory(), **limits)
    hub.mark([], at(moment))
    return hub


async def test_a_listener_is_told_of_what_it_wants_and_nothing_else() -> None:
    hub = started_hub()

    async with hub.listen(lambda change: change.id == "P3-J1") as listener:
        hub.mark([job("J1", 11), job("J2", 12)], at(12))

        assert await listener.wait(SOON) == Dirty({Kind.JOBS: {"P3-J1"}}, {}, at(12))
        assert await listener.wait(AT_ONCE) is None


async def test_ten_changes_of_one_job_are_one_dirty_key() -> None:
    hub = started_hub()

    async with hub.listen(everything) as listener:
        for moment in range(11, 21):
            hub.mark([job("J1", moment)], at(moment))

        assert await listener.wait(SOON) == Dirty({Kind.JOBS: {"P3-J1"}}, {}, at(20))


async def test_the_last_word_on_an_object_counts() -> None:
    hub = started_hub()

    async with hub.listen(everything) as listener:
        gone, back = job("J1", 12, deleted=True), job("J2", 14)
        hub.mark([job("J1", 11), gone, job("J2", 13, deleted=True), back], at(14))

        dirty = Dirty({Kind.JOBS: {"P3-J2"}}, {Kind.JOBS: {"P3-J1"}}, at(14))
        assert await listener.wait(SOON) == dirty


async def test_a_waiting_listener_wakes_when_a_change_comes() -> None:
    hub = started_hub()

    async with hub.listen(everything) as listener:
        waiting = asyncio.create_task(listener.wait(SOON))
        await asyncio.sleep(0)
        hub.mark([job("J1", 11)], at(11))

        assert await waiting == Dirty({Kind.JOBS: {"P3-J1"}}, {}, at(11))


async def test_a_quiet_listeners_position_moves_on_with_the_feed() -> None:
    hub = started_hub()

    async with hub.listen(lambda _: False) as listener:
        hub.mark([job("J1", 11)], at(12))

        assert listener.position == at(12)


async def test_a_position_is_never_ahead_of_what_was_told() -> None:
    hub = started_hub()

    async with hub.listen(everything) as listener:
        hub.mark([], at(15))
        hub.mark([job("J1", 20)], at(25))
        before = listener.position
        hub.mark([], at(30))

        assert before == listener.position == at(15)
        await listener.wait(SOON)
        assert listener.position == at(30)


async def test_too_many_keys_say_too_slow_and_the_listener_goes_on() -> None:
    hub = started_hub(max_keys=3)

    async with hub.listen(everything) as listener:
        hub.mark([job(f"J{n}", 10 + n) for n in range(1, 5)], at(14))
        hub.mark([job("J9", 15)], at(15))
        assert await listener.wait(SOON) == Reset(ResetReason.CONSUMER_TOO_SLOW, at(15))

        hub.mark([job("J1", 16)], at(16))
        assert await listener.wait(SOON) == Dirty({Kind.JOBS: {"P3-J1"}}, {}, at(16))


async def test_one_slow_listener_resets_no_other() -> None:
    hub = started_hub(max_keys=1)

    async with hub.listen(everything) as slow, hub.listen(lambda c: c.id == "P3-J1") as healthy:
        hub.mark([job("J1", 11), job("J2", 12)], at(12))

        assert isinstance(await slow.wait(SOON), Reset)
        assert isinstance(await healthy.wait(SOON), Dirty)


async def test_a_lost_feed_is_told_to_everybody_instead_of_what_was_dirty() -> None:
    hub = started_hub()

    async with hub.listen(everything) as one, hub.listen(lambda _: False) as other:
        hub.mark([job("J1", 11)], at(11))
        hub.reset(ResetReason.SERVER_RESTORED, at(50))

        for listener in (one, other):
            assert await listener.wait(SOON) == Reset(ResetReason.SERVER_RESTORED, at(50))
            assert await listener.wait(AT_ONCE) is None


async def test_after_a_restore_older_positions_are_told_again() -> None:
    hub = started_hub(moment=100)

    async with hub.listen(everything) as listener:
        hub.reset(ResetReason.SERVER_RESTORED, at(50))
        await listener.wait(SOON)
        hub.mark([job("J1", 51)], at(51))

        assert await listener.wait(SOON) == Dirty({Kind.JOBS: {"P3-J1"}}, {}, at(51))


async def test_a_listener_that_comes_back_is_told_what_it_missed() -> None:
    history = MemoryHistory([job("J1", 3), job("J2", 6), job("J3", 9)])
    hub = started_hub(10, history)

    async with hub.listen(everything, after=at(5)) as listener:
        assert listener.position == at(5)
        dirty = await listener.wait(SOON)

    assert dirty == Dirty({Kind.JOBS: {"P3-J2", "P3-J3"}}, {}, at(10))


async def test_what_happens_while_the_past_is_read_counts_after_it() -> None:
    # The hazard: the history says "written" after the live feed has already said "deleted".
    history = MemoryHistory([job("J1", 6)])
    history.on_read, history.may_end = asyncio.Event(), asyncio.Event()
    hub = started_hub(10, history)

    async def come_back() -> Dirty | Reset | None:
        async with hub.listen(everything, after=at(5)) as listener:
            return await listener.wait(SOON)

    coming = asyncio.create_task(come_back())
    await history.on_read.wait()
    hub.mark([job("J1", 11, deleted=True), job("J2", 12)], at(12))
    history.may_end.set()

    assert await coming == Dirty({Kind.JOBS: {"P3-J2"}}, {Kind.JOBS: {"P3-J1"}}, at(12))


async def test_a_listener_that_missed_nothing_is_told_nothing() -> None:
    hub = started_hub(10, MemoryHistory([job("J1", 3)]))

    async with hub.listen(everything, after=at(5)) as listener:
        assert await listener.wait(AT_ONCE) is None
        assert listener.position == at(10)


async def test_a_forgotten_past_is_told_as_expired() -> None:
    hub = started_hub(10, MemoryHistory(first=8))

    async with hub.listen(everything, after=at(5)) as listener:
        assert await listener.wait(SOON) == Reset(ResetReason.CURSOR_EXPIRED, at(10))


async def test_a_past_too_long_to_tell_is_told_as_expired() -> None:
    history = MemoryHistory([job(f"J{n}", n) for n in range(1, 9)])
    hub = started_hub(10, history, max_keys=7)

    async with hub.listen(everything, after=at(0)) as listener:
        assert await listener.wait(SOON) == Reset(ResetReason.CURSOR_EXPIRED, at(10))


async def test_a_past_that_takes_too_long_is_told_as_expired() -> None:
    history = MemoryHistory()
    history.on_read, history.may_end = asyncio.Event(), asyncio.Event()
    hub = Hub(history, catch_up_timeout_s=0.01)
    hub.mark([], at(10))

    async with hub.listen(everything, after=at(5)) as listener:
        assert await listener.wait(SOON) == Reset(ResetReason.CURSOR_EXPIRED, at(10))


async def test_a_cursor_ahead_of_this_process_hears_nothing_twice() -> None:
    # Another API process has read further: what it told comes here a moment later.
    hub = started_hub(10, MemoryHistory(now=20))

    async with hub.listen(everything, after=at(12)) as listener:
        hub.mark([job("J1", 11), job("J2", 12)], at(12))
        assert await listener.wait(AT_ONCE) is None
        assert listener.position == at(12)

        hub.mark([job("J3", 13)], at(13))
        assert await listener.wait(SOON) == Dirty({Kind.JOBS: {"P3-J3"}}, {}, at(13))


async def test_a_cursor_from_the_databases_future_means_it_was_restored() -> None:
    hub = started_hub(10, MemoryHistory(now=20))

    async with hub.listen(everything, after=at(30)) as listener:
        assert await listener.wait(SOON) == Reset(ResetReason.SERVER_RESTORED, at(10))
        hub.mark([job("J1", 11)], at(11))

        assert isinstance(await listener.wait(SOON), Dirty)


async def test_a_hub_without_a_feed_says_so() -> None:
    hub = Hub(MemoryHistory())

    with pytest.raises(RuntimeError, match="wait_ready"):
        _ = hub.position
    with pytest.raises(TimeoutError):
        await hub.wait_ready(AT_ONCE)


async def test_a_listener_that_left_is_forgotten() -> None:
    hub = started_hub()
    async with hub.listen(everything) as listener:
        pass

    hub.mark([job("J1", 11)], at(11))

    assert await listener.wait(AT_ONCE) is None
