"""The tick of a leader: observe, plan, act; woken by changes, with a timer as a net."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from domain import job_moves
from domain.database import DatabaseFault
from domain.documents import Attempt, Job
from domain.errors import DomainError
from domain.live.changes import Change, Kind
from domain.live.hub import Hub
from domain.status import JobStatus
from domain.uids import AttemptKey
from scheduler import lease
from scheduler.launch import Launcher
from scheduler.lease import Leadership
from scheduler.operations.runner import Runner
from scheduler.operations.tools import OperationTools
from scheduler.plan import Assignment, Plan, Reason, plan
from scheduler.recover import recover
from scheduler.snapshot import Snapshot, take_snapshot
from scheduler.target_checks import TargetChecks
from scheduler.target_executors import TargetExecutors
from scheduler.watch import Watcher

log = logging.getLogger(__name__)
T = TypeVar("T")
WATCHED = frozenset(
    {
        Kind.JOBS,
        Kind.LANES,
        Kind.TARGETS,
        Kind.TOKEN_POOLS,
        Kind.PROJECTS,
        Kind.INSTANCES,
        Kind.TARGET_CHECKS,
    }
)
MOVE_OPERATIONS = frozenset({Kind.JOBS, Kind.OPERATIONS})
REST_S = 0.05
"""The least time between two readings of the same program's records."""
PASS_REST_S = 0.01
"""The least time between two passes: running jobs that report often must not fill the loop."""
AT_ONCE = 32
"""Conditional writes of one pass under way at the same time."""


@dataclass
class Loop:
    """One process's turn as leader; ends when the lease is lost or `run` is cancelled."""

    leadership: Leadership
    launcher: Launcher
    watcher: Watcher
    executors: TargetExecutors
    checks: TargetChecks
    hub: Hub
    clock: Callable[[], datetime]
    sweep_s: float
    _starts: set[asyncio.Task[None]] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def attempt_changed(self, key: str) -> None:
        """Look at this attempt soon; called by executors."""
        self._seen.add(key)
        self._woken.set()

    async def run(self) -> None:
        """Recover, say so, then schedule and follow until the lease is lost."""
        await lease.fence(self.leadership.term)
        await self.executors.refresh(self.clock(), self.leadership.term)
        await recover(self.watcher, self.launcher.instance_id, self.clock())
        await lease.report_ready(self.leadership)
        tasks = [
            asyncio.create_task(lease.keep(self.leadership)),
            asyncio.create_task(self._schedule()),
            asyncio.create_task(self._follow()),
            asyncio.create_task(self._carry_operations_on()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*tasks, *self._starts):
                task.cancel()
            await asyncio.gather(*tasks, *self._starts, return_exceptions=True)
            await self.checks.close()

    async def _schedule(self) -> None:
        async with self.hub.listen(_concerns_the_queue) as listener:
            while self.leadership.holds:
                await self._guarded("a scheduling pass", self._pass())
                await asyncio.sleep(PASS_REST_S)  # what comes meanwhile is planned together
                if await listener.wait(self.sweep_s) is None:
                    await self._guarded("the sweep", self.watcher.look())

    async def _pass(self) -> None:
        if await self.executors.refresh(self.clock(), self.leadership.term):
            await lease.fence(self.leadership.term)
        await self.checks.go_on()
        snapshot = await take_snapshot(frozenset(self.executors))
        if not snapshot.queued:
            return
        planned = plan(
            snapshot.candidates,
            snapshot.lanes,
            tokens_free=snapshot.tokens_free,
            token_limit=snapshot.token_limit,
            token_holders=snapshot.token_holders,
            maintenance=snapshot.maintenance,
        )
        await self._launch(snapshot, planned)
        await self._explain(snapshot, planned)

    async def _launch(self, snapshot: Snapshot, planned: Plan) -> None:
        async def launch(assignment: Assignment) -> None:
            if not self.leadership.holds:
                return
            job = snapshot.queued[assignment.job_id]
            key = str(AttemptKey(job.key, job.attempt + 1))
            self.watcher.in_flight.add(key)  # before it is on record: nobody else may judge it
            try:
                claimed = await self.launcher.claim(job, assignment)
            except BaseException:
                self.watcher.in_flight.discard(key)
                raise
            if claimed is None:
                self.watcher.in_flight.discard(key)
            else:
                self._start_beside(*claimed)

        await _each(planned.assignments, launch)

    def _start_beside(self, job: Job, attempt: Attempt) -> None:
        """Start the attempt beside the loop: a slow lane must not hold up the others."""

        async def start() -> None:
            try:
                await self._guarded(f"the start of {attempt.id}", self.launcher.start(job, attempt))
            finally:
                self.watcher.in_flight.discard(attempt.id)
                self.attempt_changed(attempt.id)

        task = asyncio.create_task(start())
        self._starts.add(task)
        task.add_done_callback(self._starts.discard)

    async def _explain(self, snapshot: Snapshot, planned: Plan) -> None:
        async def explain(waiting: tuple[str, Reason]) -> None:
            job_id, reason = waiting
            await self._write_reason(snapshot.queued[job_id], reason)

        await _each(tuple(planned.reasons.items()), explain)

    async def _write_reason(self, job: Job, reason: Reason) -> None:
        told = as_document(reason)
        if job.waiting_for is not None and job.waiting_for.model_dump() == told:
            return
        try:
            await job_moves.change(
                job.key,
                changes={"waiting_for": told},
                now=self.clock(),
                only_in=frozenset({JobStatus.QUEUED}),
                term=self.leadership.term,
            )
        except DomainError:
            return  # it left the queue meanwhile

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


async def _each(items: Sequence[T], act: Callable[[T], Awaitable[None]]) -> None:
    """`act` on all items, a bounded number at a time; the first fault ends it."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> None:
        async with limit:
            await act(item)

    await asyncio.gather(*(one(item) for item in items))


def _concerns_the_queue(change: Change) -> bool:
    return change.kind in WATCHED


def _concerns_operations(change: Change) -> bool:
    return change.kind in MOVE_OPERATIONS


def as_document(reason: Reason) -> dict[str, object]:
    """The reason as `Job.waiting_for` stores it."""
    return {
        "status": str(reason.status),
        "message": reason.message,
        "position_in_lane": reason.position,
        "shortages": [vars(shortage) for shortage in reason.shortages],
        "blocked_by": list(reason.blocked_by),
    }
