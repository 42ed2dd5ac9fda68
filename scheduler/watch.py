"""Follow attempts: learn from their files how far they are, and move their jobs accordingly."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from weakref import WeakValueDictionary

from domain import event_log, job_moves, notifications
from domain.clock import from_epoch
from domain.database import Row
from domain.documents import Attempt, Job
from domain.documents.attempt import UNSETTLED, AttemptState
from domain.errors import JobMoved
from domain.job_types import Catalogue
from domain.settings import Settings
from domain.status import ACTIVE, JobStatus
from scheduler.attempt_ref import ref
from scheduler.cluster_word import explained, told_changes
from scheduler.ending import Committed, End, judge, judge_lost, read_committed
from scheduler.executors.base import Executor, LaneUnreachable, Sighting, SightingState
from scheduler.finish_all import finish_all
from scheduler.interacting import hand_over_answer, wait_or_go_on
from scheduler.messages import read_messages
from scheduler.program_report import changes, interpret
from scheduler.repeat_kills import repeat_kills
from scheduler.settle import (
    SCHEDULER,
    burn_number,
    finish,
    quarantine,
    return_to_queue,
    settle_attempt,
    tell_end,
)

log = logging.getLogger(__name__)
HEARTBEAT_WRITE_S = 30.0
"""A job's heartbeat is written no more often than this: it is a sign of life, not a clock."""
AT_ONCE = 16
"""Attempts followed side by side."""


@dataclass
class Watcher:
    """Follows the unsettled attempts under one term; `in_flight` are being launched just now."""

    term: int
    settings: Settings
    catalogue: Catalogue
    executors: Mapping[str, Executor]
    clock: Callable[[], datetime]
    in_flight: set[str] = field(default_factory=set)
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def look(self, keys: Iterable[str] | None = None) -> None:
        """Look at the attempts named, or at all that are not settled, and act on what is seen."""
        query: Row = {"state": {"$in": list(UNSETTLED)}}
        if keys is not None:
            query["_id"] = {"$in": sorted(keys)}
        attempts = await Attempt.find(query).to_list()
        by_executor: dict[Executor, list[Attempt]] = {}
        for attempt in attempts:
            executor = self.executors.get(attempt.resources.target)
            if executor is not None and attempt.id not in self.in_flight:
                by_executor.setdefault(executor, []).append(attempt)
        await finish_all(self._look_through(*each) for each in by_executor.items())

    async def _look_through(self, executor: Executor, attempts: list[Attempt]) -> None:
        try:
            seen = await executor.observe([ref(attempt) for attempt in attempts])
        except LaneUnreachable:
            log.warning("A lane did not answer.", extra={"action": "lane_unreachable"})
            await repeat_kills(executor, attempts)
            return
        limit = asyncio.Semaphore(AT_ONCE)

        async def act(attempt: Attempt) -> None:
            async with limit, self.alone_with(attempt.id):
                try:
                    await self._act(executor, attempt.id, seen[attempt.id])
                except JobMoved as moved:  # somebody was quicker: the next look judges again
                    log.info("%s", moved.message, extra={"action": "late", "key": attempt.id})
                except LaneUnreachable as silence:  # it says nothing about the attempt
                    log.warning("%s", silence, extra={"action": "lane_unreachable"})

        await finish_all(act(attempt) for attempt in attempts if attempt.id in seen)

    def alone_with(self, key: str) -> asyncio.Lock:
        """Held by whoever judges the attempt."""
        return self._locks.setdefault(key, asyncio.Lock())

    async def _act(self, executor: Executor, key: str, sighting: Sighting) -> None:
        attempt = await Attempt.get(key)  # anew: another look may have acted since
        if attempt is None or attempt.state not in UNSETTLED:
            return
        job = await Job.get(attempt.job_id)
        if job is None or job.attempt != attempt.number or job.status not in ACTIVE:
            await self._act_on_stray(executor, attempt, sighting)
            return
        job = await self._change(attempt, job, told_changes(job, sighting.cluster))
        match sighting.state:
            case SightingState.UNCLAIMED:
                await self._unclaimed(executor, attempt, job, sighting)
            case SightingState.VOID:
                await self._void(attempt, job, sighting.void_reason)
            case SightingState.RUNNING:
                await self._running(executor, attempt, job, sighting)
            case SightingState.ENDED:
                await self._ended(attempt, job, sighting)
            case SightingState.LOST:
                await self._lost(executor, attempt, job, sighting)

    # An attempt whose job has gone on without it: its end was recorded, or it was never launched.

    async def _act_on_stray(self, executor: Executor, attempt: Attempt, sighting: Sighting) -> None:
        if sighting.state is SightingState.RUNNING:
            await executor.stop(ref(attempt))
            return
        await burn_number(attempt, term=self.term, now=self.clock())
        if sighting.state is SightingState.UNCLAIMED and not await executor.forbid(
            ref(attempt), "its job has gone on without it"
        ):
            return
        if sighting.state is SightingState.LOST and not await self._is_swept(executor, attempt):
            return
        ended = sighting.state in (SightingState.ENDED, SightingState.LOST)
        state = AttemptState.ENDED if ended else AttemptState.VOID
        await tell_end(attempt, now=self.clock())
        await settle_attempt(attempt, state, now=self.clock())

    # Before the claim

    async def _unclaimed(
        self, executor: Executor, attempt: Attempt, job: Job, sighting: Sighting
    ) -> None:
        if attempt.state is AttemptState.CLAIMED:
            await self._out_of_sight(executor, attempt, job)
            return
        waited = self.clock() - (attempt.submitted_at or attempt.created_at)
        starter_gone = attempt.state in (AttemptState.NEW, AttemptState.SUBMITTING)
        if job.kill_requested_at is not None or starter_gone:
            if await executor.forbid(ref(attempt), "its launch was given up"):
                await self._void(attempt, job)
        elif sighting.starter_code is not None:
            said = (sighting.starter_text or "").strip()
            await self._give_up(executor, attempt, job, f"the supervisor did not start. {said}")
        elif not sighting.cluster and waited > timedelta(seconds=self.settings.launch_timeout_s):
            seconds = self.settings.launch_timeout_s
            await self._give_up(executor, attempt, job, f"no supervisor began within {seconds:g} s")

    async def _out_of_sight(self, executor: Executor, attempt: Attempt, job: Job) -> None:
        """Its files are gone though it was claimed: that says nothing about its processes."""
        if job.kill_requested_at is not None and not await executor.sweep(ref(attempt)):
            end = End(JobStatus.KILLED, "killed", self.clock())
            await self._finish(attempt, job, end, AttemptState.ENDED)

    async def _give_up(self, executor: Executor, attempt: Attempt, job: Job, reason: str) -> None:
        if await executor.forbid(ref(attempt), reason):
            end = End(JobStatus.FAILED, "launch_error", self.clock(), f"Could not start: {reason}")
            await self._finish(attempt, job, end, AttemptState.VOID)

    async def _void(self, attempt: Attempt, job: Job, reason: str | None = None) -> None:
        """It never ran and never will: killed if that was asked for, else back to its place."""
        if job.kill_requested_at is not None:
            end = End(JobStatus.KILLED, "killed", self.clock())
            await self._finish(attempt, job, end, AttemptState.VOID)
            return
        await return_to_queue(attempt, job, term=self.term, now=self.clock(), reason=reason)

    # While it runs

    async def _running(
        self, executor: Executor, attempt: Attempt, job: Job, sighting: Sighting
    ) -> None:
        if job.kill_requested_at is not None:
            await executor.stop(ref(attempt))
            return
        job = await self._catch_up(attempt, job, sighting)
        job = await self._read(attempt, job)
        if job.status is JobStatus.WAITING:
            await notifications.tell_of(job, now=self.clock())  # once for each question
            await asyncio.to_thread(hand_over_answer, attempt, job)
        beat = sighting.heartbeat
        stale = self.clock() - timedelta(seconds=HEARTBEAT_WRITE_S)
        if beat is not None and (job.heartbeat_at is None or job.heartbeat_at < stale):
            await self._change(attempt, job, {"heartbeat_at": from_epoch(beat.beat_at)})

    async def _catch_up(self, attempt: Attempt, job: Job, sighting: Sighting) -> Job:
        """Apply the steps that were missed, in order, each with the time the supervisor noted."""
        if sighting.claim is not None and attempt.state is not AttemptState.CLAIMED:
            claimed_at = from_epoch(sighting.claim.claimed_at)
            values = {"state": AttemptState.CLAIMED, "claimed_at": claimed_at}
            await Attempt.rows().update_one({"_id": attempt.id}, {"$set": values})
        if sighting.claim is not None and job.status is JobStatus.LAUNCHED:
            job = await self._step(attempt, job, JobStatus.STARTED, sighting.claim.claimed_at)
        if sighting.running_at is not None and job.status is JobStatus.STARTED:
            job = await self._step(attempt, job, JobStatus.RUNNING, sighting.running_at)
        return job

    async def _step(self, attempt: Attempt, job: Job, to: JobStatus, at_s: float) -> Job:
        at = from_epoch(at_s)
        first = {"running_at": at} if to is JobStatus.RUNNING and job.running_at is None else {}
        try:
            return await job_moves.move(
                job.key,
                to=to,
                only_from=frozenset({job.status}),
                now=self.clock(),
                actor=SCHEDULER,
                attempt=attempt.number,
                term=self.term,
                entered_at=at,
                changes=first,
            )
        except JobMoved:  # a kill was accepted, or a later leader was first
            return await Job.get(job.id) or job

    async def _read(self, attempt: Attempt, job: Job) -> Job:
        """Take in the program's records; the events first, the place in the file after them."""
        more = True
        while more:
            directory = Path(attempt.directory)
            reading = await asyncio.to_thread(read_messages, directory, attempt.message_files)
            more = reading.more
            if not reading.files:
                return job
            report = interpret(job, reading.records, self.clock())
            await event_log.append(job.key, report.entries, now=self.clock())
            job = await self._change(attempt, job, changes(job, report))
            job = await wait_or_go_on(attempt, job, report, term=self.term, now=self.clock())
            attempt.message_files |= reading.files
            stored = {f"message_files.{n}": f.model_dump() for n, f in reading.files.items()}
            await Attempt.rows().update_one({"_id": attempt.id}, {"$set": stored})
        return job

    async def _change(self, attempt: Attempt, job: Job, values: Row) -> Job:
        if not values:
            return job
        try:
            return await job_moves.change(
                job.key,
                changes=values,
                now=self.clock(),
                only_in=ACTIVE,
                attempt=attempt.number,
                term=self.term,
            )
        except JobMoved:
            return await Job.get(job.id) or job

    # The end

    async def _ended(self, attempt: Attempt, job: Job, sighting: Sighting) -> None:
        assert sighting.exit is not None
        job = await self._catch_up(attempt, job, sighting)
        job = await self._read(attempt, job)
        committed = await self._committed(attempt, job)
        declaration = self.catalogue.get(job.type)
        end = judge(attempt, job, declaration, sighting.exit, committed)
        end, result = explained(end, sighting.cluster), dict(sighting.exit.of_the_process)
        await self._finish(attempt, job, end, AttemptState.ENDED, result)

    async def _lost(
        self, executor: Executor, attempt: Attempt, job: Job, sighting: Sighting
    ) -> None:
        """The supervisor died: its slots stay taken until nothing of the attempt is left."""
        job = await self._catch_up(attempt, job, sighting)
        job = await self._read(attempt, job)
        if not await self._is_swept(executor, attempt):
            return
        committed = await self._committed(attempt, job)
        declaration = self.catalogue.get(job.type)
        end = judge_lost(attempt, job, declaration, committed, self.clock())
        await self._finish(attempt, job, explained(end, sighting.cluster), AttemptState.ENDED)

    async def _is_swept(self, executor: Executor, attempt: Attempt) -> bool:
        alive = await executor.sweep(ref(attempt))
        if alive:
            reason = f"Its supervisor died; processes of it that do not end: {alive}."
            await quarantine(attempt, reason, term=self.term, now=self.clock())
        return alive == 0

    async def _committed(self, attempt: Attempt, job: Job) -> Committed | None:
        project_dir = Path(attempt.project_dir)
        return await asyncio.to_thread(read_committed, project_dir, job.job_dir, attempt.token)

    async def _finish(
        self, attempt: Attempt, job: Job, end: End, state: AttemptState, result: Row | None = None
    ) -> None:
        await finish(attempt, job, end, state, term=self.term, now=self.clock(), result=result)
