"""A long action in the words of every other action: one result for each of its jobs."""

from domain.actions import JobAction
from domain.documents import Job, Operation
from domain.documents.operation import JobOutcome
from domain.error_codes import ErrorCode
from domain.errors import DomainError, OperationFailed
from domain.uids import JobKey
from domain.use_cases.job_results import JobActionResult, Outcome


def outcome_of(operation: Operation, outcome: JobOutcome) -> Outcome:
    """What became of one job of the operation so far."""
    if outcome.outcome is not None:
        return Outcome(outcome.outcome)
    return Outcome.ACCEPTED if operation.is_open else Outcome.NOT_ATTEMPTED


def result_of(operation: Operation, index: int, job: Job | None) -> JobActionResult:
    """The result of the job at `index` of the operation; `job` is what is left of it now."""
    outcome = operation.outcomes[index]
    found = outcome_of(operation, outcome)
    return JobActionResult(
        index=index,
        key=JobKey.parse(outcome.job_id),
        action=JobAction(operation.action),
        outcome=found,
        job=job,
        operation=operation if found is Outcome.ACCEPTED else None,
        bytes_freed=outcome.bytes_freed,
        errors=_errors(outcome),
    )


def _errors(outcome: JobOutcome) -> list[DomainError]:
    if outcome.error is None:
        return []
    return [OperationFailed(outcome.error, code=ErrorCode(outcome.code) if outcome.code else None)]
