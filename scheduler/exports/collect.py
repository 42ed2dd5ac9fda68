"""What belongs to an exported job: its own files, and those that its results name; blocking."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.documents import Job
from domain.error_codes import ErrorCode
from domain.errors import NotFound, OperationFailed
from domain.files import files_below, open_beneath, open_directory, open_root, parts_of
from scheduler.exports.relocate import normal, paths_in_table

OF_ATTEMPTS = "run/"
"""Folder of a job directory that stays: files between scheduler, supervisor and program."""


@dataclass(frozen=True)
class Collected:
    """Paths below the project, in order, and the bytes of their files; `not_included` are gone."""

    paths: list[str]
    size_bytes: int
    not_included: list[str]


def collect(project_dir: Path, job: Job, named_by_events: Iterable[str]) -> Collected:
    """All files to export of a job that runs no more.

    Raises OperationFailed if its directory or the table of a final output is missing.
    """
    log = f"{job.job_dir}/job.log"  # a link into the files of the attempts
    wanted = dict.fromkeys([*_own_files(project_dir, job), log])
    wanted |= dict.fromkeys(_named(named_by_outputs(job), named_by_events))
    tables = [path for path in wanted if path.endswith(".cs")]
    for table in tables:
        wanted |= dict.fromkeys(_named(sorted(_paths_in(project_dir, table))))
    sizes = {path: _size(project_dir, path) for path in wanted}
    missing = [path for path, size in sizes.items() if size is None]
    _require_final_tables(job, missing)
    found = {path: size for path, size in sizes.items() if size is not None}
    return Collected(sorted(found), sum(found.values()), sorted(set(missing) - {log}))


def final_tables(job: Job) -> list[str]:
    """The tables of the job's final results."""
    finals = (output.final for output in job.outputs.values())
    return [version.metafile for version in finals if version is not None]


def named_by_outputs(job: Job) -> Iterator[str]:
    """The files that the job's outputs name, in all their versions."""
    for output in job.outputs.values():
        if output.image:
            yield output.image
        for version in output.versions:
            yield version.metafile
            yield from version.files
            if version.star:
                yield version.star


def _own_files(project_dir: Path, job: Job) -> Iterator[str]:
    with (
        open_root(project_dir) as root,
        open_directory(root, parts_of(job.job_dir)) as directory,
    ):
        if directory is None:
            message = f"The directory of job {job.uid} is missing."
            raise OperationFailed(message, code=ErrorCode.STORAGE_FAILURE)
        for file in files_below(directory):
            if not file.path.startswith(OF_ATTEMPTS) and not file.path.endswith(".tmp"):
                yield f"{job.job_dir}/{file.path}"


def _named(*groups: Iterable[str]) -> Iterator[str]:
    for group in groups:
        for path in group:
            plain = normal(path)
            if plain is not None:
                yield plain


def _paths_in(project_dir: Path, table: str) -> set[str]:
    try:
        with open_beneath(project_dir, table) as file:
            return paths_in_table(file)
    except NotFound:
        return set()


def _size(project_dir: Path, path: str) -> int | None:
    try:
        with open_beneath(project_dir, path) as file:
            return os.fstat(file.fileno()).st_size
    except NotFound:
        return None


def _require_final_tables(job: Job, missing: list[str]) -> None:
    gone = set(missing).intersection(final_tables(job))
    if gone:
        message = f"Job {job.uid} cannot be exported: {sorted(gone)[0]} is missing."
        raise OperationFailed(message, code=ErrorCode.STORAGE_FAILURE)
