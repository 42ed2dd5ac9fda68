"""Callers are remembered for streams, and forgotten as soon as the feed tells of a change."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from domain.live.changes import Change, Kind
from domain.live.cursor import Position
from domain.live.hub import Hub
from domain.permissions import UserRole, Viewer
from tests.simulation.no_history import NoHistory
from web.sign_in.known_callers import KEPT, KnownCallers, known_callers

ANNA = Viewer(user_id="anna", name="Anna", role=UserRole.USER)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class World:
    """A feed, a clock, and a database that counts how often it is asked."""

    def __init__(self) -> None:
        self.hub = Hub(NoHistory())
        self.hub.mark([], Position((1, 0)))
        self.now = NOON
        self.viewer: Viewer | None = ANNA
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._changes = 0

    async def ask(self) -> Viewer | None:
        self.asked += 1
        viewer = self.viewer
        await self.may_answer.wait()
        return viewer

    def change(self, kind: Kind) -> None:
        self._changes += 1
        position = Position((2, self._changes))
        self.hub.mark([Change(kind, "one", position)], position)


@pytest.fixture
def world() -> World:
    return World()


@pytest_asyncio.fixture
async def callers(world: World) -> AsyncIterator[KnownCallers]:
    async with known_callers(world.hub, lambda: world.now) as known:
        yield known


async def test_the_same_credentials_are_looked_up_once(world: World, callers: KnownCallers) -> None:
    found = [await callers.ask("token", world.ask) for _ in range(3)]

    assert (found, world.asked) == ([ANNA] * 3, 1)


async def test_all_who_ask_at_once_are_answered_by_one_look_up(
    world: World, callers: KnownCallers
) -> None:
    # Noting that a user was here woke every socket of theirs: a thousand look-ups once a minute.
    world.may_answer.clear()
    asked = asyncio.gather(*(callers.ask("token", world.ask) for _ in range(1000)))
    await asyncio.sleep(0)
    world.may_answer.set()

    assert set(await asked) == {ANNA}
    assert world.asked == 1


async def test_who_asks_after_a_change_is_not_told_what_was_asked_before_it(
    world: World, callers: KnownCallers
) -> None:
    world.may_answer.clear()
    before = asyncio.create_task(callers.ask("token", world.ask))
    while world.asked == 0:  # noqa: ASYNC110 - one turn of the loop at a time
        await asyncio.sleep(0)
    world.change(Kind.USERS)
    world.viewer = None
    after = asyncio.create_task(callers.ask("token", world.ask))
    await asyncio.sleep(0)
    world.may_answer.set()

    assert await after is None
    assert await before == ANNA
    assert await callers.ask("token", world.ask) is None


async def test_other_credentials_are_looked_up_for_themselves(
    world: World, callers: KnownCallers
) -> None:
    await callers.ask("token", world.ask)
    await callers.ask("cookie", world.ask)

    assert world.asked == 2


@pytest.mark.parametrize("kind", [Kind.USERS, Kind.LOGIN_SESSIONS, Kind.API_TOKENS])
async def test_nobody_is_remembered_beyond_a_change_of_who_may_come(
    world: World, callers: KnownCallers, kind: Kind
) -> None:
    await callers.ask("token", world.ask)
    world.viewer = None
    world.change(kind)

    assert await callers.ask("token", world.ask) is None


async def test_a_change_of_something_else_is_no_reason_to_ask(
    world: World, callers: KnownCallers
) -> None:
    await callers.ask("token", world.ask)
    world.change(Kind.JOBS)
    await callers.ask("token", world.ask)

    assert world.asked == 1


async def test_a_change_while_the_database_is_asked_counts(
    world: World, callers: KnownCallers
) -> None:
    async def ask() -> Viewer | None:
        world.change(Kind.USERS)
        return await world.ask()

    await callers.ask("token", ask)
    await callers.ask("token", world.ask)

    assert world.asked == 2


async def test_who_was_refused_is_asked_for_again(world: World, callers: KnownCallers) -> None:
    world.viewer = None
    await callers.ask("token", world.ask)
    world.viewer = ANNA

    assert await callers.ask("token", world.ask) == ANNA


@pytest.mark.parametrize(
    ("expires_in", "passed"), [(None, KEPT), (timedelta(seconds=5), timedelta(seconds=5))]
)
async def test_nobody_is_remembered_for_longer_than_the_credentials_last(
    world: World, callers: KnownCallers, expires_in: timedelta | None, passed: timedelta
) -> None:
    expires_at = None if expires_in is None else NOON + expires_in
    world.viewer = Viewer(user_id="a", name="A", role=UserRole.USER, expires_at=expires_at)
    await callers.ask("token", world.ask)
    world.now = NOON + passed - timedelta(milliseconds=1)
    await callers.ask("token", world.ask)
    before = world.asked
    world.now = NOON + passed
    await callers.ask("token", world.ask)

    assert (before, world.asked) == (1, 2)
