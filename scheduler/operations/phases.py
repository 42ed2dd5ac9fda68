"""The phases of an operation: what every job must have gone through before the next one begins.

How far a job has come is read from the job itself, so that nothing has to be remembered: each
phase says which jobs still have to go through it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain import operations
from domain.database import DatabaseFault
from domain.documents import Job, Operation
from domain.documents.operation import JobOutcome
from domain.error_codes import ErrorCode
from domain.errors import DomainError
from domain.job_tree import generations
from scheduler.operations.tools import LeadsNoMore, OperationTools

log = logging.getLogger(__name__)
BATCH = 32
"""Jobs whose beginnings, and whose ends, are recorded together."""

Step = Callable[[Operation, Job, JobOutcome, OperationTools], Awaitable[JobOutcome]]
"""Brings a job through a phase; safe to repeat up to its last write, which checks that the
operation holds the job. Answers what is known of it then: done if no phase is left for it."""
Estimate = Callable[[Operation, Job, OperationTools], Awaitable[int]]
"""The bytes that the step will free: on record before the first one goes."""


class Phase(Protocol):
    """One phase of an operation."""

    @property
    def name(self) -> str:
        """As the user sees it: killing, clearing …"""

    async def go_through(self, operation: Operation, tools: OperationTools) -> Operation | None:
        """Bring all jobs through; None if it has to wait, or the operation is out of our hands."""


@dataclass(frozen=True)
class Stepping:
    """A phase that takes job after job through one step, some side by side.

    `is_due` judges a job that the operation holds; `order` is "children" or "parents" first, by
    generations of which each is done before the next begins.
    """

    name: str
    is_due: Callable[[Job], bool]
    step: Step
    estimate: Estimate | None = None
    first: str | None = None

    async def go_through(self, operation: Operation, tools: OperationTools) -> Operation | None:
        """Bring all jobs through; a job that fails is recorded, and stops no other."""
        jobs = [job for job in await held_jobs(operation) if self.is_due(job)]
        current: Operation | None = operation
        for batch in _batches(jobs, self.first):
            assert current is not None
            current = await self._begin(current, batch, tools)
            if current is None:
                return None
            outcomes = await self._take(current, batch, tools)
            current = await operations.record(current, outcomes, term=tools.term, now=tools.clock())
            if current is None:
                return None
            failed = [o.job_id for o in outcomes.values() if o.outcome == "failed"]
            await operations.release(current, failed, now=tools.clock())
        return current

    async def _begin(
        self, operation: Operation, batch: Sequence[Job], tools: OperationTools
    ) -> Operation | None:
        """Put on record that these jobs are begun; None if a cancellation was quicker."""
        wanted = {job.id: job for job in batch}
        begun = {
            place: await self._begun(operation, outcome, wanted[outcome.job_id], tools)
            for place, outcome in enumerate(operation.outcomes)
            if outcome.job_id in wanted
        }
        free = all(operation.outcomes[place].begun for place in begun)
        return await operations.record(
            operation,
            begun,
            term=tools.term,
            now=tools.clock(),
            phase=self.name,
            unless_cancelled=not free,
        )

    async def _begun(
        self, operation: Operation, outcome: JobOutcome, job: Job, tools: OperationTools
    ) -> JobOutcome:
        freed = outcome.bytes_freed
        if self.estimate is not None and freed is None:
            try:
                freed = await self.estimate(operation, job, tools)
            except (OSError, DomainError):
                freed = None  # the step meets it again, and says so
        return outcome.model_copy(update={"begun": True, "bytes_freed": freed})

    async def _take(
        self, operation: Operation, batch: Sequence[Job], tools: OperationTools
    ) -> Mapping[int, JobOutcome]:
        places = {outcome.job_id: place for place, outcome in enumerate(operation.outcomes)}
        known = [operation.outcomes[places[job.id]] for job in batch]
        taken = await asyncio.gather(
            *(
                _outcome(self.step, operation, j, o, tools)
                for j, o in zip(batch, known, strict=True)
            )
        )
        return {places[outcome.job_id]: outcome for outcome in taken}


async def held_jobs(operation: Operation) -> list[Job]:
    """The jobs that are not done and that the operation still holds, in request order."""
    open_ids = [outcome.job_id for outcome in operation.outcomes if not outcome.done]
    query = {"_id": {"$in": open_ids}, "active_operation": operation.id}
    found = {job.id: job for job in await Job.find(query).to_list()}
    return [found[id] for id in open_ids if id in found]


def applied(outcome: JobOutcome) -> JobOutcome:
    """The outcome of a job that has come through all phases."""
    return outcome.model_copy(update={"begun": True, "done": True, "outcome": "applied"})


def failed(outcome: JobOutcome, code: ErrorCode, error: str) -> JobOutcome:
    """The outcome of a job that stays as the failure left it."""
    values = {"done": True, "outcome": "failed", "code": code, "error": error}
    return outcome.model_copy(update={**values, "begun": True})


def _batches(jobs: Sequence[Job], first: str | None) -> list[Sequence[Job]]:
    layers: Sequence[Sequence[Job]] = [jobs]
    if first is not None:
        parents = {job.id: [f"{job.project_uid}-{uid}" for uid in job.parents] for job in jobs}
        by_id = {job.id: job for job in jobs}
        layers = [[by_id[id] for id in layer] for layer in generations(parents)]
        layers = layers if first == "parents" else layers[::-1]
    return [layer[i : i + BATCH] for layer in layers for i in range(0, len(layer), BATCH)]


async def _outcome(
    step: Step, operation: Operation, job: Job, outcome: JobOutcome, tools: OperationTools
) -> JobOutcome:
    try:
        return await step(operation, job, outcome, tools)
    except DomainError as refusal:
        return failed(outcome, refusal.code, refusal.message)
    except OSError as fault:
        return failed(outcome, ErrorCode.STORAGE_FAILURE, f"File system: {fault.strerror}.")
    except (DatabaseFault, LeadsNoMore):
        raise  # nothing is known: the next pass goes on from the records
    except Exception:  # the one broad catch of an operation: one job's fault is its own
        log.exception(
            "A fault in %s of %s.",
            operation.action,
            job.id,
            extra={"action": "operation_failed", "operation": operation.id},
        )
        return failed(outcome, ErrorCode.UNKNOWN, "An internal fault; see the server's log.")
