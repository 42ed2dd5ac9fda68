"""Quick actions: build the common next job, with its inputs connected, and queue it if wanted."""

from dataclasses import dataclass

from domain.actions import JobAction, refusals
from domain.documents import Job
from domain.errors import NotFound
from domain.installed_programs import lacking_anywhere
from domain.job_types import (
    JobTypeDeclaration,
    NextStep,
    next_inputs,
    next_types,
    promised_outputs,
)
from domain.use_cases.act import BaseAction, act
from domain.use_cases.build import NewJob, numbered_job
from domain.use_cases.connections import NewConnection
from domain.use_cases.context import Request
from domain.use_cases.facts import facts_of
from domain.use_cases.job_results import Done, JobActionResult, JobTarget, Notice
from domain.use_cases.queue import Queue, QueueOptions
from domain.visibility import visible_project


async def run_quick_action(
    request: Request,
    target: JobTarget,
    key: str,
    workspace_uid: str,
    queue_options: QueueOptions | None = None,
    *,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Build the next step `key` of a job in the workspace; the new job is `created_job`.

    With `queue_options` it is queued at once; if it cannot be, nothing is made.
    """
    action = _QuickAction(key, workspace_uid, queue_options)
    return await act(request, [target], action, dry_run=dry_run)


@dataclass(frozen=True)
class _QuickAction(BaseAction):
    key: str
    workspace_uid: str
    queue_options: QueueOptions | None
    name: JobAction = JobAction.RUN_QUICK_ACTION

    async def plan(self, request: Request, job: Job) -> Done:
        await self._new_job(request, job)
        return Done(job)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:  # noqa: ARG002
        made = await numbered_job(request, await self._new_job(request, job))
        if self.queue_options is None:
            await made.insert()
            return Done(job, created_job=made)
        queued, notices = await _queue_new(request, made, Queue(self.queue_options))
        return Done(job, created_job=queued, notices=notices)

    async def _new_job(self, request: Request, job: Job) -> NewJob:
        """What is to be built; raises NotFound if the job has no such next step."""
        source = request.catalogue.get(job.type)
        lacking = await lacking_anywhere()
        for step, following in next_types(source, request.catalogue, lacking) if source else ():
            if step.type == self.key:
                assert source is not None
                inputs = _inputs(job, source, step, following)
                return NewJob(job.project_uid, self.workspace_uid, following.type, inputs=inputs)
        message = f"Job {job.uid} has no quick action {self.key}."
        raise NotFound(message, path=["key"])


def _inputs(
    job: Job, source: JobTypeDeclaration, step: NextStep, following: JobTypeDeclaration
) -> tuple[NewConnection, ...]:
    pairs = next_inputs(promised_outputs(source, job.params), step, following)
    return tuple(NewConnection(name, job.uid, output) for name, output in pairs.items())


async def _queue_new(request: Request, made: Job, queue: Queue) -> tuple[Job, list[Notice]]:
    """Store the job and queue it; every refusal comes before the first write."""
    project = await visible_project(request.viewer, made.project_uid)
    facts = facts_of(made, request.catalogue.get(made.type), project, None)
    reasons = refusals(JobAction.QUEUE, facts, request.viewer)
    if reasons:
        raise reasons[0]
    await queue.prepare(request, [made])
    await queue.plan(request, made)
    await made.insert()
    done = await queue.apply(request, made, JobTarget(made.key))
    return done.job, done.notices
