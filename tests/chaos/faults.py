"""Faults at random, by a seed: frozen leaders, kill -9 of all kinds of processes."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

from tests.chaos.house import LEASE_TTL_S, House

AT_THE_LEADER = 0.8
REVIVE_S = 0.1


class Faults:
    """Breaks the house until cancelled; `counts` says what was done.

    `victims` are the attempts ("P1-J3#1") whose supervisor was killed: they alone may fail.
    """

    def __init__(self, house: House, chance: random.Random) -> None:
        self.counts: Counter[str] = Counter()
        self.victims: set[str] = set()
        self._house = house
        self._chance = chance

    async def strike(self) -> None:
        """All kinds of faults side by side."""
        await asyncio.gather(
            self._again_and_again(0.3, 0.9, self._freeze),
            self._again_and_again(0.5, 1.5, self._kill_scheduler),
            self._again_and_again(2.0, 6.0, self._kill_api),
            self._again_and_again(10.0, 14.0, self._kill_mongod),
            self._again_and_again(0.3, 1.0, self._kill_supervisor),
            self._again_and_again(REVIVE_S, REVIVE_S, self._revive),
        )

    async def _again_and_again(
        self, least_s: float, most_s: float, fault: Callable[[], Awaitable[None]]
    ) -> None:
        chance = random.Random(self._chance.random())
        while True:
            await asyncio.sleep(chance.uniform(least_s, most_s))
            await fault()

    async def _freeze(self) -> None:
        """Stop one, the leader four times of five; others may be frozen at the same time."""
        leader = await asyncio.to_thread(lambda: self._house.leader)
        part = self._chance.choice(self._house.schedulers)
        if leader is not None and self._chance.random() < AT_THE_LEADER:
            part = leader
        process = part.process
        process.signal(signal.SIGSTOP)
        self.counts["stops"] += 1
        self.counts["stops of the leader"] += part is leader
        seconds = LEASE_TTL_S * self._chance.uniform(0.05, 2.2)
        asyncio.get_running_loop().call_later(seconds, process.signal, signal.SIGCONT)

    async def _kill_scheduler(self) -> None:
        part = self._chance.choice(self._house.schedulers)
        part.kill9()
        part.start_again()
        self.counts["scheduler kills"] += 1

    async def _kill_api(self) -> None:
        part = self._chance.choice(self._house.apis)
        part.kill9()
        part.start_again()
        self.counts["API kills"] += 1

    async def _kill_mongod(self) -> None:
        await asyncio.to_thread(self._house.mongod.restart)
        self.counts["mongod kills"] += 1

    async def _kill_supervisor(self) -> None:
        running = await asyncio.to_thread(self._house.supervisors)
        if running:
            key = self._chance.choice(sorted(running))
            running[key].signal(signal.SIGKILL)
            self.victims.add(key)
            self.counts["supervisor kills"] += 1

    async def _revive(self) -> None:
        """Start what has ended by itself, as an operator's service manager does."""
        for part in self._house.parts:
            if part.process.has_ended():
                part.start_again()
                self.counts["ends of their own"] += 1
