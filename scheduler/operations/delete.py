"""Delete one job: its files, then its children's connections, then the tombstone; repeatable."""

import os
from collections.abc import Mapping
from pathlib import Path

from domain import job_moves
from domain.database import Row
from domain.documents import Job, Operation
from domain.documents.notification import NotificationStatus
from domain.documents.operation import JobOutcome
from domain.documents.shapes import JobInput
from domain.errors import JobMoved, RevisionConflict
from domain.notifications import notify
from domain.status import EVERY, JobStatus
from domain.use_cases.wiring import broken_connections
from scheduler.operations.clear import CLEARED, OF_THE_RUN, erase, project_directory
from scheduler.operations.phases import applied
from scheduler.operations.tools import OperationTools

_OF_THE_QUEUE = (
    *("waiting_for", "tokens_requested_at", "queue_entered_at", "queued_at"),
    "interaction",
)


async def delete_job(
    operation: Operation, job: Job, outcome: JobOutcome, tools: OperationTools
) -> JobOutcome:
    """Erase the job and leave a tombstone, which keeps its number, its place and its parents."""
    await erase(job, tools)
    await tools.on_disk(_remove_directory, await project_directory(job) / job.job_dir)
    await cut_off_children(operation, job, tools)
    await _bury(operation, job, tools)
    return applied(outcome)


async def cut_off_children(operation: Operation, job: Job, tools: OperationTools) -> None:
    """Mark the connections of all children as broken; queued ones go back to building."""
    query = {"project_uid": job.project_uid, "parents": job.uid, "deleted": False}
    for row in await Job.rows().find(query, {"_id": 1}).sort("uid_num", 1).to_list(None):
        while not await _cut_off(operation, job, row["_id"], tools):
            pass  # the child changed at the same moment: judge it anew


async def _cut_off(operation: Operation, job: Job, child_id: str, tools: OperationTools) -> bool:
    """False if the child has changed while this was done."""
    child = await Job.get(child_id)
    if child is None or child.deleted or not _feeds(job.uid, child.inputs):
        return True
    queued = child.status is JobStatus.QUEUED
    if queued:
        await _tell(operation, job, child, tools)
    changes = _broken(job.uid, child)
    try:
        if queued:
            await job_moves.move(
                child.key,
                to=JobStatus.BUILDING,
                only_from=frozenset({JobStatus.QUEUED}),
                now=tools.clock(),
                actor=operation.requested_by,
                term=tools.term,
                expected_revision=child.revision,
                changes=changes | {"on_hold": False},
                unset=_OF_THE_QUEUE,
            )
        else:
            await job_moves.change(
                child.key,
                changes=changes,
                now=tools.clock(),
                only_in=EVERY - {JobStatus.QUEUED},
                term=tools.term,
                expected_revision=child.revision,
            )
    except (JobMoved, RevisionConflict):
        return False
    return True


def _feeds(parent_uid: str, inputs: Mapping[str, JobInput]) -> bool:
    """Whether a connection of the parent's is not marked as broken yet."""
    connections = [c for job_input in inputs.values() for c in job_input.connections]
    return any(c.job_uid == parent_uid and not c.source_missing for c in connections)


def _broken(parent_uid: str, child: Job) -> Row:
    """The child's inputs with the parent's connections marked, and its build errors then."""
    inputs = {
        name: JobInput(
            connections=[
                c.model_copy(update={"source_missing": c.source_missing or c.job_uid == parent_uid})
                for c in job_input.connections
            ]
        )
        for name, job_input in child.inputs.items()
    }
    others = [e for e in child.build_errors if e.type != "source_missing"]
    errors = [*others, *broken_connections(inputs)]
    return {
        "inputs": {name: job_input.model_dump() for name, job_input in inputs.items()},
        "build_errors": [error.model_dump() for error in errors],
    }


async def _tell(operation: Operation, job: Job, child: Job, tools: OperationTools) -> None:
    await notify(
        child.queued_by or child.created_by,
        f"{child.project_uid} {child.uid} left the queue: its input {job.uid} was deleted.",
        NotificationStatus.WARNING,
        job_id=child.id,
        now=tools.clock(),
        occasion=f"{child.id}:cut off from {job.uid}:{operation.id}",
    )


async def _bury(operation: Operation, job: Job, tools: OperationTools) -> None:
    now = tools.clock()
    changes = CLEARED | {"deleted": True, "deleting": False, "deleted_at": now, "on_hold": False}
    unset = (*OF_THE_RUN, "active_operation", "waiting_for", "requeue_window_ends_at")
    if job.status is JobStatus.BUILDING:
        await job_moves.change(
            job.key,
            changes=changes,
            now=now,
            only_in=frozenset({JobStatus.BUILDING}),
            term=tools.term,
            held_by=operation.id,
            unset=unset,
        )
        return
    await job_moves.move(
        job.key,
        to=JobStatus.BUILDING,
        only_from=frozenset({job.status}),
        now=now,
        actor=operation.requested_by,
        term=tools.term,
        held_by=operation.id,
        changes=changes,
        unset=unset,
    )


def _remove_directory(directory: Path) -> None:
    """Remove the empty directory; what was left there since, or a link, is left alone."""
    try:
        os.rmdir(directory)
    except OSError:
        return
