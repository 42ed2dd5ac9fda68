"""What breaks: connections, APIs, the database, and its memory."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from domain.database import Database, DatabaseFault
from domain.live.history import position_now
from tests.chaos_feed.followers import Follower
from tests.chaos_feed.house import House, oldest_remembered, roll_over

AWAY = 5
"""Followers who are away while the database forgets."""
RETRY_S = 0.2


class Faults:
    """Breaks the house; `counts` says what was done."""

    def __init__(
        self,
        house: House,
        database: Database,
        followers: Sequence[Follower],
        chance: random.Random,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._house = house
        self._database = database
        self._followers = followers
        self._chance = chance
        for follower in followers:
            follower.may_connect.set()

    def planned(
        self, *, reconnects: int, api_kills: int, mongod_kills: int, rollovers: int
    ) -> list[Callable[[], Awaitable[None]]]:
        """So many of each, in an order at random."""
        plan: list[Callable[[], Awaitable[None]]] = [self._reconnect] * reconnects
        plan += [self._kill_api] * api_kills
        plan += [self._kill_mongod] * mongod_kills
        plan += [self._forget] * rollovers
        self._chance.shuffle(plan)
        return plan

    async def _reconnect(self) -> None:
        self._chance.choice(self._followers).break_off()
        self.counts["forced reconnects"] += 1

    async def _kill_api(self) -> None:
        await asyncio.to_thread(self._house.kill_an_api, self._chance)
        self.counts["API kills"] += 1

    async def _kill_mongod(self) -> None:
        await asyncio.to_thread(self._house.mongod.restart)
        self.counts["mongod kills"] += 1

    async def _forget(self) -> None:
        """Some go away, the database forgets where they were, and they come back."""
        away = self._chance.sample(self._followers, min(AWAY, len(self._followers)))
        for follower in away:
            follower.leave()
        await self._until_done(self._roll_over)
        oldest = await oldest_remembered(self._database)
        for follower in away:
            where = follower.story.sequence >> 20, follower.story.sequence & 0xFFFFF
            follower.story.is_lost = (0, 0) < where < oldest and follower.story.cursor is not None
            self.counts["lost cursors"] += follower.story.is_lost
            follower.may_connect.set()
        self.counts["rollovers"] += 1

    async def _roll_over(self) -> None:
        await roll_over(self._database, (await position_now(self._database)).time)

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except DatabaseFault:
                await asyncio.sleep(RETRY_S)
            else:
                return
