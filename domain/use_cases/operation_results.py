"""A long action in the words of every other action: one result for each of its jobs."""

from domain.actions import JobAction
from domain.documents import Job, Operation
from domain.documents.operation import OPEN, JobOutcome
from domain.errors import OperationFailed
from domain.uids import JobKey
from domain.use_cases.job_results import JobActionResult, Outcome


def outcome_of(operation: Operation, outcome: JobOutcome) -> Outcome:
    """What became of one job of the operation so far."""
    if not outcome.done:
        return Outcome.ACCEPTED if operation.status in OPEN else Outcome.NOT_ATTEMPTED
    return Outcome.APPLIED if outcome.error is None else Outcome.FAILED


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
        errors=[OperationFailed(outcome.error)] if outcome.error is not None else [],
    )
