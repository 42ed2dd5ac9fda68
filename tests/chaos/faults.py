"""Faults at random, by a seed: frozen leaders, kill -9 of all kinds of processes."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import psutil

from tests.chaos.house import LEASE_TTL_S, House

AT_THE_LEADER = 0.8


class Faults:
    """Breaks the house until cancelled; `counts` says what was done."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.counts: Counter[str] = Counter()
        self._house = house
        self._chance = chance

    async def strike(self) -> None:
        """All kinds of faults side by side."""
        await asyncio.gather(
            self._again_and_again(1.0, self._freeze),
            self._again_and_again(5.0, self._kill_scheduler),
            self._again_and_again(20.0, self._kill_api),
            self._again_and_again(12.0, self._kill_mongod),
            self._again_and_again(4.0, self._kill_supervisor),
        )

    async def _again_and_again(self, mean_s: float, fault: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / mean_s))
            await fault()

    async def _freeze(self) -> None:
        leader = await asyncio.to_thread(lambda: self._house.leader)
        part = self._chance.choice(self._house.schedulers)
        if leader is not None and self._chance.random() < AT_THE_LEADER:
            part = leader
        pid = part.pid
        with suppress(ProcessLookupError):
            psutil.Process(pid).suspend()
            self.counts["stops"] += 1
            await asyncio.sleep(LEASE_TTL_S * self._chance.uniform(0.05, 2.75))
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).resume()

    async def _kill_scheduler(self) -> None:
        leader = await asyncio.to_thread(lambda: self._house.leader)
        part = self._chance.choice([leader or self._house.schedulers[0], *self._house.schedulers])
        await asyncio.to_thread(part.kill9)
        part.start()
        self.counts["scheduler kills"] += 1

    async def _kill_api(self) -> None:
        part = self._chance.choice(self._house.apis)
        await asyncio.to_thread(part.kill9)
        part.start()
        self.counts["API kills"] += 1

    async def _kill_mongod(self) -> None:
        await asyncio.to_thread(self._house.mongod.restart)
        self.counts["mongod kills"] += 1

    async def _kill_supervisor(self) -> None:
        running = await asyncio.to_thread(self._house.supervisors)
        if running:
            with suppress(psutil.NoSuchProcess):
                self._chance.choice(running).send_signal(signal.SIGKILL)
                self.counts["supervisor kills"] += 1
