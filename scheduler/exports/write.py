"""Write an exported job, and put it in the place of a former export in one step; blocking."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from domain.documents import Job
from domain.files import (
    UnfinishedTree,
    WrittenFile,
    blocks_of,
    erase_unfinished,
    open_beneath,
    unfinished_tree,
)
from domain.status import JobStatus
from scheduler.exports.collect import Collected, collect
from scheduler.exports.manifest import (
    EVENTS,
    FILES,
    FORMAT,
    JOB,
    MANIFEST,
    MANIFEST_SUM,
    ExportedFile,
    ExportedJob,
    Manifest,
    ParentReference,
    software_version,
    sum_line,
)
from scheduler.exports.work import Work, require_space


@dataclass(frozen=True)
class EventLog:
    """A job's events as JSON lines, from the start of `lines`; what they name, and their number."""

    lines: BinaryIO
    count: int
    size_bytes: int
    paths: frozenset[str]


@dataclass(frozen=True)
class Wanted:
    """An export to be written: below `project_dir`, at `location`, by the holder of `mark`."""

    project_dir: Path
    location: str
    mark: str
    job: Job
    parents: list[ParentReference]
    events: EventLog
    exported_at: datetime


def write_export(wanted: Wanted, work: Work) -> Manifest:
    """Write all of it, then publish it; until then a former export stays as it is.

    Raises OperationFailed (no room, a result is missing), OSError, and Stopped.
    """
    erase_unfinished(wanted.project_dir, wanted.location)
    found = collect(wanted.project_dir, wanted.job, wanted.events.paths)
    work.total_bytes = found.size_bytes + wanted.events.size_bytes
    require_space(wanted.project_dir, work.total_bytes)
    mark = wanted.mark
    with unfinished_tree(wanted.project_dir, wanted.location, mark, work.add) as tree:
        manifest = _write_into(tree, wanted, found)
        tree.publish(replace=True)
    return manifest


def _write_into(tree: UnfinishedTree, wanted: Wanted, found: Collected) -> Manifest:
    job = exported_job(wanted.job, wanted.parents)
    files = [_copy(tree, wanted.project_dir, path) for path in found.paths]
    files.append(tree.write(EVENTS, blocks_of(wanted.events.lines)))
    files.append(tree.write(JOB, [job.model_dump_json(indent=2).encode()]))
    manifest = Manifest(
        format=FORMAT,
        software_version=software_version(),
        exported_at=wanted.exported_at,
        incomplete=wanted.job.status is not JobStatus.COMPLETED,
        job=job,
        events=wanted.events.count,
        not_included=found.not_included,
        files=[ExportedFile.of(file) for file in files],
    )
    content = manifest.model_dump_json(indent=1).encode()
    tree.write(MANIFEST, [content])
    tree.write(MANIFEST_SUM, [sum_line(content)])
    return manifest


def _copy(tree: UnfinishedTree, project_dir: Path, path: str) -> WrittenFile:
    with open_beneath(project_dir, path) as source:
        return tree.copy(source, f"{FILES}/{path}")


def exported_job(job: Job, parents: Iterable[ParentReference]) -> ExportedJob:
    """What is kept of a job that is done."""
    same = {name: getattr(job, name) for name in ExportedJob.model_fields if name != "parents"}
    return ExportedJob(**{**same, "status": job.status.value}, parents=list(parents))
