"""Job type `ctf_estimation`: defocus and astigmatism of each micrograph."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from ctf import Microscope
from ctf_figure import save_figure
from ctf_fit import Fit, Range, fit, power_spectrum, rings
from exposures import Exposure, connected_table, exposures, read_micrograph
from lanekeeper_job import Job, JobFailed, main
from results import report_table
from tables import Table, text, with_slots
from workers import workers

FEWEST_RINGS = 16
"""Radial samples within the range; with fewer any defocus fits."""
VERSION_EVERY = 20
"""Micrographs after which an intermediate version is written: a killed job keeps these."""


def estimate(job: Job) -> None:
    """Fit every exposure, report versions on the way and the whole table at the end."""
    search = search_range(job)
    rows = with_slots(connected_table(job, "exposures"), ("ctf", "ctf_stats"))
    todo = list(exposures(rows))
    with workers(job.params["n_workers"]) as pool:
        for done, found in enumerate(fits(pool, job, todo, search), start=1):
            record(job, todo[done - 1], rows[done - 1], found)
            job.progress(done, len(todo), "micrographs")
            if job.stop_requested:
                break
            if done % VERSION_EVERY == 0 and done < len(todo):
                report(job, rows[:done], version=done)
    report(job, rows[:done])
    job.check()


def search_range(job: Job) -> Range:
    """Where to look, from the params; raises JobFailed if they contradict each other."""
    params = job.params
    search = Range(params["res_min_A"], params["res_max_A"], params["df_min"], params["df_max"])
    if search.res_min_A <= search.res_max_A:
        raise JobFailed(
            f"The lowest resolution ({search.res_min_A:g} Å) must be a larger number "
            f"than the highest ({search.res_max_A:g} Å)."
        )
    if search.df_min_A >= search.df_max_A:
        raise JobFailed(
            f"The lowest defocus ({search.df_min_A:g} Å) must be below "
            f"the highest ({search.df_max_A:g} Å)."
        )
    return search


def fits(pool: Executor, job: Job, todo: list[Exposure], search: Range) -> Iterator[Fit]:
    """The fits in the order of the exposures, worked out side by side."""
    tasks = [Task(e.path, e.psize_A, e.microscope, picture_path(job, e)) for e in todo]
    return pool.map(fit_one, tasks, repeat(search), repeat(int(job.params["psd_size"])))


@dataclass(frozen=True)
class Task:
    """What a worker process needs of one exposure; `picture` is where its figure goes."""

    path: str
    psize_A: float
    microscope: Microscope
    picture: str


def fit_one(task: Task, search: Range, size: int) -> Fit:
    """Fit one micrograph and draw its figure."""
    spectrum = power_spectrum(read_micrograph(task.path), size, task.psize_A)
    if rings(spectrum, search) < FEWEST_RINGS:
        raise JobFailed(
            f"{task.path} is too small, or its pixels too large, to see the CTF between "
            f"{search.res_min_A:g} and {search.res_max_A:g} Å."
        )
    found = fit(spectrum, task.microscope, search)
    name = task.path.rsplit("/", 1)[-1]
    save_figure(spectrum, found, task.microscope, name, task.picture)
    return found


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
            f"{exposure.name}: two resolution ranges disagree on the defocus "
            f"({found.mean_A / 1e4:.3f} and {found.check_A / 1e4:.3f} µm); look at its figure."
        )


def report(job: Job, rows: Table, version: int | None = None) -> None:
    """Report the exposures so far as a version, or all as the final one."""
    mean = float((rows["ctf/df1_A"] + rows["ctf/df2_A"]).mean() / 2e4)
    report_table(
        job,
        "exposures",
        rows,
        version=version,
        summary={"method": "own", "mean_defocus_um": round(mean, 4)},
        image=text(rows[0]["ctf_stats/diag_image_path"]),
    )


if __name__ == "__main__":
    main(estimate)
