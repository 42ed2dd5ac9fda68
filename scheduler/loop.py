"""The tick of a leader: observe, plan, act; woken by changes, with a timer as a net."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.database import DatabaseFault
from domain.documents import Attempt, Job
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty, Hub, Reset
from domain.uids import AttemptKey
from scheduler import gpu_use, installed_programs, lease
from scheduler.installed_programs import InstalledPrograms
from scheduler.launch import Launcher
from scheduler.lease import Leadership
from scheduler.operations.runner import Runner
from scheduler.operations.tools import OperationTools
from scheduler.plan import Assignment
from scheduler.presence import Presence
from scheduler.quarantine import carry_out_decisions
from scheduler.recover import recover
from scheduler.scheduling import Scheduling, concerns_scheduling
from scheduler.starts import Starts
from scheduler.target_checks import TargetChecks
from scheduler.target_executors import TargetExecutors
from scheduler.watch import Watcher

log = logging.getLogger(__name__)
MOVE_OPERATIONS = frozenset({Kind.JOBS, Kind.OPERATIONS})
REST_S = 0.05
"""The least time between two readings of the same program's records."""
DECISIONS_REST_S = 0.5
"""The least time between two looks at what administrators have decided about targets."""
PASS_REST_S = 0.01
"""The least time between two passes: running jobs that report often must not fill the loop."""
AGAIN_S = 0.05
"""The rest before a pass that goes on with the one before it."""


@dataclass
class Loop:
    """One process's turn as leader; ends when the lease is lost or `run` is cancelled."""

    leadership: Leadership
    launcher: Launcher
    watcher: Watcher
    executors: TargetExecutors
    checks: TargetChecks
    presence: Presence
    programs: InstalledPrograms
    hub: Hub
    clock: Callable[[], datetime]
    sweep_s: float
    _starts: Starts = field(default_factory=Starts)
    _seen: set[str] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _has_more: bool = False

    def attempt_changed(self, key: str) -> None:
        """Look at this attempt soon; called by executors."""
        self._seen.add(key)
        self._woken.set()

    async def run(self) -> None:
        """Recover, say so, then schedule and follow until the lease is lost.

        The lease is kept from the first moment: recovery may take longer than its lifetime.
        """
        keeping = asyncio.create_task(lease.keep(self.leadership))
        leading = asyncio.create_task(self._lead())
        try:
            done, _ = await asyncio.wait((keeping, leading), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (keeping, leading):
                task.cancel()
            await asyncio.gather(keeping, leading, return_exceptions=True)
            await self.checks.close()
            await self.presence.close()

    async def _lead(self) -> None:
        await lease.fence(self.leadership.term)
        await self.executors.refresh(self.clock(), self.leadership.term)
        await recover(self.watcher, self.launcher.instance_id, self.clock())
        await lease.report_ready(self.leadership)
        work = (
            self._schedule(),
            self._follow(),
            self._sweep(),
            self._carry_operations_on(),
            self._carry_decisions_out(),
            self._measure_gpus(),
            self._search_programs(),
        )
        tasks = [asyncio.create_task(part) for part in work]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._starts.close()

    async def _schedule(self) -> None:
        scheduling = Scheduling(
            self.leadership.term, lambda: self.executors.online, self._launch, self.clock
        )
        news: Dirty | Reset | None = None
        async with self.hub.listen(concerns_scheduling) as listener:
            while self.leadership.holds:
                self._has_more = False
                await self._guarded("a scheduling pass", self._pass(scheduling, news))
                await asyncio.sleep(PASS_REST_S)  # what comes meanwhile is planned together
                news = await listener.wait(AGAIN_S if self._has_more else self.sweep_s)

    async def _sweep(self) -> None:
        """Look at every attempt now and then, however busy the feed is."""
        while self.leadership.holds:
            await asyncio.sleep(self.sweep_s)
            await self._guarded("the sweep", self.watcher.look())

    async def _pass(self, scheduling: Scheduling, news: Dirty | Reset | None) -> None:
        self._has_more = True  # should it fail
        await scheduling.follow(news)
        if await self.executors.refresh(self.clock(), self.leadership.term):
            await lease.fence(self.leadership.term)
        self.presence.follow(self.executors.remote)
        await self.checks.go_on()
        self._has_more = await scheduling.one_pass()

    async def _launch(self, jobs: Mapping[str, Job], assignments: Sequence[Assignment]) -> None:
        if not self.leadership.holds:
            return
        wanted = [(jobs[assignment.job_id], assignment) for assignment in assignments]
        keys = {str(AttemptKey(job.key, job.attempt + 1)) for job, _ in wanted}
        self.watcher.in_flight |= keys  # before they are on record: nobody else may judge them
        claimed: list[Attempt] = []
        try:
            claimed = await self.launcher.claim(wanted)
        finally:
            self.watcher.in_flight -= keys - {attempt.id for attempt in claimed}
        for attempt in claimed:
            self._start_beside(attempt)

    def _start_beside(self, attempt: Attempt) -> None:
        """Start the attempt when it is its turn; until then it is in flight."""

        async def start() -> None:
            if self.leadership.holds:  # else the next leader settles it
                await self._guarded(f"the start of {attempt.id}", self.launcher.start(attempt))

        def done() -> None:
            self.watcher.in_flight.discard(attempt.id)
            self.attempt_changed(attempt.id)

        self._starts.add(self.executors.get(attempt.resources.target), start, done=done)

    async def _follow(self) -> None:
        while self.leadership.holds:
            await self._woken.wait()
            self._woken.clear()
            keys, self._seen = self._seen, set()
            await self._guarded("following attempts", self.watcher.look(keys))
            await asyncio.sleep(REST_S)

    async def _carry_operations_on(self) -> None:
        """Beside the planning: erasing a large directory must not hold up the queue."""
        term, lead = self.leadership.term, self.leadership
        tools = OperationTools(term, self.watcher, self.clock, leads=lambda: lead.holds)
        async with Runner(tools) as runner, self.hub.listen(_concerns_operations) as listener:
            while self.leadership.holds:
                await self._guarded("going on with operations", runner.go_on())
                await asyncio.sleep(REST_S)
                await listener.wait(self.sweep_s)

    async def _carry_decisions_out(self) -> None:
        """Beside the planning: a machine that does not answer must not hold up the queue."""
        async with self.hub.listen(_concerns_targets) as listener:
            while self.leadership.holds:
                await self._guarded("decisions about targets", carry_out_decisions(self.watcher))
                await asyncio.sleep(DECISIONS_REST_S)  # every launch changes a target
                await listener.wait(self.sweep_s)

    async def _measure_gpus(self) -> None:
        while self.leadership.holds:
            await self._guarded("measuring GPUs", gpu_use.record_here(self.executors.here))
            await asyncio.sleep(gpu_use.EVERY_S)

    async def _search_programs(self) -> None:
        """Beside the planning: a target that is new, or comes back, is searched soon."""
        async with self.hub.listen(_concerns_targets) as listener:
            while self.leadership.holds:
                await self._guarded("searching programs", self.programs.search_all())
                await asyncio.sleep(installed_programs.REST_S)
                await listener.wait(installed_programs.EVERY_S)

    async def _guarded(self, what: str, work: Awaitable[None]) -> None:
        """Do `work`; a fault is logged and the loop goes on: the next tick sees what is true."""
        try:
            await work
        except DatabaseFault as fault:
            log.warning("The database failed during %s: %s", what, fault)
            await asyncio.sleep(0.2)
        except Exception:  # the one broad catch of the loop
            log.exception("A fault during %s.", what, extra={"action": "fault"})
            await asyncio.sleep(0.2)


def _concerns_targets(change: Change) -> bool:
    return change.kind is Kind.TARGETS


def _concerns_operations(change: Change) -> bool:
    return change.kind in MOVE_OPERATIONS
