"""Answer a job that waits for its user: the answer is checked, stored, and handed on to it.

A program that stays alive reads it; one whose first phase has ended is queued for its second.
"""

from dataclasses import dataclass

from domain import job_moves
from domain.actions import JobAction
from domain.documents import Job
from domain.documents.shapes import Answer, Interaction
from domain.errors import BadInput, StatusRefused
from domain.json_schema import violations
from domain.status import JobStatus
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.job_results import Done, JobActionResult, JobTarget
from domain.use_cases.storable import require_storable
from domain.use_cases.unchanged import unchanged


async def submit_interaction(
    request: Request, target: JobTarget, data: object, *, dry_run: bool = False
) -> list[JobActionResult]:
    """Store the answer to what the job asks; the scheduler gives it to the job's program.

    The job goes on once its program has taken the answer. The same answer again is skipped,
    another one refused: the program may have read the first.
    """
    return await act(request, [target], _Submit(data), dry_run=dry_run)


@dataclass(frozen=True)
class _Submit(BaseAction):
    """The rule refuses jobs that are not waiting."""

    data: object
    name: JobAction = JobAction.SUBMIT_INTERACTION

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        asked = _asked(job)
        if asked.answer is not None and asked.answer.data == self.data:
            return unchanged(job, f"Job {job.uid} has this answer already.")
        if asked.answer is not None:
            message = f"Job {job.uid} has been answered already and is about to go on."
            raise StatusRefused(message, current=job.status)
        require_storable(self.data, ("data",))
        for found in violations(self.data, asked.submit_schema or {}):
            raise BadInput(found.message, path=["data", *found.path], constraint=found.constraint)
        return Done(job)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        planned = await self.plan(request, job)
        if planned.skipped:
            return planned
        who = request.viewer.user_id
        answer = Answer(data=self.data, given_by=who, given_at=request.now)
        if _asked(job).between_phases:
            return Done(await _queue_second_phase(request, job, target, answer))
        written = await job_moves.change(
            job.key,
            changes={"interaction.answer": answer.model_dump()},
            now=request.now,
            only_in=frozenset({JobStatus.WAITING}) & target.only_in,
            attempt=job.attempt,
            expected_revision=job.revision,  # it is the answer to exactly this question
        )
        return Done(written)


async def _queue_second_phase(request: Request, job: Job, target: JobTarget, answer: Answer) -> Job:
    """Put the job back into its lane, at its old place; what it was given before is free again."""
    return await job_moves.move(
        job.key,
        to=JobStatus.QUEUED,
        only_from=frozenset({JobStatus.WAITING}) & target.only_in,
        now=request.now,
        actor=request.viewer.user_id,
        attempt=job.attempt,
        expected_revision=job.revision,
        changes={"interaction.answer": answer.model_dump()},
        unset=("resources_allocated", "launched_at", "tokens_acquired_at"),
    )


def _asked(job: Job) -> Interaction:
    if job.interaction is None:
        raise StatusRefused(f"Job {job.uid} asks nothing at the moment.", current=job.status)
    return job.interaction
