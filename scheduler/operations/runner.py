"""Go on with every open operation: what was asked is on record, so a crash loses nothing."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from domain import operations
from domain.actions import JobAction
from domain.documents import Operation
from domain.documents.operation import OPEN, JobOutcome
from domain.errors import DomainError
from scheduler.operations.clear import clear_job
from scheduler.operations.kill import kill_job
from scheduler.operations.tools import OperationTools

log = logging.getLogger(__name__)

Step = Callable[[Operation, JobOutcome, OperationTools], Awaitable[JobOutcome]]
"""Brings one job of an operation further; answers its outcome, not done if it has to wait."""

STEPS: Mapping[str, Step] = {JobAction.KILL: kill_job, JobAction.CLEAR: clear_job}


async def go_on(tools: OperationTools) -> None:
    """Bring every open operation as far as it will go now."""
    for operation in await Operation.find({"status": {"$in": list(OPEN)}}).to_list():
        await _go_on_with(operation, tools)


async def _go_on_with(operation: Operation, tools: OperationTools) -> None:
    step = STEPS[operation.action]
    for outcome in operation.outcomes:
        if outcome.done:
            continue
        after = await _outcome_of(step, operation, outcome, tools)
        if after.done:
            await operations.record_outcome(operation.id, after, now=tools.clock())
    await operations.finish_if_done(operation.id, now=tools.clock())


async def _outcome_of(
    step: Step, operation: Operation, outcome: JobOutcome, tools: OperationTools
) -> JobOutcome:
    try:
        return await step(operation, outcome, tools)
    except DomainError as refusal:
        return outcome.model_copy(update={"done": True, "error": refusal.message})
    except OSError as fault:
        log.warning(
            "%s of %s failed on the file system.",
            operation.action,
            outcome.job_id,
            extra={"action": "operation_failed", "operation": operation.id},
        )
        return outcome.model_copy(update={"done": True, "error": f"File system: {fault.strerror}"})
