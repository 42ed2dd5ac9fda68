"""Carry out what an action has asked for, and read what became of it."""

from collections.abc import Sequence

from domain.documents import Operation
from domain.use_cases.job_results import JobActionResult
from tests.integration.saga_scene import SagaScene


async def finish(scene: SagaScene, results: Sequence[JobActionResult]) -> Operation:
    """Carry out the one operation of the results."""
    [id] = {result.operation.id for result in results if result.operation is not None}
    await scene.carry_out(id)
    operation = await Operation.get(id)
    assert operation is not None
    return operation


def outcomes(results: Sequence[JobActionResult]) -> list[str]:
    """What became of each job."""
    return [str(result.outcome) for result in results]
