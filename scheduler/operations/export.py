"""Export one job: its directory is written beside a former one, takes its place, and is noted."""

import tempfile
from datetime import datetime
from typing import BinaryIO

from domain import job_moves
from domain.documents import Job, Operation
from domain.documents.operation import JobOutcome
from domain.errors import DomainError
from domain.status import DONE
from domain.use_cases.export import export_location, export_path
from scheduler.exports.events import as_lines, batches_of
from scheduler.exports.manifest import ParentReference
from scheduler.exports.work import Work
from scheduler.exports.write import EventLog, Wanted, write_export
from scheduler.operations.clear import project_directory
from scheduler.operations.file_work import followed
from scheduler.operations.phases import applied
from scheduler.operations.tell import tell
from scheduler.operations.tools import OperationTools


async def export_job(
    operation: Operation, job: Job, outcome: JobOutcome, tools: OperationTools
) -> JobOutcome:
    """Write the export, tell who asked for it, and let go of the job; safe to repeat."""
    name = f"{job.project_uid} {job.uid}"
    try:
        location, exported_at = await _write(operation, job, outcome, tools)
    except (DomainError, OSError) as fault:
        reason = fault.message if isinstance(fault, DomainError) else fault.strerror
        message = f"{name} could not be exported: {reason}"
        await tell(operation, job.id, message, tools, failed=True)
        raise
    await tell(operation, job.id, f"{name} was exported to {location}.", tools)
    await job_moves.change(
        job.key,
        changes={"last_exported_at": exported_at, "last_exported_location": location},
        now=tools.clock(),
        only_in=DONE,
        term=tools.term,
        held_by=operation.id,
        unset=("active_operation",),
    )
    return applied(outcome).model_copy(update={"location": location, "fraction": 1.0})


async def _write(
    operation: Operation, job: Job, outcome: JobOutcome, tools: OperationTools
) -> tuple[str, datetime]:
    """Where the export lies, and when it was made."""
    project_dir = await project_directory(job)
    work = Work()
    with tempfile.TemporaryFile(dir=project_dir) as lines:
        wanted = Wanted(
            project_dir=project_dir,
            location=export_path(job),
            mark=f"{operation.id}-{tools.term}",
            job=job,
            parents=await parent_references(job),
            events=await _event_log(job, lines, tools),
            exported_at=tools.clock(),
        )
        writing = tools.on_disk(write_export, wanted, work)
        await followed(writing, work, operation, outcome, tools)
    return export_location(str(project_dir), job), wanted.exported_at


async def parent_references(job: Job) -> list[ParentReference]:
    """What the job was fed with, for people who have only the export."""
    parents = await _parents(job)
    used: dict[tuple[str, str], list[str]] = {}
    for name, job_input in job.inputs.items():
        for connection in job_input.connections:
            used.setdefault((name, connection.job_uid), []).append(connection.output)
    return [
        ParentReference(
            uid=uid,
            type=parents[uid].type if uid in parents else None,
            title=parents[uid].title if uid in parents else None,
            input=name,
            outputs=outputs,
        )
        for (name, uid), outputs in used.items()
    ]


async def _parents(job: Job) -> dict[str, Job]:
    ids = [f"{job.project_uid}-{uid}" for uid in job.parents]
    return {parent.uid: parent for parent in await Job.find({"_id": {"$in": ids}}).to_list()}


async def _event_log(job: Job, lines: BinaryIO, tools: OperationTools) -> EventLog:
    count, paths = 0, set[str]()
    async for events in batches_of(job):
        await tools.on_disk(lines.write, as_lines(events))
        count += len(events)
        paths.update(file.path for event in events for file in event.files)
    size = lines.tell()
    lines.seek(0)
    return EventLog(lines, count, size, frozenset(paths))
