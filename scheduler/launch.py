"""Carry out one assignment: record the attempt, take tokens and slots, move the job, start it.

Each step is a conditional write of its own and can be taken back by the attempt's key
(00-decisions, 2). The attempt is on record before anything is taken, so a crash leaves a trace.
"""

import asyncio
import json
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain import event_log, job_moves, slots, tokens
from domain.database import DuplicateKey, Row
from domain.documents import Attempt, Job, Project
from domain.documents.attempt import AttemptState
from domain.documents.event_log import EventType
from domain.documents.shapes import AllocatedResources, SlotIndices
from domain.errors import DomainError, JobMoved
from domain.event_log import Entry
from domain.job_types import Catalogue
from domain.settings import Settings
from domain.status import JobStatus
from domain.uids import AttemptKey
from scheduler import job_file
from scheduler.executors.base import Executor, Launch, Refused, StartResult
from scheduler.job_file import Run
from scheduler.plan import Assignment
from scheduler.queue_rows import missing_inputs
from scheduler.settle import (
    SCHEDULER,
    burn_number,
    return_to_queue,
    settle_attempt,
    taken_slots,
)

log = logging.getLogger(__name__)


class LaunchImpossible(Exception):
    """The job cannot be started as it is; the message goes to its user."""


@dataclass(frozen=True)
class Launcher:
    """Launches jobs under one term; `executors` maps a target's name to its executor."""

    term: int
    instance_id: str
    settings: Settings
    catalogue: Catalogue
    programs: Path
    executors: Mapping[str, Executor]
    clock: Callable[[], datetime]

    async def claim(self, job: Job, assignment: Assignment) -> tuple[Job, Attempt] | None:
        """Take all that `job` needs and move it to launched; None, and all undone, if not."""
        attempt = await self._record(job, assignment)
        if attempt is None:
            return None
        launched = await self._take_all(job, attempt)
        if launched is None:
            await self.undo(attempt)
            return None
        return launched, attempt

    async def _record(self, job: Job, assignment: Assignment) -> Attempt | None:
        number = job.attempt + 1
        key = AttemptKey(job.key, number)
        project = await Project.get(job.project_uid)
        if project is None:
            return None
        attempt = Attempt(
            id=str(key),
            project_uid=job.project_uid,
            job_uid=job.uid,
            number=number,
            state=AttemptState.NEW,
            token=f"{key}-{secrets.token_hex(4)}",
            term=self.term,
            directory=str(Path(project.project_dir, job.job_dir, "run", str(number))),
            project_dir=project.project_dir,
            resources=_allocated(assignment),
            created_at=self.clock(),
        )
        try:
            await attempt.insert()
        except (
            DuplicateKey
        ):  # left by a leader that was stopped here; the undoing of it comes first
            await self._undo_left_over(key)
            return None
        return attempt

    async def _undo_left_over(self, key: AttemptKey) -> None:
        attempt = await Attempt.get(str(key))
        if attempt is not None and attempt.state is AttemptState.NEW and attempt.term < self.term:
            await self.undo(attempt)

    async def _take_all(self, job: Job, attempt: Attempt) -> Job | None:
        resources = attempt.resources
        if not await tokens.take(
            attempt.id, resources.licenses_acquired, instance_id=self.instance_id
        ):
            return None
        chosen = taken_slots(attempt)
        if not await slots.take(resources.target, attempt.id, chosen, term=self.term):
            return None
        now = self.clock()
        try:
            return await job_moves.move(
                job.key,
                to=JobStatus.LAUNCHED,
                only_from=frozenset({JobStatus.QUEUED}),
                now=now,
                actor=SCHEDULER,
                attempt=job.attempt,
                term=self.term,
                expected_revision=job.revision,
                changes=_launch_changes(attempt, now),
                unset=_OF_AN_EARLIER_RUN,
            )
        except DomainError:  # it changed since it was planned: the next pass sees it as it is
            return None

    async def undo(self, attempt: Attempt) -> None:
        """Make an attempt void that was never handed to an executor, and give back what it took.

        Its number is burnt first, so that no late step of an older leader can use it.
        """
        try:
            await burn_number(attempt, term=self.term, now=self.clock())
        except JobMoved:
            return  # it was launched after all, or a later leader has it: the files will tell
        await settle_attempt(attempt, AttemptState.VOID, now=self.clock())

    async def start(self, job: Job, attempt: Attempt) -> None:
        """Hand a claimed attempt to its executor; a refusal fails the job with its reason.

        What a parent has produced may have gone since it was planned: then the job waits anew.
        """
        if await missing_inputs(job):
            await return_to_queue(attempt, job, term=self.term, now=self.clock())
            return
        try:
            launch = await self._prepare(job, attempt)
        except (LaunchImpossible, OSError) as error:
            await self.fail(attempt, str(error))
            return
        await Attempt.rows().update_one(
            {"_id": attempt.id, "state": AttemptState.NEW},
            {"$set": {"state": AttemptState.SUBMITTING}},
        )
        result = await self.executors[attempt.resources.target].start(launch)
        await self._record_start(attempt, result)

    async def _record_start(self, attempt: Attempt, result: StartResult) -> None:
        if isinstance(result, Refused):
            await self.fail(attempt, result.reason)
            return
        await Attempt.rows().update_one(
            {"_id": attempt.id, "state": AttemptState.SUBMITTING},
            {"$set": {"state": AttemptState.SUBMITTED, "submitted_at": self.clock()}},
        )
        log.info("Started %s.", attempt.id, extra={"action": "attempt_started", "key": attempt.id})

    async def _prepare(self, job: Job, attempt: Attempt) -> Launch:
        declaration = self.catalogue.get(job.type)
        project = await Project.get(job.project_uid)
        if declaration is None or project is None:
            raise LaunchImpossible(f"The job type {job.type} is not known here any more.")
        parent_ids = [f"{job.project_uid}-{uid}" for uid in job.parents]
        parents = await Job.find({"_id": {"$in": parent_ids}}).to_list()
        run = Run(job, project, attempt, declaration, {parent.uid: parent for parent in parents})
        content = job_file.job_file(run)
        await asyncio.to_thread(_write_run_directory, Path(attempt.directory), content)
        return Launch(
            key=attempt.id,
            token=attempt.token,
            directory=Path(attempt.directory),
            argv=job_file.command(run, self.programs),
            cwd=Path(project.project_dir),
            log=Path(attempt.directory, "job.log"),
            env=job_file.environment(run),
            heartbeat_s=self.settings.heartbeat_s,
            grace_s=self.settings.kill_grace_s,
        )

    async def fail(self, attempt: Attempt, reason: str) -> None:
        """The attempt never ran and never will: its job fails with `reason`, all is given back."""
        now = self.clock()
        key = AttemptKey.parse(attempt.id)
        entry = Entry(f"{attempt.number}/launch/0", EventType.ERROR, f"Could not start: {reason}")
        await event_log.append(key.job, [entry], now=now)
        error = {"message": reason, "warning": False}
        try:
            await job_moves.move(
                key.job,
                to=JobStatus.FAILED,
                only_from=frozenset({JobStatus.LAUNCHED}),
                now=now,
                actor=SCHEDULER,
                attempt=key.number,
                term=self.term,
                changes={"exit_reason": "launch_error", "errors_run": [error]},
            )
        except JobMoved:
            log.info("%s had moved on before its launch failed.", key, extra={"action": "late"})
        await settle_attempt(attempt, AttemptState.VOID, now=now)


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
        lane_type="node",
        target=assignment.target,
        hostname=assignment.hostname,
        slots=SlotIndices(cpu=list(chosen.cpu), gpu=list(chosen.gpu), ram=list(chosen.ram)),
        licenses_acquired=assignment.tokens,
    )


def _write_run_directory(directory: Path, content: Row) -> None:
    """Make the attempt's directory with its job.json; link the job's newest log."""
    job_directory = directory.parent.parent
    for folder in (directory / "control", directory / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    _write_whole(directory / "job.json", json.dumps(content, indent=1))
    link = job_directory / f".job.log.{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("run", directory.name, "job.log"))
    link.replace(job_directory / "job.log")


def _write_whole(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text)
    unfinished.replace(path)
