"""Quick actions: build the common next job, with its inputs connected, and queue it if wanted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.actions import JobAction, refusals
from domain.documents import Job
from domain.errors import NotFound
from domain.installed_programs import lacking_anywhere
from domain.job_types import (
    Catalogue,
    JobTypeDeclaration,
    Lacking,
    next_inputs,
    next_types,
    promised_outputs,
)
from domain.status import DONE
from domain.use_cases.act import BaseAction, act
from domain.use_cases.build import NewJob, numbered_job
from domain.use_cases.connections import NewConnection
from domain.use_cases.context import Request
from domain.use_cases.facts import facts_of
from domain.use_cases.job_results import Done, JobActionResult, JobTarget, Notice
from domain.use_cases.queue import Queue, QueueOptions
from domain.visibility import visible_project

CONTINUE = "continue"
"""The key of going on with a job in a new one."""


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


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A job that can be built of another in one step; `params` differ from the defaults."""

    key: str
    title: str
    type: str
    inputs: tuple[NewConnection, ...]
    params: Mapping[str, object] = field(default_factory=dict)


def offers_of(job: Job, catalogue: Catalogue, lacking: Lacking) -> list[Offer]:
    """What can be built of the job: itself, going on where it has ended, and its next steps."""
    source = catalogue.get(job.type)
    if source is None:
        return []
    outputs = promised_outputs(source, job.params)
    can_run = catalogue.unavailable_reason(source, lacking) is None
    return [
        *(_continuation(job, source) if can_run else ()),
        *(
            Offer(
                key=step.type,
                title=following.title,
                type=following.type,
                inputs=tuple(
                    NewConnection(name, job.uid, output)
                    for name, output in next_inputs(outputs, step, following).items()
                ),
            )
            for step, following in next_types(source, catalogue, lacking)
        ),
    ]


def _continuation(job: Job, source: JobTypeDeclaration) -> Iterator[Offer]:
    """Of an iterative job that has ended and left a version of its outputs."""
    resume = source.run.resume
    has_versions = any(output.versions for output in job.outputs.values())
    if resume is not None and job.status in DONE and has_versions:
        yield Offer(
            key=CONTINUE,
            title=f"Continue {job.uid} in a new job",
            type=job.type,
            params={**job.params, resume: job.job_dir},
            inputs=tuple(
                NewConnection(name, connection.job_uid, connection.output)
                for name, job_input in job.inputs.items()
                for connection in job_input.connections
            ),
        )


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
        for offer in offers_of(job, request.catalogue, await lacking_anywhere()):
            if offer.key == self.key:
                return NewJob(
                    job.project_uid,
                    self.workspace_uid,
                    offer.type,
                    params=offer.params,
                    inputs=offer.inputs,
                )
        message = f"Job {job.uid} has no quick action {self.key}."
        raise NotFound(message, path=["key"])


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
