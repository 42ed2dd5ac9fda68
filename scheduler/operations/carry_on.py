"""Carry one operation on as far as it will go, from its record and from its jobs alone.

A job that it holds no more is done: the last write of a job lets go of it. So after a crash
nothing is done twice, whatever had been written down.
"""

from domain import operations
from domain.documents import Job, Operation
from domain.documents.operation import JobOutcome
from scheduler.operations.phases import applied
from scheduler.operations.sagas import SAGAS, Saga
from scheduler.operations.tools import OperationTools


async def carry_on(operation_id: str, tools: OperationTools) -> None:
    """Bring the operation to its end, or to where it has to wait for something else to happen."""
    operation = await operations.open_operation(operation_id)
    if operation is None:
        return
    saga = SAGAS[operation.action]
    known = await _take_stock(operation, saga, tools)
    for phase in saga.phases:
        if known is None:
            return
        known = await phase.go_through(known, tools)
    if known is not None and all(outcome.done for outcome in known.outcomes):
        error = await saga.last(known, tools) if saga.last is not None else None
        await operations.finish(known, term=tools.term, now=tools.clock(), error=error)


async def _take_stock(operation: Operation, saga: Saga, tools: OperationTools) -> Operation | None:
    """Record what has happened to jobs since the record was written; honour a cancellation."""
    held = await _held_ids(operation)
    cancelled = operation.cancel_requested_at is not None
    news: dict[int, JobOutcome] = {}
    for place, outcome in enumerate(operation.outcomes):
        if outcome.done:
            continue
        if not outcome.begun and (cancelled or outcome.job_id not in held):
            news[place] = _spared(outcome)
        elif outcome.job_id not in held and not saga.outlives_its_hold:
            news[place] = applied(outcome)
    if not news:
        return operation
    spared = [outcome.job_id for outcome in news.values() if outcome.outcome == "not_attempted"]
    await operations.release(operation, spared, now=tools.clock())
    return await operations.record(operation, news, term=tools.term, now=tools.clock())


async def _held_ids(operation: Operation) -> set[str]:
    open_ids = [outcome.job_id for outcome in operation.outcomes if not outcome.done]
    query = {"_id": {"$in": open_ids}, "active_operation": operation.id}
    return {row["_id"] async for row in Job.rows().find(query, {"_id": 1})}


def _spared(outcome: JobOutcome) -> JobOutcome:
    return outcome.model_copy(update={"done": True, "outcome": "not_attempted"})
