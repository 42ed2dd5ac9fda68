"""A hub with readers, who are in groups as `resolvers/stream.py` has them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from domain.live.changes import Change, Kind
from domain.live.groups import Group, Groups, Member, News
from domain.live.hub import Listener, Reset
from domain.live.watches import Watch, sign_in_of
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
        self.asked = 0
        self.member: Member | None = None
        self.group: Group | None = None
        self.alone: list[list[str]] = []
        self.task = asyncio.create_task(self._follow())

    async def authenticate(self) -> Viewer | None:
        self.asked += 1
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

    async def join_as_another(self, listener: Listener) -> News:
        """Have another reader become a member of this one's group, and leave it again."""
        assert self.group is not None
        with self.house.hub.watches.over(sign_in_of(ANNA)) as watch:
            member = self._member(watch)
            news = await self.group.join(member, listener)
            self.group.leave(member)
            return news

    async def _follow(self) -> None:
        hub = self.house.hub
        with hub.watches.over(sign_in_of(ANNA)) as watch:
            await self._follow_watched(watch)

    async def _follow_watched(self, watch: Watch) -> None:
        hub, groups = self.house.hub, self.house.groups
        async with hub.listen(everything) as first:
            listener: Listener = first
            while True:
                group = groups.company(hub, listener, key="same", rights=ANNA)
                if group is not None:
                    groups.part(listener)
                    self.group, member = group, self._member(watch)
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

    def _member(self, watch: Watch) -> Member:
        return Member(self, self.authenticate, (self.had,), watch)

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

    def change_user(self, id: str) -> None:
        self._moment += 1
        self.hub.mark([Change(Kind.USERS, id, at(self._moment))], at(self._moment))
