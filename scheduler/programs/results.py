"""Tables as results: written as `.cs` and STAR, reported, and old versions cleared away."""

import os
from collections.abc import Mapping
from typing import Any

from lanekeeper_job import Job
from tables import Table, slots_of, write_star, write_table

Described = Mapping[str, Any]
"""What `Job.result` takes besides the table: files, summary, image."""


def report_table(
    job: Job, output: str, table: Table, *, version: int | None = None, **described: Any
) -> None:
    """Write `table` and report it as a version of `output`, or as the final one.

    The files of the version before it go, unless the job keeps all versions. `described` is
    what `Job.result` takes besides: files, summary, image.
    """
    report_together(job, {output: (table, described)}, version=version)


def report_together(
    job: Job, outputs: Mapping[str, tuple[Table, Described]], *, version: int | None = None
) -> None:
    """Report several outputs of one version, and clear the older ones away after the last.

    A job that is killed in between has a version left that all of them share.
    """
    before = {}
    for output, (table, described) in outputs.items():
        suffix = "" if version is None else f"_{version:06d}"
        metafile, star = job.path(f"{output}{suffix}.cs"), job.path(f"{output}{suffix}.star")
        slots = slots_of(table)
        write_table(table, metafile)
        write_star(table, star, "micrographs" if "micrograph_blob" in slots else "particles")
        told = {**described, "version": "F" if version is None else version, "slots": slots}
        old = job.result(output, metafile, len(table), star=star, **told)
        before[output] = {old["metafile"], old["star"]} - {metafile, star} if old else set()
    if job.keep_versions == "newest":
        _remove(set().union(*before.values()))


def _remove(paths: set[str]) -> None:
    for path in paths:
        if os.path.exists(path):
            os.remove(path)
