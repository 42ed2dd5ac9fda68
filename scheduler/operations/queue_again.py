"""Queue a job of a restart as it was queued last: the write that queues it also lets go of it."""

from domain.documents import Job, Operation
from domain.documents.operation import JobOutcome
from domain.use_cases.queue_again import queue_held, requester
from scheduler.operations.phases import applied
from scheduler.operations.tools import OperationTools


async def queue_again(
    operation: Operation, job: Job, outcome: JobOutcome, tools: OperationTools
) -> JobOutcome:
    """Check all that queueing checks, as whoever asked for the restart; then queue it."""
    watcher = tools.watcher
    request = await requester(operation, watcher.settings, watcher.catalogue, tools.clock())
    await queue_held(request, job, operation, term=tools.term)
    return applied(outcome)
