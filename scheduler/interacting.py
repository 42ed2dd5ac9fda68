"""Interactive programs: their questions reach the job, answers reach them.

05-job-types, sections 1.4 and 1.6: records `waiting` and `resumed`, file `control/reply-<id>.json`
for programs that stay alive; a first phase asks and ends, and its job waits without a process.
"""

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from domain import job_moves
from domain.database import Row
from domain.documents import Attempt, Job
from domain.documents.attempt import RunPhase
from domain.errors import JobMoved
from domain.status import JobStatus
from scheduler.ending import End
from scheduler.program_report import Report
from scheduler.settle import SCHEDULER, end_job

_MAY_ASK = frozenset({JobStatus.STARTED, JobStatus.RUNNING})


async def wait_or_go_on(
    attempt: Attempt, job: Job, report: Report, *, term: int, now: datetime
) -> Job:
    """Move the job to waiting with its question, or on to running once it has its answer.

    The question of a first phase goes on the attempt's record: the job waits once that has ended.
    """
    if attempt.phase is RunPhase.PREPARE:
        await _note_question(attempt, report)
        return job
    if report.asks is not None and job.status in _MAY_ASK:
        asked = {"interaction": report.asks.model_dump()}
        return await _step(attempt, job, JobStatus.WAITING, asked, term, now)
    if report.goes_on and job.status is JobStatus.WAITING:
        return await _step(attempt, job, JobStatus.RUNNING, {"interaction": None}, term, now)
    return job


async def _note_question(attempt: Attempt, report: Report) -> None:
    if report.asks is not None:
        attempt.question = report.asks
        values = {"$set": {"question": report.asks.model_dump()}}
        await Attempt.rows().update_one({"_id": attempt.id}, values)


async def end_between_phases(job_ids: Collection[str], *, term: int, now: datetime) -> None:
    """Kill those of the jobs that are to end and wait between their phases; safe to repeat.

    Nothing of them runs that could be asked to end.
    """
    query: Row = {
        "_id": {"$in": sorted(job_ids)},
        "status": JobStatus.WAITING,
        "interaction.between_phases": True,
        "kill_requested_at": {"$ne": None},
    }
    for job in await Job.find(query).to_list():
        attempt = await Attempt.get(str(job.attempt_key))
        if attempt is not None:
            end = End(JobStatus.KILLED, "killed", now)
            await end_job(attempt, job, end, term=term, now=now)


async def _step(
    attempt: Attempt, job: Job, to: JobStatus, changes: Row, term: int, now: datetime
) -> Job:
    try:
        return await job_moves.move(
            job.key,
            to=to,
            only_from=frozenset({job.status}),
            now=now,
            actor=SCHEDULER,
            attempt=attempt.number,
            term=term,
            changes=changes,
        )
    except JobMoved:  # a kill was accepted, or a later leader was first
        return await Job.get(job.id) or job


def hand_over_answer(attempt: Attempt, job: Job) -> None:
    """Put a user's answer where the program polls for it, once; blocking, safe to repeat."""
    asked = job.interaction
    if job.status is not JobStatus.WAITING or asked is None or asked.answer is None:
        return
    reply = Path(attempt.directory) / "control" / f"reply-{asked.id}.json"
    if reply.exists():
        return
    reply.parent.mkdir(exist_ok=True)
    content = {"v": 1, "token": attempt.token, "id": asked.id, "data": asked.answer.data}
    unfinished = reply.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content))
    unfinished.replace(reply)
