"""A payload as JSON that leads to what it showed, and the payload made from it again.

Objects are kept by their ids and shown as they are at the time of the replay, to those who may
see them; what became of each job is kept as it was. Secrets are not kept.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from domain import errors
from domain.actions import JobAction
from domain.documents import Job, Operation
from domain.error_codes import ErrorCode
from domain.status import JobStatus
from domain.uids import JobKey
from domain.use_cases.job_results import JobActionResult as Result
from domain.use_cases.job_results import Notice, NoticeCode, Outcome
from resolvers.finding import find_node
from schema.context import Context
from schema.job_action_result import JobActionResult, JobsActionSummary
from schema.node import GlobalId, Node
from schema.payloads.mutation import MutationPayload

Json = dict[str, Any]  # as the database keeps it
_NODE, _RESULT, _RESULTS = "node", "result", "results"
_SECRET = frozenset({"secret"})
_HEAD = frozenset({"written", "errors", "cursor", "sequence", "idempotency_replayed", "summary"})
"""Fields that are made anew at a replay."""
_FACTS: Mapping[str, TypeAdapter[Any]] = {
    "code": TypeAdapter(ErrorCode),
    "current": TypeAdapter(JobStatus),
    "status": TypeAdapter(JobStatus | None),
    "allowed": TypeAdapter(list[JobStatus] | list[str]),
    "problems": TypeAdapter(list[errors.BuildProblem]),
    "shortages": TypeAdapter(list[errors.Shortage]),
}
"""Fact of a refusal → its type, where that is more than JSON."""


def kept(payload: MutationPayload) -> Json:
    """What to keep of a payload, by the names of its fields."""
    return {
        field.name: _kept(getattr(payload, field.name))
        for field in fields(payload)
        if field.init and field.name not in _HEAD | _SECRET
    }


def _kept(value: object) -> object:
    if isinstance(value, JobActionResult):
        return {_RESULT: _result_row(value.source)}
    if isinstance(value, Node):
        return {_NODE: str(value.id)}
    if isinstance(value, list):
        return {_RESULTS: [_result_row(result.source) for result in value]}
    return value


async def replayed(context: Context, kind: type[MutationPayload], row: Json) -> MutationPayload:
    """The payload again, marked as a replay."""
    values = {name: await _restored(context, value) for name, value in row.items()}
    if isinstance(values.get("results"), list):
        counted = [(r.outcome, r.source.bytes_freed) for r in values["results"]]
        values["summary"] = JobsActionSummary.of(counted)
    return kind(**values, written=True, idempotency_replayed=True)


async def _restored(context: Context, value: Any) -> Any:  # a field's value, as it was kept
    if not isinstance(value, dict):
        return value
    if _NODE in value:
        return await find_node(context, GlobalId.parse(value[_NODE]))
    if _RESULT in value:
        return await _result(context, value[_RESULT])
    return [await _result(context, row) for row in value[_RESULTS]]


def _result_row(result: Result) -> Json:
    return {
        "index": result.index,
        "key": str(result.key),
        "action": result.action.value,
        "outcome": result.outcome.value,
        "created": result.created_job.id if result.created_job else None,
        "operation": result.operation.id if result.operation else None,
        "notices": [[notice.code.value, notice.message] for notice in result.notices],
        "bytes_freed": result.bytes_freed,
        "errors": [_error_row(error) for error in result.errors],
    }


async def _result(context: Context, row: Json) -> JobActionResult:
    reads = context.reads
    job, created = await reads.job(row["key"]), await _job(context, row["created"])
    operation = await reads.operation(row["operation"]) if row["operation"] else None
    return JobActionResult.of(
        Result(
            index=row["index"],
            key=JobKey.parse(row["key"]),
            action=JobAction(row["action"]),
            outcome=Outcome(row["outcome"]),
            job=job,
            created_job=created,
            operation=operation if isinstance(operation, Operation) else None,
            notices=[Notice(NoticeCode(code), message) for code, message in row["notices"]],
            bytes_freed=row["bytes_freed"],
            errors=[_error(error) for error in row["errors"]],
        )
    )


async def _job(context: Context, id: str | None) -> Job | None:
    return await context.reads.job(id) if id else None


def _error_row(error: errors.DomainError) -> Json:
    return {"kind": type(error).__name__, "facts": to_jsonable_python(vars(error))}


def _error(row: Json) -> errors.DomainError:
    kind: type[errors.DomainError] = getattr(errors, row["kind"])
    error = kind.__new__(kind, row["facts"]["message"])
    for name, value in row["facts"].items():
        adapter = _FACTS.get(name)
        setattr(error, name, adapter.validate_python(value) if adapter else value)
    return error
