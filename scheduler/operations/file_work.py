"""Long work on the disk, followed from the loop: its progress on record, its end when it is."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from domain import operations
from domain.documents import Operation
from domain.documents.operation import JobOutcome
from scheduler.exports.work import Work
from scheduler.operations.tools import OperationTools

T = TypeVar("T")
REPORT_S = 1.0
"""How often progress is written down."""


async def followed(
    working: Awaitable[T],
    work: Work,
    operation: Operation,
    outcome: JobOutcome,
    tools: OperationTools,
) -> T:
    """What `working` comes to; its fraction is recorded with the job's outcome meanwhile.

    If it is cancelled, or a later leader has the operation, the thread stops at its next block.
    """
    future = asyncio.ensure_future(working)
    future.add_done_callback(_retrieve)
    place = [known.job_id for known in operation.outcomes].index(outcome.job_id)
    try:
        while not (await asyncio.wait({future}, timeout=REPORT_S))[0]:
            so_far = outcome.model_copy(update={"fraction": work.fraction})
            recorded = await operations.record(
                operation, {place: so_far}, term=tools.term, now=tools.clock()
            )
            if recorded is None:
                work.stop.set()
        return future.result()
    finally:
        work.stop.set()


def _retrieve(future: "asyncio.Future[T]") -> None:
    """So that the fault of work that nobody waits for is not taken for a forgotten one."""
    if not future.cancelled():
        future.exception()
