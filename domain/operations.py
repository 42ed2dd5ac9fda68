"""A long action as data: made, brought on job by job, finished."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from domain import job_moves
from domain.documents import Operation
from domain.documents.operation import OPEN, JobOutcome, OperationStatus
from domain.uids import JobKey


def new_operation(
    action: str, job_ids: Iterable[str], *, requested_by: str, now: datetime
) -> Operation:
    """An operation that is not stored yet; jobs in request order."""
    ids = list(job_ids)
    return Operation(
        id=uuid.uuid4().hex,
        action=action,
        outcomes=[JobOutcome(job_id=job_id) for job_id in ids],
        project_uids=sorted({JobKey.parse(job_id).project_uid for job_id in ids}),
        requested_by=requested_by,
        created_at=now,
    )


async def open_operation(operation_id: str | None) -> Operation | None:
    """The operation if it is still open; None if it has finished, or there is none."""
    if operation_id is None:
        return None
    operation = await Operation.get(operation_id)
    return operation if operation is not None and operation.status in OPEN else None


async def record_outcome(operation_id: str, outcome: JobOutcome, *, now: datetime) -> None:
    """Write what became of one job, once; the operation is running from its first outcome on."""
    place = {"$elemMatch": {"job_id": outcome.job_id, "done": False}}
    await Operation.rows().update_one(
        {"_id": operation_id, "outcomes": place},
        {
            "$set": {"outcomes.$": outcome.model_dump(), "status": OperationStatus.RUNNING},
            "$inc": {"revision": 1},
        },
    )
    await Operation.rows().update_one(
        {"_id": operation_id, "started_at": None}, {"$set": {"started_at": now}}
    )


async def finish_if_done(operation_id: str, *, now: datetime) -> None:
    """Finish the operation once no job of it is left; its jobs are free for others again."""
    operation = await open_operation(operation_id)
    if operation is None or not all(outcome.done for outcome in operation.outcomes):
        return
    job_ids = [outcome.job_id for outcome in operation.outcomes]
    await job_moves.release_from_operation(job_ids, operation_id, now=now)
    await Operation.rows().update_one(
        {"_id": operation_id, "status": {"$in": list(OPEN)}},
        {
            "$set": {"status": _final_status(operation), "finished_at": now},
            "$inc": {"revision": 1},
        },
    )


def _final_status(operation: Operation) -> OperationStatus:
    failed = sum(outcome.error is not None for outcome in operation.outcomes)
    if failed == 0:
        return OperationStatus.SUCCEEDED
    everything = failed == len(operation.outcomes)
    return OperationStatus.FAILED if everything else OperationStatus.PARTIALLY_SUCCEEDED
