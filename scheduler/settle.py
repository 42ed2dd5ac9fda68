"""Write down how an attempt ended: its job's log and status, then what it held, then itself."""

import asyncio
from datetime import datetime
from pathlib import Path

from domain import event_log, job_moves, notifications, slots, tokens
from domain.database import Row
from domain.documents import Attempt, Job
from domain.documents.attempt import UNSETTLED, AttemptState
from domain.documents.event_log import EventType
from domain.errors import JobMoved
from domain.event_log import Entry
from domain.resources import Slots
from domain.status import ACTIVE, DONE, JobStatus, may_move
from scheduler.ending import End
from scheduler.left_on_disk import left_on_disk

SCHEDULER = "scheduler"
"""The actor of every move that no user asked for."""
_TOLD = DONE | {JobStatus.WAITING}


async def finish(
    attempt: Attempt,
    job: Job,
    end: End,
    state: AttemptState,
    *,
    term: int,
    now: datetime,
    result: Row | None = None,
) -> None:
    """Write the end of `job`'s present attempt; safe to repeat at any step.

    The log comes first, then the status, the notice to its user, slots and tokens, then the
    attempt: what is on record as settled holds nothing any more, and nothing is left to tell.
    """
    await end_job(attempt, job, end, term=term, now=now)
    await settle_attempt(attempt, state, now=end.at, result=result)


async def end_job(attempt: Attempt, job: Job, end: End, *, term: int, now: datetime) -> None:
    """Write how the job ended and tell its user; the attempt keeps what it holds."""
    await _log_end(attempt, job, end, now)
    await _move_to_end(attempt, job, end, term=term, now=now)
    await tell_end(attempt, now=now)


async def tell_end(attempt: Attempt, *, now: datetime) -> None:
    """Tell the user how the job ended, if it ended with this attempt; safe to repeat."""
    job = await Job.get(attempt.job_id)
    if job is not None and job.attempt == attempt.number and job.status in _TOLD:
        await notifications.tell_of(job, now=now)


async def burn_number(attempt: Attempt, *, term: int, now: datetime) -> None:
    """See that a job which was not launched with this attempt never will be; safe to repeat.

    Whatever status the job has: who took it out of the queue may put it back there.
    Raises JobMoved if it was launched with it, or a later leader has the job: then nothing that
    the attempt holds may be given back.
    """
    job = await Job.get(attempt.job_id)
    if job is None or job.deleted or job.attempt > attempt.number:
        return
    if job.attempt == attempt.number:
        if job.status in ACTIVE:
            raise JobMoved(f"Job {job.key} is {job.status} by now.", status=job.status)
        return
    await job_moves.change(
        job.key,
        changes={"attempt": attempt.number},
        now=now,
        attempt=attempt.number - 1,
        term=term,
    )


async def return_to_queue(
    attempt: Attempt, job: Job, *, term: int, now: datetime, reason: str | None = None
) -> None:
    """Put a job back to its place whose attempt never ran and never will; its log says why.

    Nothing is done if a kill came in between: whoever looks at the attempt next sees it.
    """
    try:
        await job_moves.move(
            job.key,
            to=JobStatus.QUEUED,
            only_from=frozenset({JobStatus.LAUNCHED}),
            now=now,
            actor=SCHEDULER,
            attempt=attempt.number,
            term=term,
            entered_at=job.queued_at,
            changes=_answered(attempt),
            unset=("resources_allocated", "launched_at", "tokens_acquired_at"),
        )
    except JobMoved:
        return
    if reason is not None:
        text = f"Run {attempt.number} did not begin, and the job is queued again: {reason}"
        entry = Entry(f"{attempt.number}/void", EventType.TEXT, text, now)
        await event_log.append(job.key, [entry], now=now)
    await settle_attempt(attempt, AttemptState.VOID, now=now)


def _answered(attempt: Attempt) -> Row:
    """The answer with which the attempt would have begun: the next one begins with it."""
    return {"interaction": attempt.answered.model_dump()} if attempt.answered else {}


async def settle_attempt(
    attempt: Attempt, state: AttemptState, *, now: datetime, result: Row | None = None
) -> None:
    """Give back what the attempt holds, then record its last state; safe to repeat."""
    await slots.give_back(attempt.resources.target, attempt.id, taken_slots(attempt))
    amount, owner = attempt.resources.licenses_acquired, attempt.instance_id
    await tokens.give_back(attempt.id, amount, instance_id=owner)
    values = {"state": state, "ended_at": now, "quarantined": False, **(result or {})}
    await Attempt.rows().update_one({"_id": attempt.id}, {"$set": values})


async def quarantine(attempt: Attempt, reason: str, *, term: int, now: datetime) -> None:
    """Let the attempt keep what it holds, and show why, until it is proven dead or given up."""
    target, held = attempt.resources.target, taken_slots(attempt)
    await slots.quarantine(target, attempt.id, held, term=term, reason=reason, now=now)
    values = {"state": AttemptState.LOST, "quarantined": True}
    unsettled = {"_id": attempt.id, "state": {"$in": list(UNSETTLED)}}
    await Attempt.rows().update_one(unsettled, {"$set": values})


def taken_slots(attempt: Attempt) -> Slots:
    """The slots that the attempt was given."""
    held = attempt.resources.slots
    return Slots(tuple(held.cpu), tuple(held.gpu), tuple(held.ram))


async def _log_end(attempt: Attempt, job: Job, end: End, now: datetime) -> None:
    failed = end.status is JobStatus.FAILED
    type_ = EventType.ERROR if failed else EventType.TEXT
    text = end.message or f"Job {job.uid} {end.status}."
    source = f"{attempt.number}/end/{end.status}"
    await event_log.append(job.key, [Entry(source, type_, text, end.at)], now=now)


async def _move_to_end(attempt: Attempt, job: Job, end: End, *, term: int, now: datetime) -> None:
    if job.status in DONE or job.status is end.status:
        return  # another leader was quicker
    if not may_move(job.status, end.status):  # steps in between are missing: another leads by now
        raise JobMoved(f"Job {job.key} is {job.status} still.", status=job.status)
    outputs = job.outputs if end.outputs is None else end.outputs
    left = await asyncio.to_thread(left_on_disk, Path(attempt.project_dir), job, outputs)
    killed = end.status is JobStatus.KILLED
    try:
        await job_moves.move(
            job.key,
            to=end.status,
            only_from=ACTIVE if killed else frozenset({job.status}),
            now=now,
            actor=job.kill_requested_by or SCHEDULER,
            attempt=attempt.number,
            term=term,
            entered_at=end.at,
            changes=left | _end_changes(job, end),
        )
    except JobMoved:
        present = await Job.get(job.id)
        if present is not None and present.attempt == attempt.number and present.status not in DONE:
            raise  # a kill came in between: the next look judges again


def _end_changes(job: Job, end: End) -> Row:
    if end.question is not None:
        asked = end.question.model_copy(update={"between_phases": True})
        return {"interaction": asked.model_dump(), "progress": None}
    values: Row = {"exit_reason": end.exit_reason}
    told = any(not error.warning for error in job.errors_run)
    if end.message and not told:
        kept = [error.model_dump() for error in job.errors_run]
        values["errors_run"] = [*kept, {"message": end.message, "warning": False}]
    return values
