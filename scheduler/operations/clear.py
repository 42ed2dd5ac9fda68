"""Clear one job: its files first, then its log, then back to building; safe to repeat."""

from pathlib import Path

from domain import job_moves
from domain.documents import Event, Job, Operation, Project
from domain.documents.operation import JobOutcome
from domain.errors import NotFound
from domain.files import erase_job_directory, tree_size
from domain.status import JobStatus
from scheduler.operations.phases import applied
from scheduler.operations.tools import OperationTools

CLEARED = {
    "outputs": {},
    "errors_run": [],
    "job_dir_size": 0,
    "completed_count": 0,
    "intermediate_results_size_bytes": 0,
}
"""What a job is without its run."""
OF_THE_RUN = (
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
    "cluster_job_id",
    "cluster_job_status",
    "last_intermediate_data_cleared_at",
)
"""The fields of a run, which go with it."""


async def bytes_of_directory(operation: Operation, job: Job, tools: OperationTools) -> int:  # noqa: ARG001
    """What erasing the job's directory will free."""
    return await tools.on_disk(tree_size, await project_directory(job), job.job_dir)


async def clear_job(
    operation: Operation, job: Job, outcome: JobOutcome, tools: OperationTools
) -> JobOutcome:
    """Erase what a done job has left and return it to building."""
    await _clear(operation, job, tools, keeps_hold=False)
    return applied(outcome)


async def clear_and_keep(
    operation: Operation, job: Job, outcome: JobOutcome, tools: OperationTools
) -> JobOutcome:
    """The same, but the operation goes on with the job."""
    await _clear(operation, job, tools, keeps_hold=True)
    return outcome


async def _clear(
    operation: Operation, job: Job, tools: OperationTools, *, keeps_hold: bool
) -> None:
    await erase(job, tools)
    await job_moves.move(
        job.key,
        to=JobStatus.BUILDING,
        only_from=frozenset({job.status}),
        now=tools.clock(),
        actor=operation.requested_by,
        term=tools.term,
        held_by=operation.id,
        changes=CLEARED,
        unset=OF_THE_RUN if keeps_hold else (*OF_THE_RUN, "active_operation"),
    )


async def erase(job: Job, tools: OperationTools) -> None:
    """Erase all that the job's runs have left: files, then the log; safe to repeat."""
    await tools.on_disk(erase_job_directory, await project_directory(job), job.job_dir)
    await Event.rows().delete_many({"job_id": job.id})


async def project_directory(job: Job) -> Path:
    """The directory of the job's project, deleted ones too; raises NotFound without one."""
    project = await Project.get(job.project_uid)
    if project is None:
        raise NotFound(f"There is no project {job.project_uid}.")
    return Path(project.project_dir)
