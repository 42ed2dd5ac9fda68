"""Tables as results: written as `.cs` and STAR, reported, and old versions cleared away."""

import os
from collections.abc import Mapping
from typing import Any

from lanekeeper_job import Job
from tables import Table, slots_of, write_star, write_table


def report_table(
    job: Job, output: str, table: Table, *, version: int | None = None, **described: Any
) -> None:
    """Write `table` and report it as a version of `output`, or as the final one.

    The files of the version before it go, unless the job keeps all versions. `described` is
    what `Job.result` takes besides: files, summary, image.
    """
    _remove(_report(job, output, table, version, described))


def report_tables(job: Job, tables: Mapping[str, Table], *, version: int | None = None) -> None:
    """Report tables that belong together, by output; files go when all of them are reported.

    So a run that is killed in between still has one version of all.
    """
    old = [_report(job, output, table, version, {}) for output, table in tables.items()]
    _remove(set[str]().union(*old))


def _report(
    job: Job, output: str, table: Table, version: int | None, described: dict[str, Any]
) -> set[str]:
    """The files of the version before that are not needed any more."""
    suffix = "" if version is None else f"_{version:06d}"
    metafile, star = job.path(f"{output}{suffix}.cs"), job.path(f"{output}{suffix}.star")
    slots = slots_of(table)
    write_table(table, metafile)
    write_star(table, star, "micrographs" if "micrograph_blob" in slots else "particles")
    described = {**described, "version": "F" if version is None else version, "slots": slots}
    before = job.result(output, metafile, len(table), star=star, **described)
    if before is None or job.keep_versions != "newest":
        return set()
    return {before["metafile"], before["star"]} - {metafile, star}


def _remove(paths: set[str]) -> None:
    for path in paths:
        if os.path.exists(path):
            os.remove(path)
