"""A long action as data: made, brought on job by job, cancelled, finished."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain import job_moves
from domain.database import AFTER, Row
from domain.documents import Job, Operation
from domain.documents.operation import OPEN, JobOutcome, OperationStatus
from domain.uids import JobKey

_OPEN: Row = {"$in": list(OPEN)}


def new_id() -> str:
    """An id for an operation that is about to be made."""
    return uuid.uuid4().hex


def new_operation(
    action: str,
    job_ids: Sequence[str],
    *,
    requested_by: str,
    now: datetime,
    id: str | None = None,
    begun: Collection[str] = (),
    options: Mapping[str, Any] | None = None,  # JSON
) -> Operation:
    """An operation that is not stored yet; jobs in request order.

    `begun` are the jobs to which something was done already: cancelling it cannot spare them.
    """
    return Operation(
        id=id or new_id(),
        action=action,
        outcomes=outcomes_of(job_ids, begun),
        options=dict(options or {}),
        project_uids=sorted({JobKey.parse(job_id).project_uid for job_id in job_ids}),
        requested_by=requested_by,
        created_at=now,
    )


def outcomes_of(job_ids: Iterable[str], begun: Collection[str] = ()) -> list[JobOutcome]:
    """What is known of the jobs at first."""
    return [JobOutcome(job_id=job_id, begun=job_id in begun) for job_id in job_ids]


async def open_operation(operation_id: str | None) -> Operation | None:
    """The operation if it is still open; None if it has finished, or there is none."""
    if operation_id is None:
        return None
    operation = await Operation.get(operation_id)
    return operation if operation is not None and operation.is_open else None


async def open_operations_of(jobs: Iterable[Job]) -> dict[str, Operation]:
    """The open operations that hold some of the jobs, by id."""
    ids = sorted({job.active_operation for job in jobs if job.active_operation})
    if not ids:
        return {}
    found = await Operation.find({"_id": {"$in": ids}, "status": _OPEN}).to_list()
    return {operation.id: operation for operation in found}


async def open_ids() -> list[str]:
    """The ids of all open operations, the oldest first."""
    rows = Operation.rows().find({"status": _OPEN}, {"_id": 1}).sort("created_at", 1)
    return [row["_id"] async for row in rows]


async def record(
    operation: Operation,
    outcomes: Mapping[int, JobOutcome],
    *,
    term: int,
    now: datetime,
    phase: str | None = None,
    unless_cancelled: bool = False,
) -> Operation | None:
    """Write what is known of some jobs, by their place, and the phase, in one write.

    Answers the operation afterwards; None, and nothing is written, if it is over, a later leader
    has it, or (`unless_cancelled`) its cancellation was asked for.
    """
    guard: Row = {"_id": operation.id, "status": _OPEN, "term": {"$not": {"$gt": term}}}
    if unless_cancelled:
        guard["cancel_requested_at"] = None
    values: Row = {f"outcomes.{place}": o.model_dump() for place, o in outcomes.items()}
    values |= {"status": OperationStatus.RUNNING, "term": term}
    values |= {"phase": phase} if phase is not None else {}
    values |= {"started_at": now} if operation.started_at is None else {}
    row = await Operation.rows().find_one_and_update(
        guard, {"$set": values, "$inc": {"revision": 1}}, return_document=AFTER
    )
    return None if row is None else Operation.from_row(row)


async def release(operation: Operation, job_ids: Iterable[str], *, now: datetime) -> None:
    """Let other operations have these jobs, where this one still holds them."""
    ids = list(job_ids)
    if ids:
        await job_moves.release_from_operation(ids, operation.id, now=now)


async def finish(
    operation: Operation, *, term: int, now: datetime, error: str | None = None
) -> None:
    """Finish an operation whose jobs are all done; no job is held by it any more.

    `error` is a sentence about what failed besides the jobs.
    """
    assert all(outcome.done for outcome in operation.outcomes)
    await release(operation, (outcome.job_id for outcome in operation.outcomes), now=now)
    values: Row = {"status": final_status(operation, error), "error": error, "finished_at": now}
    values |= {"phase": None, "term": term}
    values |= {"started_at": now} if operation.started_at is None else {}
    await Operation.rows().update_one(
        {"_id": operation.id, "status": _OPEN, "term": {"$not": {"$gt": term}}},
        {"$set": values, "$inc": {"revision": 1}},
    )


def final_status(operation: Operation, error: str | None = None) -> OperationStatus:
    """What a finished operation has come to."""
    kinds = {outcome.outcome for outcome in operation.outcomes}
    if kinds == {"not_attempted"}:
        return OperationStatus.CANCELLED
    if error is None and not kinds & {"failed", "not_attempted"}:
        return OperationStatus.SUCCEEDED
    good = kinds & {"applied", "skipped"}
    return OperationStatus.PARTIALLY_SUCCEEDED if good else OperationStatus.FAILED


async def ask_to_cancel(operation_id: str, *, now: datetime) -> Operation | None:
    """Ask that no further job be begun; None if the operation is over. Asking twice is once."""
    await Operation.rows().update_one(
        {"_id": operation_id, "status": _OPEN, "cancel_requested_at": None},
        {"$set": {"cancel_requested_at": now}, "$inc": {"revision": 1}},
    )
    return await open_operation(operation_id)
