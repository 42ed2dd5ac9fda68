"""Start what was claimed: write what the program is told, and hand it to the target's executor."""

import asyncio
import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain import event_log, job_moves
from domain.cluster_templates import Submission, values_of
from domain.cluster_templates.render import Value
from domain.database import Row
from domain.documents import Attempt, Job, Project, Target, User
from domain.documents.attempt import AttemptState
from domain.documents.event_log import EventType
from domain.errors import JobMoved
from domain.event_log import Entry
from domain.job_types import Catalogue
from domain.settings import Settings
from domain.status import ACTIVE, JobStatus
from domain.uids import AttemptKey
from scheduler import job_file
from scheduler.claim import Claims, Wanted
from scheduler.executors.base import Doubt, Executor, Launch, Refused, StartResult
from scheduler.job_file import Run
from scheduler.presence import record_silence
from scheduler.queue_rows import missing_inputs
from scheduler.settle import SCHEDULER, return_to_queue, settle_attempt

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

    async def claim(self, wanted: Sequence[Wanted]) -> list[Attempt]:
        """Take all that these jobs need and move them to launched; the attempts that made it."""
        return await Claims(self.term, self.instance_id, self.clock).take(wanted)

    async def start(self, attempt: Attempt) -> None:
        """Hand a claimed attempt to its executor; a refusal fails the job with its reason.

        It may have waited long for its turn. So nothing is done if its user wants it killed by
        now or somebody else has settled it; and if what a parent has produced has gone since it
        was planned, the job waits anew.
        """
        job = await Job.get(attempt.job_id)
        if job is None or not _is_awaited(job, attempt):
            return
        if await missing_inputs(job):
            await return_to_queue(attempt, job, term=self.term, now=self.clock())
            return
        try:
            run = await self._run(job, attempt)
            launch = await self._prepare(run)
        except (LaunchImpossible, OSError) as error:
            await self.fail(attempt, str(error))
            return
        begun = await Attempt.rows().update_one(
            {"_id": attempt.id, "state": AttemptState.NEW},
            {"$set": {"state": AttemptState.SUBMITTING, "phase": run.phase}},
        )
        if begun.matched_count == 1:
            result = await self.executors[attempt.resources.target].start(launch)
            await self._record_start(attempt, result)

    async def _record_start(self, attempt: Attempt, result: StartResult) -> None:
        if isinstance(result, Refused):
            await self.fail(attempt, result.reason)
            return
        if isinstance(result, Doubt):  # it stays as it is: who looks next forbids or adopts it
            facts = {"action": "start_in_doubt", "key": attempt.id}
            log.warning("%s may not have started: %s", attempt.id, result.reason, extra=facts)
            await record_silence(attempt.resources.target)  # or it is planned on again at once
            return
        await Attempt.rows().update_one(
            {"_id": attempt.id, "state": AttemptState.SUBMITTING},
            {"$set": {"state": AttemptState.SUBMITTED, "submitted_at": self.clock()}},
        )
        log.info("Started %s.", attempt.id, extra={"action": "attempt_started", "key": attempt.id})

    async def _run(self, job: Job, attempt: Attempt) -> Run:
        declaration = self.catalogue.get(job.type)
        project = await Project.get(job.project_uid)
        if declaration is None or project is None:
            raise LaunchImpossible(f"The job type {job.type} is not known here any more.")
        parent_ids = [f"{job.project_uid}-{uid}" for uid in job.parents]
        parents = await Job.find({"_id": {"$in": parent_ids}}).to_list()
        by_uid = {parent.uid: parent for parent in parents}
        return Run(job, project, attempt, declaration, by_uid, self.catalogue.site)

    async def _prepare(self, run: Run) -> Launch:
        attempt, content = run.attempt, job_file.job_file(run, self.programs)
        await asyncio.to_thread(_write_run_directory, Path(attempt.directory), content)
        return Launch(
            key=attempt.id,
            token=attempt.token,
            directory=Path(attempt.directory),
            argv=job_file.command(run, self.programs),
            cwd=Path(run.project.project_dir),
            log=Path(attempt.directory, "job.log"),
            path=run.surroundings.path,
            env=job_file.environment(run),
            heartbeat_s=self.settings.heartbeat_s,
            grace_s=run.declaration.run.stop_grace_s or self.settings.kill_grace_s,
            time_limit_s=run.surroundings.time_limit_s or run.declaration.run.time_limit_s,
            values=await _template_values(run),
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
            job = await Job.get(attempt.job_id)
            if job is not None and job.attempt == attempt.number and job.status in ACTIVE:
                return  # its kill was asked for: the watcher ends the job, then the attempt
        await settle_attempt(attempt, AttemptState.VOID, now=now)


async def _template_values(run: Run) -> Mapping[str, Value]:
    """What the templates of the attempt's cluster may use; empty on a machine."""
    target = await Target.get(run.attempt.resources.target)
    if target is None or target.cluster is None:
        return {}
    creator = await User.get(run.job.created_by)
    return values_of(Submission(run.job, run.project, target, creator, run.attempt.number))


def _is_awaited(job: Job, attempt: Attempt) -> bool:
    is_launched = job.attempt == attempt.number and job.status is JobStatus.LAUNCHED
    return is_launched and job.kill_requested_at is None


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
