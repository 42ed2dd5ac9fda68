"""Kill one job: the intent is on the job; its attempt is asked to end until it is seen gone."""

from domain.documents import Job, Operation
from domain.documents.operation import JobOutcome
from domain.status import ACTIVE
from scheduler.operations.tools import OperationTools


async def kill_job(
    operation: Operation,  # noqa: ARG001 - every step has this form
    outcome: JobOutcome,
    tools: OperationTools,
) -> JobOutcome:
    """Done once the job is not active any more; a watcher sees to its end and its slots."""
    job = await Job.get(outcome.job_id)
    if job is None or job.status not in ACTIVE:
        return outcome.model_copy(update={"done": True})
    if job.kill_requested_at is not None:
        await tools.watcher.look([str(job.attempt_key)])
    return outcome
