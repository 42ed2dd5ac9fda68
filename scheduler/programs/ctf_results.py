"""CTF estimation as jobs: micrographs fitted side by side, each fit into the table and the log."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ctf import Microscope
from ctf_fit import Fit
from exposures import Exposure, connected_table, exposures
from lanekeeper_job import Job
from results import report_table
from tables import Table, text, with_slots
from workers import workers

VERSION_EVERY = 20
"""Micrographs after which an intermediate version is written: a killed job keeps these."""


@dataclass(frozen=True)
class Task:
    """What a worker process needs of one exposure; `picture` is where its figure goes."""

    path: str
    psize_A: float
    microscope: Microscope
    picture: str


def estimate_all(job: Job, method: str, fit_one: Callable[[Task], Fit]) -> None:
    """Fit every exposure, report versions on the way and the whole table at the end.

    `fit_one` runs in processes of its own and draws the figure too; `method` names it.
    """
    rows = with_slots(connected_table(job, "exposures"), ("ctf", "ctf_stats"))
    todo = list(exposures(rows))
    tasks = [Task(e.path, e.psize_A, e.microscope, picture_path(job, e)) for e in todo]
    with workers(job.params["n_workers"]) as pool:
        for done, found in enumerate(pool.map(fit_one, tasks), start=1):
            record(job, todo[done - 1], rows[done - 1], found)
            job.progress(done, len(todo), "micrographs")
            if job.stop_requested:
                break
            if done % VERSION_EVERY == 0 and done < len(todo):
                report(job, method, rows[:done], version=done)
    report(job, method, rows[:done])
    job.check()


def picture_path(job: Job, exposure: Exposure) -> str:
    """Where the figure of an exposure goes."""
    return job.path(f"{exposure.name}_ctf.png")


def record(job: Job, exposure: Exposure, row: np.void, found: Fit) -> None:
    """Write a fit into its row, and into the event log."""
    row["ctf/type"] = b"spline"
    row["ctf/accel_kv"] = exposure.microscope.accel_kv
    row["ctf/cs_mm"] = exposure.microscope.cs_mm
    row["ctf/amp_contrast"] = exposure.microscope.amp_contrast
    row["ctf/df1_A"], row["ctf/df2_A"] = found.defocus.df1_A, found.defocus.df2_A
    row["ctf/df_angle_rad"] = found.defocus.angle_rad
    row["ctf_stats/cross_corr"] = found.correlation
    row["ctf_stats/ctf_fit_to_A"] = found.fit_to_A
    row["ctf_stats/df_check_A"] = found.check_A
    row["ctf_stats/diag_image_path"] = picture_path(job, exposure).encode()
    title = (
        f"{exposure.name}: defocus {found.mean_A / 1e4:.3f} µm, "
        f"astigmatism {found.defocus.df1_A - found.defocus.df2_A:.0f} Å, "
        f"correlation {found.correlation:.2f}, fit to {found.fit_to_A:.1f} Å"
    )
    job.plot(picture_path(job, exposure), title)
    if found.is_suspect:
        job.warn(
            f"{exposure.name}: two fits disagree on the defocus "
            f"({found.mean_A / 1e4:.3f} and {found.check_A / 1e4:.3f} µm); look at its figure."
        )


def report(job: Job, method: str, rows: Table, version: int | None = None) -> None:
    """Report the exposures so far as a version, or all as the final one."""
    mean = float((rows["ctf/df1_A"] + rows["ctf/df2_A"]).mean() / 2e4)
    report_table(
        job,
        "exposures",
        rows,
        version=version,
        summary={"method": method, "mean_defocus_um": round(mean, 4)},
        image=text(rows[0]["ctf_stats/diag_image_path"]),
    )
