"""The only writer of a job's status: one conditional update that also records when and by whom."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.database import AFTER, DatabaseFault, Row, UpdateOne
from domain.documents import Job
from domain.errors import JobMoved, RevisionConflict
from domain.status import ACTIVE, EVERY, JobStatus, may_move
from domain.uids import JobKey

log = logging.getLogger(__name__)
_TIME_OF: Mapping[JobStatus, str] = {
    JobStatus.QUEUED: "queued_at",
    JobStatus.LAUNCHED: "launched_at",
    JobStatus.STARTED: "started_at",
    JobStatus.RUNNING: "last_running_at",
    JobStatus.WAITING: "waiting_at",
    JobStatus.COMPLETED: "completed_at",
    JobStatus.KILLED: "killed_at",
    JobStatus.FAILED: "failed_at",
    JobStatus.BUILDING: "cleared_at",
}
"""Status → the field that records when it was entered (04-lifecycle, section 1)."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """One change of a job's status; `move` says what the fields mean."""

    key: JobKey
    to: JobStatus
    only_from: frozenset[JobStatus]
    now: datetime
    actor: str
    attempt: int | None = None
    term: int | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    expected_revision: int | None = None
    entered_at: datetime | None = None
    held_by: str | None = None


async def move(
    key: JobKey,
    *,
    to: JobStatus,
    only_from: frozenset[JobStatus],
    now: datetime,
    actor: str,
    attempt: int | None = None,
    term: int | None = None,
    changes: Mapping[str, object] | None = None,
    unset: tuple[str, ...] = (),
    expected_revision: int | None = None,
    entered_at: datetime | None = None,
    held_by: str | None = None,
) -> Job:
    """Set the job's status in one conditional write; nothing but this and `move_many` does so.

    `now` becomes `updated_at`, and the time of the new status unless `entered_at` says when it was
    entered in truth. `changes` are written with it, `unset` become null. With `attempt`, the job
    must still be on it; with `term`, no later leader may have written it; with `held_by`, that
    operation must hold it. After a kill has been accepted, an active job moves to nothing but
    killed (INV-13).
    Raises JobMoved if the job is not so any more, RevisionConflict if only its revision differs.
    Moves: 04-lifecycle, "Allowed transitions".
    """
    wanted = Move(
        key=key,
        to=to,
        only_from=only_from,
        now=now,
        actor=actor,
        attempt=attempt,
        term=term,
        changes=changes or {},
        unset=unset,
        expected_revision=expected_revision,
        entered_at=entered_at,
        held_by=held_by,
    )
    return await _write(key, *_guard_and_update(wanted), expected_revision)


async def move_many(moves: Sequence[Move]) -> set[JobKey]:
    """Make these moves, each of another job and under its own condition; the jobs that moved.

    One unordered write, then one read: the database counts what it has written and does not say
    which, so the jobs themselves are asked. A fault of the write is nothing but doubt, which the
    same read ends. Every move must therefore begin a new attempt under a term: that nobody else
    can have written. Raises DatabaseFault if the jobs cannot be read.
    """
    assert all(wanted.term is not None and "attempt" in wanted.changes for wanted in moves)
    if not moves:
        return set()
    writes = [UpdateOne(*_guard_and_update(wanted)) for wanted in moves]
    try:
        await Job.rows().bulk_write(writes, ordered=False)
    except DatabaseFault as fault:
        log.warning("The database failed during %d moves: %s", len(moves), fault)
    ids = [str(wanted.key) for wanted in moves]
    fields = {"status": 1, "attempt": 1, "term": 1}
    rows = await Job.rows().find({"_id": {"$in": ids}}, fields).to_list(None)
    found = {row["_id"]: (row["status"], row["attempt"], row["term"]) for row in rows}
    return {
        wanted.key
        for wanted in moves
        if found.get(str(wanted.key)) == (wanted.to, wanted.changes["attempt"], wanted.term)
    }


async def change(
    key: JobKey,
    *,
    changes: Mapping[str, object],
    now: datetime,
    only_in: frozenset[JobStatus] = EVERY,
    attempt: int | None = None,
    term: int | None = None,
    unset: tuple[str, ...] = (),
    expected_revision: int | None = None,
    held_by: str | None = None,
) -> Job:
    """Write anything of a job but its status, if it is in one of the statuses `only_in`.

    `now` becomes `updated_at`; the revision rises by one. `unset` fields become null. With
    `held_by`, that operation must hold the job.
    Raises JobMoved or RevisionConflict as `move` does.
    """
    assert "status" not in changes, "the status is written by move()"
    guard = _guard(key, only_in, attempt, term, expected_revision, held_by)
    return await _write(key, guard, _update(now, changes, unset), expected_revision)


async def change_many(
    job_ids: Sequence[str], *, changes: Mapping[str, object], now: datetime
) -> None:
    """Write the same to many jobs, whatever their status; deleted ones are left alone.

    Each job's revision rises by one. What is written must not depend on what a job was.
    """
    assert "status" not in changes, "the status is written by move()"
    if job_ids:
        await Job.rows().update_many(
            {"_id": {"$in": list(job_ids)}, "deleted": False},
            {"$set": {"updated_at": now, **changes}, "$inc": {"revision": 1}},
        )


async def change_each(
    changes: Mapping[JobKey, tuple[int, Row]],
    *,
    now: datetime,
    only_in: frozenset[JobStatus],
    term: int,
) -> None:
    """Write to many jobs what belongs to each, in one round trip; never the status.

    `changes`: job → its revision as it was read, and the values. A job that has changed since, has
    another status or a later term is left alone.
    """
    assert not any("status" in values for _, values in changes.values())
    writes = [
        UpdateOne(
            _guard(key, only_in, None, term, revision, None),
            _update(now, values),
        )
        for key, (revision, values) in changes.items()
    ]
    if writes:
        await Job.rows().bulk_write(writes, ordered=False)


async def add(jobs: Sequence[Job]) -> None:
    """Store new jobs in one write."""
    if jobs:
        await Job.rows().insert_many([job.model_dump(by_alias=True) for job in jobs])


async def release_from_operation(
    job_ids: Sequence[str], operation_id: str, *, now: datetime
) -> None:
    """Let other operations have these jobs, where this one still holds them."""
    await Job.rows().update_many(
        {"_id": {"$in": list(job_ids)}, "active_operation": operation_id},
        {
            "$set": {"active_operation": None, "deleting": False, "updated_at": now},
            "$inc": {"revision": 1},
        },
    )


async def take_tag_off(tag_uid: str, *, now: datetime) -> None:
    """Take a tag off every job that has it, deleted ones too."""
    await Job.rows().update_many(
        {"tags": tag_uid},
        {"$pull": {"tags": tag_uid}, "$set": {"updated_at": now}, "$inc": {"revision": 1}},
    )


async def set_starred(key: JobKey, user_id: str, *, starred: bool) -> Job:
    """Note whether the user has the job starred.

    A star is nobody's business but the user's: neither the revision nor `updated_at` changes, so
    that it stands in nobody's way. Raises JobMoved if there is no such job, or it is deleted.
    """
    change = "$addToSet" if starred else "$pull"
    row = await Job.rows().find_one_and_update(
        {"_id": str(key), "deleted": False},
        {change: {"starred_by": user_id}},
        return_document=AFTER,
    )
    if row is None:
        raise await _refusal(key, {}, None)
    return Job.from_row(row)


def _guard(
    key: JobKey,
    statuses: frozenset[JobStatus],
    attempt: int | None,
    term: int | None,
    revision: int | None,
    held_by: str | None,
) -> Row:
    guard: Row = {"_id": str(key), "deleted": False}
    if statuses != EVERY:
        guard["status"] = {"$in": sorted(statuses)}
    if attempt is not None:
        guard["attempt"] = attempt
    if term is not None:
        guard["term"] = {"$lte": term}
    if revision is not None:
        guard["revision"] = revision
    if held_by is not None:
        guard["active_operation"] = held_by
    return guard


def _guard_and_update(wanted: Move) -> tuple[Row, Row]:
    """The condition of a move and what it writes: the same for one job and for many."""
    to, term = wanted.to, wanted.term
    illegal = [old for old in wanted.only_from if not may_move(old, to)]
    assert not illegal, f"{illegal} may not become {to}"
    guard = _guard(
        wanted.key,
        wanted.only_from,
        wanted.attempt,
        term,
        wanted.expected_revision,
        wanted.held_by,
    )
    if wanted.only_from <= ACTIVE and to is not JobStatus.KILLED:
        guard["kill_requested_at"] = None
    values: Row = {"status": to, "moved_by": wanted.actor}
    values |= {_TIME_OF[to]: wanted.entered_at or wanted.now, **wanted.changes}
    values |= {} if term is None else {"term": term}
    update = _update(wanted.now, values, wanted.unset)
    if to is JobStatus.COMPLETED:
        update["$inc"]["completed_count"] = 1
    return guard, update


def _update(now: datetime, values: Mapping[str, object], unset: tuple[str, ...] = ()) -> Row:
    return {"$set": {"updated_at": now, **dict.fromkeys(unset), **values}, "$inc": {"revision": 1}}


async def _write(key: JobKey, guard: Row, update: Row, expected_revision: int | None) -> Job:
    row = await Job.rows().find_one_and_update(guard, update, return_document=AFTER)
    if row is not None:
        return Job.from_row(row)
    raise await _refusal(key, guard, expected_revision)


async def _refusal(
    key: JobKey, guard: Row, expected_revision: int | None
) -> JobMoved | RevisionConflict:
    row = await Job.rows().find_one({"_id": str(key)}, {"status": 1, "revision": 1})
    if row is None:
        return JobMoved(f"There is no job {key}.", status=None)
    status = JobStatus(row["status"])
    allowed = guard.get("status", {"$in": EVERY})["$in"]
    if expected_revision in (None, row["revision"]) or status not in allowed:
        return JobMoved(f"Job {key} is {status} by now.", status=status)
    assert expected_revision is not None
    return RevisionConflict(
        f"Job {key} has changed since you read it.",
        expected=expected_revision,
        current=row["revision"],
        object_id=str(key),
    )
