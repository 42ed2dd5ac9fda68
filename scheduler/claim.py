"""Take what was assigned, for many jobs at once: record, tokens, slots, status, in a few writes.

Each step is a write of its own, under a condition, and can be taken back by the attempt's key
(00-decisions, 2). The attempts are on record before anything is taken, so a crash leaves a trace.
"""

import logging
import secrets
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain import job_moves, slots, tokens
from domain.database import DatabaseFault, Row
from domain.documents import Attempt, Job, Project
from domain.documents.attempt import AttemptState
from domain.documents.instance import GrantPlace
from domain.documents.shapes import AllocatedResources, SlotIndices
from domain.errors import JobMoved
from domain.job_moves import Move
from domain.resources import Slots
from domain.status import JobStatus
from domain.uids import AttemptKey
from scheduler.plan import Assignment
from scheduler.settle import SCHEDULER, burn_number, settle_attempt, taken_slots

log = logging.getLogger(__name__)
Wanted = tuple[Job, Assignment]
"""A queued job as it was read, and what it is to have."""


@dataclass(frozen=True)
class Claims:
    """Takes and gives back under one term."""

    term: int
    instance_id: str
    clock: Callable[[], datetime]

    async def take(self, wanted: Sequence[Wanted]) -> list[Attempt]:
        """Take all that these jobs need and move them to launched; the attempts that made it.

        What the others have taken is given back. After a fault of the database all is given back,
        as far as the database lets us: what is left, the watcher and `_undo_left_over` settle.
        """
        attempts = await self._record(wanted)
        try:
            launched = await self._take_for({attempt.id: attempt for attempt in attempts}, wanted)
        except DatabaseFault:
            with suppress(DatabaseFault):
                await self._undo_all(attempts)
            raise
        await self._undo_all([a for a in attempts if a.id not in launched])
        return [attempt for attempt in attempts if attempt.id in launched]

    async def _take_for(
        self, attempts: Mapping[str, Attempt], wanted: Sequence[Wanted]
    ) -> set[str]:
        """The keys of the attempts whose jobs were launched."""
        held = await self._take_slots(await self._take_tokens([*attempts.values()]))
        now = self.clock()
        moves = [
            self._move(job, attempts[key], now)
            for job, _ in wanted
            if (key := _next_key(job)) in held
        ]
        moved = await job_moves.move_many(moves)
        return {_next_key(job) for job, _ in wanted if job.key in moved}

    # On record

    async def _record(self, wanted: Sequence[Wanted]) -> list[Attempt]:
        """Put the attempts on record; those that are, of ours."""
        directories = await _project_directories({job.project_uid for job, _ in wanted})
        attempts = [
            self._attempt(job, assignment, directories[job.project_uid])
            for job, assignment in wanted
            if job.project_uid in directories
        ]
        if not attempts:
            return []
        rows = [attempt.model_dump(by_alias=True) for attempt in attempts]
        try:
            await Attempt.rows().insert_many(rows, ordered=False)
        except DatabaseFault:  # some are there already, or nobody knows
            return await self._ours(attempts)
        return attempts

    async def _ours(self, attempts: Sequence[Attempt]) -> list[Attempt]:
        """Of these, those on record; what stands in the place of the others is undone."""
        ids = {"_id": {"$in": [attempt.id for attempt in attempts]}}
        rows = await Attempt.rows().find(ids, {"token": 1}).to_list(None)
        tokens_on_record = {row["_id"]: row["token"] for row in rows}
        ours = [a for a in attempts if tokens_on_record.get(a.id) == a.token]
        for attempt in attempts:
            if tokens_on_record.get(attempt.id, attempt.token) != attempt.token:
                await self._undo_left_over(attempt.id)
        return ours

    def _attempt(self, job: Job, assignment: Assignment, project_dir: str) -> Attempt:
        key = _next_key(job)
        number = job.attempt + 1
        return Attempt(
            id=key,
            project_uid=job.project_uid,
            job_uid=job.uid,
            number=number,
            state=AttemptState.NEW,
            token=f"{key}-{secrets.token_hex(4)}",
            instance_id=self.instance_id,
            term=self.term,
            directory=str(Path(project_dir, job.job_dir, "run", str(number))),
            project_dir=project_dir,
            resources=_allocated(assignment),
            answered=job.interaction if job.interaction and job.interaction.answer else None,
            created_at=self.clock(),
        )

    async def _undo_left_over(self, key: str) -> None:
        """Burn the number of an attempt that a claim which broke off has left, or its undoing."""
        attempt = await Attempt.get(key)
        if attempt is not None and attempt.term <= self.term:
            await self.undo(attempt)

    # Tokens and slots: for all at once, and one by one where that was refused

    async def _take_tokens(self, attempts: Sequence[Attempt]) -> list[Attempt]:
        grants = {attempt.id: _grant(attempt) for attempt in attempts}
        if await tokens.take_many(grants, instance_id=self.instance_id, term=self.term):
            return list(attempts)
        return [a for a in attempts if await self._take_tokens_of(a)]

    async def _take_tokens_of(self, attempt: Attempt) -> bool:
        wanted = _grant(attempt)
        return await tokens.take(
            attempt.id,
            wanted.tokens,
            instance_id=self.instance_id,
            term=self.term,
            place=wanted.place,
        )

    async def _take_slots(self, attempts: Sequence[Attempt]) -> set[str]:
        wanted: dict[str, dict[str, Slots]] = {}
        for attempt in attempts:
            wanted.setdefault(attempt.resources.target, {})[attempt.id] = taken_slots(attempt)
        if await slots.take_many(wanted, term=self.term):
            return {attempt.id for attempt in attempts}
        taken = [await self._take_slots_on(target, keys) for target, keys in wanted.items()]
        return set().union(*taken)

    async def _take_slots_on(self, target: str, wanted: Mapping[str, Slots]) -> set[str]:
        if await slots.take_many({target: wanted}, term=self.term):
            return set(wanted)
        return {
            key
            for key, chosen in wanted.items()
            if await slots.take(target, key, chosen, term=self.term)
        }

    def _move(self, job: Job, attempt: Attempt, now: datetime) -> Move:
        return Move(
            key=job.key,
            to=JobStatus.LAUNCHED,
            only_from=frozenset({JobStatus.QUEUED}),
            now=now,
            actor=SCHEDULER,
            attempt=job.attempt,
            term=self.term,
            expected_revision=job.revision,
            changes=_launch_changes(attempt, now),
            unset=_left_from_earlier(job),
        )

    # Undoing

    async def _undo_all(self, attempts: Collection[Attempt]) -> None:
        for attempt in attempts:
            await self.undo(attempt)

    async def undo(self, attempt: Attempt) -> None:
        """Make an attempt void that was never handed to an executor, and give back what it took.

        Its number is burnt first, so that no late step of an older leader can use it.
        """
        try:
            await burn_number(attempt, term=self.term, now=self.clock())
        except JobMoved:
            return  # it was launched after all, or a later leader has it: the files will tell
        stored = await Attempt.get(attempt.id)
        if stored is not None and stored.state in _NEVER_STARTED:
            await settle_attempt(attempt, AttemptState.VOID, now=self.clock())


_NEVER_STARTED = (AttemptState.NEW, AttemptState.VOID)
_OF_AN_EARLIER_RUN = (
    "waiting_for",
    "started_at",
    "running_at",
    "last_running_at",
    "waiting_at",
    "completed_at",
    "killed_at",
    "failed_at",
    "heartbeat_at",
    "kill_requested_at",
    "kill_requested_by",
    "exit_reason",
    "interaction",
    "progress",
)


def _left_from_earlier(job: Job) -> tuple[str, ...]:
    """What an earlier run has left; the revision, which is expected, vouches for the rest."""
    return tuple(name for name in _OF_AN_EARLIER_RUN if getattr(job, name) is not None)


def _grant(attempt: Attempt) -> tokens.Grant:
    """Tokens, and where the attempt will run: here, whatever its target's hostname is shown as."""
    place = GrantPlace(
        hostname=socket.gethostname(),
        directory=attempt.directory,
        project_dir=attempt.project_dir,
        token=attempt.token,
    )
    return tokens.Grant(attempt.resources.licenses_acquired, place)


def _next_key(job: Job) -> str:
    return str(AttemptKey(job.key, job.attempt + 1))


async def _project_directories(uids: Collection[str]) -> dict[str, str]:
    found = Project.rows().find({"_id": {"$in": sorted(uids)}}, {"project_dir": 1})
    return {row["_id"]: row["project_dir"] for row in await found.to_list(None)}


def _launch_changes(attempt: Attempt, now: datetime) -> Row:
    return {
        "attempt": attempt.number,
        "resources_allocated": attempt.resources.model_dump(),
        "tokens_acquired_at": now if attempt.resources.licenses_acquired else None,
        "errors_run": [],
        "outputs": {},
    }


def _allocated(assignment: Assignment) -> AllocatedResources:
    chosen = assignment.slots
    return AllocatedResources(
        lane=assignment.lane,
        lane_type="cluster" if assignment.is_on_cluster else "node",
        target=assignment.target,
        hostname=assignment.hostname,
        slots=SlotIndices(cpu=list(chosen.cpu), gpu=list(chosen.gpu), ram=list(chosen.ram)),
        licenses_acquired=assignment.tokens,
    )
