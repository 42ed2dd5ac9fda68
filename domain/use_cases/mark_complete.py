"""Mark a killed or failed job as complete: what it has saved by then can be used."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain import event_log, job_moves
from domain.actions import JobAction
from domain.documents import Attempt, Job, Project
from domain.documents.event_log import EventType
from domain.documents.shapes import JobOutput
from domain.error_codes import ErrorCode
from domain.errors import DomainError, NotFound, StatusRefused
from domain.event_log import Entry
from domain.files import open_beneath, write_beneath
from domain.saved_versions import Saved, saved_together, with_final
from domain.status import JobStatus
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.job_results import BulkPolicy, Done, JobActionResult, JobTarget

ENDED = frozenset({JobStatus.KILLED, JobStatus.FAILED})


async def mark_complete(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Complete killed and failed jobs that have saved their outputs; the newest are final.

    What becomes final is of one iteration, and its files are there. Children may be connected and
    run on the outputs from then on.
    """
    return await act(request, targets, _MarkComplete(), policy=policy, dry_run=dry_run)


@dataclass
class _MarkComplete(BaseAction):
    """The rule refuses jobs without outputs, the plan those whose outputs are not whole."""

    name: JobAction = JobAction.MARK_COMPLETE
    _directories: Mapping[str, Path] = field(default_factory=dict)
    _tokens: Mapping[str, str] = field(default_factory=dict)

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:  # noqa: ARG002
        uids = sorted({job.project_uid for job in jobs})
        projects = await Project.find({"_id": {"$in": uids}}).to_list()
        self._directories = {project.uid: Path(project.project_dir) for project in projects}
        keys = [f"{job.id}#{job.attempt}" for job in jobs]
        attempts = await Attempt.find({"_id": {"$in": keys}}).to_list()
        self._tokens = {attempt.job_id: attempt.token for attempt in attempts}

    async def plan(self, request: Request, job: Job) -> Done:
        await self._choose(request, job)
        return Done(job)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        chosen = await self._choose(request, job)
        content = committed(job, chosen, self._tokens.get(job.id, ""))
        await self._write(job, content)
        outputs = {n: with_final(output, chosen.get(n)) for n, output in job.outputs.items()}
        completed = await job_moves.move(
            job.key,
            to=JobStatus.COMPLETED,
            only_from=ENDED & target.only_in,
            now=request.now,
            actor=request.viewer.user_id,
            expected_revision=job.revision,  # the versions are those of exactly this one
            changes={
                "outputs": {name: output.model_dump() for name, output in outputs.items()},
                "intermediate_results_size_bytes": _intermediate_bytes(outputs),
            },
        )
        await event_log.append(job.key, [_entry(request, completed)], now=request.now)
        return Done(completed)

    async def _choose(self, request: Request, job: Job) -> Saved:
        """The newest that belongs together and is there; raises StatusRefused without one."""
        choices = saved_together(job, request.catalogue.get(job.type))
        root = self._directories[job.project_uid]
        chosen = await asyncio.to_thread(_first_whole, root, choices)
        if chosen is None:
            message = f"Job {job.uid} has saved no version of all its outputs that is still there."
            raise _refused(job, message)
        return chosen

    async def _write(self, job: Job, content: bytes) -> None:
        """outputs.json first: until the job is completed, nobody looks at it."""
        path, root = f"{job.job_dir}/outputs.json", self._directories[job.project_uid]
        try:
            await asyncio.to_thread(write_beneath, root, path, content)
        except OSError as error:
            message = f"The outputs of job {job.uid} cannot be recorded in {path}: {error.strerror}"
            raise _refused(job, message) from error


def committed(job: Job, chosen: Saved, token: str) -> bytes:
    """outputs.json as the program would have left it (05-job-types, 1.5)."""
    outputs = {
        name: {
            **version.model_dump(mode="json", exclude={"final", "created_at"}),
            "version": "F",
            "from_version": version.version,
            "summary": job.outputs[name].summary,
            "image": job.outputs[name].image,
        }
        for name, version in chosen.items()
    }
    content = {"v": 1, "token": token, "outcome": "marked_complete", "outputs": outputs}
    return json.dumps(content, indent=1).encode()


def _first_whole(root: Path, choices: Iterator[Saved]) -> Saved | None:
    return next((chosen for chosen in choices if _is_there(root, chosen)), None)


def _is_there(root: Path, chosen: Saved) -> bool:
    try:
        for version in chosen.values():
            for path in (version.metafile, *version.files):
                open_beneath(root, path).close()
    except NotFound:
        return False
    return True


def _refused(job: Job, message: str) -> DomainError:
    return StatusRefused(message, current=job.status, allowed=ENDED, code=ErrorCode.NO_OUTPUTS)


def _intermediate_bytes(outputs: Mapping[str, JobOutput]) -> int:
    return sum(v.size_bytes for output in outputs.values() for v in output.versions if not v.final)


def _entry(request: Request, job: Job) -> Entry:
    """Named by the completion that it tells of, so that it stands in the log once."""
    return Entry(
        source=f"{job.attempt}/marked_complete/{job.completed_count}",
        type=EventType.TEXT,
        text=f"Marked as complete by {request.viewer.name}.",
    )
