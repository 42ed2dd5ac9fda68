"""Kill: the intent is on the jobs; their attempts are asked to end until they are seen gone."""

from dataclasses import dataclass

from domain import operations
from domain.database import Row
from domain.documents import Job, Operation
from domain.status import ACTIVE
from domain.uids import AttemptKey, JobKey
from scheduler.interacting import end_between_phases
from scheduler.operations.phases import applied
from scheduler.operations.tools import OperationTools


@dataclass(frozen=True)
class Killing:
    """Waits until no job is active any more; a watcher sees to their ends and their slots.

    `is_all`: the operation is nothing but this, so each job that has ended is done with it,
    even if another operation has taken it over since.
    """

    is_all: bool = False
    name: str = "killing"

    async def go_through(self, operation: Operation, tools: OperationTools) -> Operation | None:
        """Ask what is still active to end; None while there is any."""
        await end_between_phases(_open_jobs(operation), term=tools.term, now=tools.clock())
        active = await self._active(operation)
        ended = {
            place: applied(outcome)
            for place, outcome in enumerate(operation.outcomes)
            if self.is_all and not outcome.done and outcome.job_id not in active
        }
        known: Operation | None = operation
        if ended or (active and operation.phase != self.name):
            known = await operations.record(
                operation, ended, term=tools.term, now=tools.clock(), phase=self.name
            )
        await operations.release(operation, [o.job_id for o in ended.values()], now=tools.clock())
        if not active:
            return known
        await _ask_to_end(list(active.values()), tools)
        return None

    async def _active(self, operation: Operation) -> dict[str, str]:
        """Job → the key of its attempt, for the jobs that still have to end."""
        query: Row = {"_id": {"$in": _open_jobs(operation)}, "status": {"$in": sorted(ACTIVE)}}
        query |= {} if self.is_all else {"active_operation": operation.id}
        rows = Job.rows().find(query, {"attempt": 1})
        return {
            row["_id"]: str(AttemptKey(JobKey.parse(row["_id"]), row["attempt"]))
            async for row in rows
        }


def _open_jobs(operation: Operation) -> list[str]:
    return [outcome.job_id for outcome in operation.outcomes if not outcome.done]


async def _ask_to_end(keys: list[str], tools: OperationTools) -> None:
    """Look at each attempt once at once; the sweep looks again until it is gone."""
    new = [key for key in keys if key not in tools.asked_to_end]
    if new:
        tools.asked_to_end.update(new)
        await tools.watcher.look(new)
