"""Clear one job: its files first, then its log, then back to building; safe to repeat."""

import asyncio
from pathlib import Path

from domain import job_moves
from domain.documents import Event, Job, Operation, Project
from domain.documents.operation import JobOutcome
from domain.files import erase_job_directory
from domain.status import DONE, JobStatus
from scheduler.operations.tools import OperationTools


async def clear_job(operation: Operation, outcome: JobOutcome, tools: OperationTools) -> JobOutcome:
    """Erase what a done job has left and return it to building.

    A job that is not done any more was cleared before a crash, or has gone on: nothing is touched.
    """
    job = await Job.get(outcome.job_id)
    project = await Project.get(job.project_uid) if job is not None else None
    if job is None or project is None or job.status not in DONE:
        return outcome.model_copy(update={"done": True})
    freed = await asyncio.to_thread(erase_job_directory, Path(project.project_dir), job.job_dir)
    await Event.rows().delete_many({"job_id": job.id})
    await job_moves.move(
        job.key,
        to=JobStatus.BUILDING,
        only_from=frozenset({job.status}),
        now=tools.clock(),
        actor=operation.requested_by,
        term=tools.term,
        changes={"outputs": {}, "errors_run": [], "job_dir_size": 0, "completed_count": 0}
        | {"intermediate_results_size_bytes": 0},
        unset=_OF_THE_RUN,
    )
    return outcome.model_copy(update={"done": True, "bytes_freed": freed})


_OF_THE_RUN = (
    "resources_allocated",
    "queued_at",
    "queue_entered_at",
    "launched_at",
    "started_at",
    "running_at",
    "last_running_at",
    "waiting_at",
    "completed_at",
    "killed_at",
    "failed_at",
    "heartbeat_at",
    "tokens_requested_at",
    "tokens_acquired_at",
    "kill_requested_at",
    "kill_requested_by",
    "exit_reason",
    "interaction",
    "progress",
    "version",
    "active_operation",
)
