"""Faults of what stands between the schedulers and the jobs of a far lane, at random by a seed."""

import asyncio
import random
import re
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping

from tests.chaos.house import LEASE_TTL_S, House
from tests.chaos.referee import Line
from tests.lanes.slurm import Slurm
from tests.lanes.sshd import Sshd

Fault = Callable[[], Awaitable[None]]
LONGEST_S = 4.0
"""Below the time after which Slurm gives a silent node up."""
FORGOTTEN_START = re.compile(r"Registered PENDING JobId=(\d+) StepId")
OPEN = {"state": {"$nin": ["ended", "void"]}}


class LaneFaults:
    """Breaks schedulers and what `_faults` names until cancelled; `mend` makes all well again.

    `victims` are the attempts whose run was ended by a fault.
    """

    def __init__(self, house: House, chance: random.Random) -> None:
        self.counts: Counter[str] = Counter()
        self.victims: set[str] = set()
        self._house = house
        self._chance = chance

    def faults(self) -> Mapping[Fault, tuple[float, float]]:
        """Each with the shortest and longest time between two."""
        return {self._kill_scheduler: (1.0, 3.0), self._freeze_scheduler: (1.0, 3.0)}

    async def strike(self) -> None:
        """All kinds of faults side by side."""
        async with asyncio.TaskGroup() as group:
            for fault, spans in self.faults().items():
                group.create_task(self._again(fault, *spans))

    async def _again(self, fault: Fault, least_s: float, most_s: float) -> None:
        chance = random.Random(self._chance.random())
        while True:
            await asyncio.sleep(chance.uniform(least_s, most_s))
            await fault()

    async def _kill_scheduler(self) -> None:
        part = self._chance.choice(self._house.schedulers)
        part.kill9()
        part.start_again()
        self.counts["scheduler kills"] += 1

    async def _freeze_scheduler(self) -> None:
        part = self._chance.choice(self._house.schedulers).process
        part.signal(signal.SIGSTOP)
        self.counts["scheduler stops"] += 1
        await asyncio.sleep(LEASE_TTL_S * self._chance.uniform(0.05, 2.2))
        part.signal(signal.SIGCONT)

    async def mend(self) -> None:
        """Everything runs, and nothing is frozen."""
        await asyncio.to_thread(self._house.calm)

    async def resume_nodes(self) -> None:
        """What an operator does until cancelled; nobody has to do anything if it returns."""

    def may_have_failed(self, jobs: Iterable[Line]) -> set[str]:
        """The attempts whose run the cluster itself may have ended: they alone may fail."""
        return self.victims


class SlurmFaults(LaneFaults):
    """Kills, freezes and cold-starts the controller, kills and freezes the nodes' daemons."""

    def __init__(self, house: House, chance: random.Random, slurm: Slurm) -> None:
        super().__init__(house, chance)
        self._slurm = slurm
        self._at_controller = asyncio.Lock()

    def faults(self) -> Mapping[Fault, tuple[float, float]]:
        own: Mapping[Fault, tuple[float, float]] = {
            self._kill_controller: (3.0, 9.0),
            self._freeze_controller: (3.0, 9.0),
            self._cold_start: (12.0, 30.0),
            self._kill_node: (3.0, 8.0),
            self._freeze_node: (3.0, 8.0),
        }
        return {**super().faults(), **own}

    async def _kill_controller(self) -> None:
        async with self._at_controller:
            await asyncio.to_thread(self._slurm.kill, "ctld")
            self.counts["slurmctld kills"] += 1
            await asyncio.sleep(self._chance.uniform(0, LONGEST_S))
            await asyncio.to_thread(self._slurm.start_controller)

    async def _cold_start(self) -> None:
        """It forgets all jobs, and its nodes abort those that they have."""
        async with self._at_controller:
            await asyncio.to_thread(self._slurm.kill, "ctld")
            self.counts["slurmctld cold starts"] += 1
            rows = await asyncio.to_thread(self._house.rows, "attempts", OPEN)
            self.victims |= {str(row["_id"]) for row in rows}
            await asyncio.to_thread(self._slurm.start_controller, "-c")

    async def _freeze_controller(self) -> None:
        async with self._at_controller:
            self.counts["slurmctld stops"] += 1
            await self._freeze("ctld")

    async def _freeze(self, name: str) -> None:
        self._slurm.signal(name, signal.SIGSTOP)
        await asyncio.sleep(self._chance.uniform(0.1, LONGEST_S))
        if name in self._slurm.pids:
            self._slurm.signal(name, signal.SIGCONT)

    async def _kill_node(self) -> None:
        node = self._chance.choice(self._slurm.files.shape.names)
        if node in self._slurm.pids:
            await asyncio.to_thread(self._slurm.kill, node)
            self.counts["slurmd kills"] += 1
            await asyncio.sleep(self._chance.uniform(0, LONGEST_S))
            await asyncio.to_thread(self._slurm.start_node, node)

    async def _freeze_node(self) -> None:
        node = self._chance.choice(self._slurm.files.shape.names)
        if node in self._slurm.pids:
            self.counts["slurmd stops"] += 1
            await self._freeze(node)

    async def mend(self) -> None:
        await super().mend()
        await asyncio.to_thread(self._start_what_is_gone)
        for name in self._slurm.pids:
            self._slurm.signal(name, signal.SIGCONT)

    def _start_what_is_gone(self) -> None:
        if "ctld" not in self._slurm.pids:
            self._slurm.start_controller()
        for node in self._slurm.files.shape.names:
            if node not in self._slurm.pids:
                self._slurm.start_node(node)

    async def resume_nodes(self) -> None:
        """What an operator does, until cancelled: nodes that are drained or down come back."""
        while True:
            names = ",".join(self._slurm.files.shape.names)
            words = ("scontrol", "update", f"nodename={names}", "state=resume")
            await asyncio.to_thread(self._slurm.call, *words)
            await asyncio.sleep(2.0)

    def may_have_failed(self, jobs: Iterable[Line]) -> set[str]:
        """Also those whose start the controller forgot, so that it had their node abort them."""
        log = (self._slurm.files.directory / "log" / "ctld.log").read_text()
        aborted = set(FORGOTTEN_START.findall(log))
        found = {
            f"{job['_id']}#{job['attempt']}" for job in jobs if job["cluster_job_id"] in aborted
        }
        return super().may_have_failed(jobs) | found


class SshFaults(LaneFaults):
    """Kills and freezes sshd with all its connections."""

    def __init__(self, house: House, chance: random.Random, sshd: Sshd) -> None:
        super().__init__(house, chance)
        self._sshd = sshd
        self._at_sshd = asyncio.Lock()

    def faults(self) -> Mapping[Fault, tuple[float, float]]:
        own: Mapping[Fault, tuple[float, float]] = {
            self._kill_sshd: (2.0, 6.0),
            self._kill_sessions: (1.0, 4.0),
            self._freeze_sshd: (3.0, 8.0),
        }
        return {**super().faults(), **own}

    async def _kill_sshd(self) -> None:
        async with self._at_sshd:
            await self._sshd.stop()
            self.counts["sshd kills"] += 1
            await asyncio.sleep(self._chance.uniform(0, LONGEST_S))
            await self._sshd.start()

    async def _kill_sessions(self) -> None:
        async with self._at_sshd:
            self._sshd.signal_sessions(signal.SIGKILL)
            self.counts["connections cut"] += 1

    async def _freeze_sshd(self) -> None:
        async with self._at_sshd:
            self._sshd.freeze()
            self.counts["sshd stops"] += 1
            await asyncio.sleep(self._chance.uniform(0.1, 3 * LONGEST_S))
            await self._sshd.stop()
            await self._sshd.start()

    async def mend(self) -> None:
        await super().mend()
        await self._sshd.stop()
        await self._sshd.start()
