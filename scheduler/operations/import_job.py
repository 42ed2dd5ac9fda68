"""Import a job: copied and checked under a temporary name; its record, written last, makes it be.

Entries of its log come before it, and are nobody's until then. After a crash it starts again from
the exported directory; a directory that was published without its record is erased first.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from domain import operations
from domain.database import BulkConflict, DuplicateKey
from domain.documents import Counter, Event, Job, Operation, Project, Workspace
from domain.documents.event_log import EventType
from domain.documents.operation import JobOutcome
from domain.error_codes import ErrorCode
from domain.errors import DomainError, NotFound, OperationFailed, ProjectRefused
from domain.files import erase_directory, erase_unfinished
from domain.uids import JobKey, workspace_id
from scheduler.exports.bring_in import BroughtIn, Place, Source, bring_in
from scheduler.exports.events import read_events
from scheduler.exports.imported import imported_job, summary
from scheduler.exports.manifest import refused
from scheduler.exports.work import Work
from scheduler.operations.file_work import followed
from scheduler.operations.phases import applied, failed
from scheduler.operations.tell import tell
from scheduler.operations.tools import OperationTools

PUBLISHING = "publishing"
"""From this phase on the reserved directory, if it is there, is the operation's own."""


@dataclass(frozen=True)
class Importing:
    """The one phase of an import; its one job is there at its end, or nothing of it."""

    name: str = "importing"

    async def go_through(self, operation: Operation, tools: OperationTools) -> Operation | None:
        """Bring the job in; None if the operation is out of our hands."""
        [outcome] = operation.outcomes
        if outcome.done:
            return operation
        key = JobKey.parse(outcome.job_id)
        try:
            after = await _bring(operation, outcome, key, tools)
        except DomainError as refusal:
            after = failed(outcome, refusal.code, refusal.message)
        except OSError as fault:
            after = failed(outcome, ErrorCode.STORAGE_FAILURE, f"File system: {fault.strerror}.")
        if after is None:
            return None
        await _conclude(operation, after, key, tools)
        return await operations.record(operation, {0: after}, term=tools.term, now=tools.clock())


async def _conclude(
    operation: Operation, outcome: JobOutcome, key: JobKey, tools: OperationTools
) -> None:
    """Leave nothing of a job that could not be imported; tell who asked for it."""
    name = f"{key.project_uid} {key.job_uid}"
    if outcome.outcome != "failed":
        message = f"{name} was imported from {operation.options['path']}."
        await tell(operation, str(key), message, tools)
        return
    await Event.rows().delete_many({"job_id": str(key)})
    await Counter.rows().delete_one({"_id": f"{key}:events"})
    await tell(operation, str(key), str(outcome.error), tools, failed=True)


async def _bring(
    operation: Operation, outcome: JobOutcome, key: JobKey, tools: OperationTools
) -> JobOutcome | None:
    if await Job.get(str(key)) is not None:
        return applied(outcome)  # a crash came before that was on record
    project_dir = await _project_directory(operation, key)
    erase = erase_directory if operation.phase == PUBLISHING else erase_unfinished
    await tools.on_disk(erase, project_dir, key.job_uid)
    mark = f"{operation.id}-{tools.term}"
    source = Source(Path(operation.options["root"]), operation.options["path"])
    work, stack = Work(), ExitStack()
    coming = bring_in(source, Place(project_dir, key.job_uid, mark), tools.watcher.catalogue, work)
    try:
        entering = tools.on_disk(stack.enter_context, coming)
        brought = await followed(entering, work, operation, outcome, tools)
        return await _settle(operation, outcome, key, brought, tools)
    finally:
        await tools.on_disk(stack.close)


async def _project_directory(operation: Operation, key: JobKey) -> Path:
    project = await Project.get(key.project_uid)
    if project is None or project.deleted:
        raise NotFound(f"There is no project {key.project_uid} any more.")
    if project.archived or project.detached:
        message = f"Project {project.uid} is archived or detached."
        raise ProjectRefused(message, project_uid=project.uid)
    workspace_uid = operation.options["workspace_uid"]
    workspace = await Workspace.get(workspace_id(project.uid, workspace_uid))
    if workspace is None or workspace.deleted:
        raise NotFound(f"There is no workspace {workspace_uid} in project {project.uid} any more.")
    return Path(project.project_dir)


async def _settle(
    operation: Operation,
    outcome: JobOutcome,
    key: JobKey,
    brought: BroughtIn,
    tools: OperationTools,
) -> JobOutcome | None:
    """Log, directory, record, in this order; None if another leader has the operation."""
    job = imported_job(
        brought.manifest,
        brought.relocation,
        key,
        workspace_uid=operation.options["workspace_uid"],
        created_by=operation.requested_by,
        now=tools.clock(),
        size_bytes=await tools.on_disk(brought.tree.size),
    )
    await _write_log(operation, key, brought, tools)
    if not await tools.on_disk(brought.tree.name_is_free):
        message = f"There is a directory {key.job_uid} in the project already."
        raise OperationFailed(message, code=ErrorCode.STORAGE_FAILURE)
    ours = await operations.record(
        operation, {}, term=tools.term, now=tools.clock(), phase=PUBLISHING
    )
    if ours is None:
        return None
    await tools.on_disk(brought.tree.publish)
    try:
        await job.insert()
    except DuplicateKey:
        return None  # a leader that was thought dead has written the same
    return applied(outcome).model_copy(update={"fraction": 1.0})


async def _write_log(
    operation: Operation, key: JobKey, brought: BroughtIn, tools: OperationTools
) -> None:
    await Event.rows().delete_many({"job_id": str(key)})
    last = 0
    batches = read_events(brought.events, key, brought.manifest.events, brought.relocation)
    while batch := await tools.on_disk(next, batches, None):
        try:
            await Event.insert_many(batch)
        except BulkConflict as fault:
            raise refused("its event log cannot be kept") from fault
        last = batch[-1].number
    told = Event(
        id=f"{key}:{last + 1:09d}",
        project_uid=key.project_uid,
        job_uid=key.job_uid,
        job_id=str(key),
        number=last + 1,
        source=f"import/{operation.id}",
        type=EventType.TEXT,
        text=summary(brought.manifest, operation.options["path"]),
        created_at=tools.clock(),
    )
    await told.insert()
    await Counter.rows().update_one(
        {"_id": f"{key}:events"}, {"$set": {"last": last + 1}}, upsert=True
    )
