"""`lanekeeper demo`: a simulated set goes through the whole chain, from movies to a map."""

import asyncio
import dataclasses
from collections.abc import Mapping

import typer

from domain import clock
from domain.documents import Event, Job
from domain.errors import DomainError
from domain.instance import ensure_admin
from domain.permissions import Viewer
from domain.status import DONE, JobStatus
from domain.use_cases.build import NewJob, create_job
from domain.use_cases.connections import NewConnection
from domain.use_cases.context import Request
from domain.use_cases.interact import submit_interaction
from domain.use_cases.job_results import JobActionResult, JobTarget
from domain.use_cases.projects import create_project
from domain.use_cases.queue import QueueOptions, queue
from domain.use_cases.workspaces import create_workspace
from web.cli.demo_chain import DATA, Step, chain, select
from web.cli.operator import DataDir, step_by_step
from web.cli.refusals import refuse

POLL_S = 0.5


def demo(*, data_dir: DataDir = None) -> None:
    """Simulate a small set, build the chain to a map, queue it, and follow it to its end."""
    last = step_by_step(_demo, data_dir)
    if last.status is not JobStatus.COMPLETED:
        refuse(f"{last.uid} {last.status}; its log says why.")


async def _demo(request: Request) -> Job:
    """The last job of the chain, or the one that stopped it."""
    run = await _Demo.begin(request)
    data = await run.add(DATA)
    if await run.follow([data]):
        steps = chain(data.uid)
        jobs = [await run.add(step) for step in steps]
        if await run.follow(jobs):
            await _tell_truth(jobs[-1])
    return run.last


class _Demo:
    """The demo's project and the jobs that it has, by the names of their steps."""

    def __init__(self, request: Request, project: str, workspace: str) -> None:
        self.request, self.project, self.workspace = request, project, workspace
        self.jobs: dict[str, Job] = {}
        self._told: dict[str, JobStatus] = {}
        self.last: Job

    @classmethod
    async def begin(cls, request: Request) -> "_Demo":
        """In a new project of the administrator."""
        admin = await ensure_admin(request.now)
        viewer = Viewer(user_id=admin.id, name=admin.name, role=admin.role)
        request = dataclasses.replace(request, viewer=viewer)
        project = await create_project(request, title="Demo")
        workspace = await create_workspace(request, project.uid, title="From movies to a map")
        typer.echo(f"Project {project.uid}, in {project.project_dir}")
        return cls(request, project.uid, workspace.uid)

    def _now(self) -> Request:
        return dataclasses.replace(self.request, now=clock.now())

    async def add(self, step: Step) -> Job:
        """Make the step's job and queue it."""
        inputs = tuple(
            NewConnection(name, self.jobs[source].uid, output)
            for name, (source, output) in step.inputs.items()
        )
        new = NewJob(self.project, self.workspace, step.type, params=step.params, inputs=inputs)
        job = await create_job(self._now(), new)
        self.jobs[step.name] = job
        _require(await queue(self._now(), [JobTarget(job.key)], QueueOptions()))
        return job

    async def follow(self, jobs: list[Job]) -> bool:
        """Until all are done, or one did not complete; whether all have completed."""
        while True:
            found = [job for job in [await Job.get(job.id) for job in jobs] if job is not None]
            for job in found:
                await self._see(job)
            ended = [job for job in found if job.status in DONE]
            broken = [job for job in ended if job.status is not JobStatus.COMPLETED]
            if broken or len(ended) == len(jobs):
                self.last = (broken or ended)[-1]
                return not broken
            await asyncio.sleep(POLL_S)

    async def _see(self, job: Job) -> None:
        if self._told.get(job.uid) is not job.status:
            self._told[job.uid] = job.status
            title = self.request.catalogue.types[job.type].title
            typer.echo(f"{job.uid:4} {title:40} {job.status}")
        asked = job.interaction
        if job.status is JobStatus.WAITING and asked is not None and asked.answer is None:
            chosen = select(asked.data["classes"])
            typer.echo(f"{job.uid:4} answered: classes {', '.join(str(n) for n in chosen)}")
            answer: Mapping[str, object] = {"selected": chosen}
            _require(await submit_interaction(self._now(), JobTarget(job.key), answer))


def _require(results: list[JobActionResult]) -> None:
    errors: list[DomainError] = [error for result in results for error in result.errors]
    if errors:
        raise errors[0]


async def _tell_truth(job: Job) -> None:
    """What the last job's log says of the map."""
    for event in await Event.find({"job_id": job.id}).sort("number").to_list():
        if event.text.startswith("FSC with"):
            typer.echo(f"{job.uid:4} {event.text}")
