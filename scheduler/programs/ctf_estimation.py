"""Job type `ctf_estimation`: defocus and astigmatism of each micrograph."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from ctf import Microscope
from ctf_figure import save_figure
from ctf_fit import Fit, Range, fit, power_spectrum
from exposures import Exposure, connected_table, exposures, read_micrograph
from lanekeeper_job import Job, main
from tables import Table, slots_of, with_slots, write_star, write_table

VERSION_EVERY = 20
"""Micrographs after which an intermediate version is written: a killed job keeps these."""


def estimate(job: Job) -> None:
    """Fit every exposure, report versions on the way and the whole table at the end."""
    rows = with_slots(connected_table(job, "exposures"), ("ctf", "ctf_stats"))
    search = Range(
        job.params["res_min_A"],
        job.params["res_max_A"],
        job.params["df_min"],
        job.params["df_max"],
    )
    todo = list(exposures(rows))
    with ProcessPoolExecutor(job.params["n_workers"]) as pool:
        for done, found in enumerate(fits(pool, job, todo, search), start=1):
            record(job, todo[done - 1], rows[done - 1], found)
            job.progress(done, len(todo), "micrographs")
            if done % VERSION_EVERY == 0 and done < len(todo):
                report(job, rows[:done], version=done)
            job.check()
    report(job, rows)


def fits(pool: Executor, job: Job, todo: list[Exposure], search: Range) -> Iterator[Fit]:
    """The fits in the order of the exposures, worked out side by side."""
    tasks = [Task(e.path, e.psize_A, e.microscope, picture_path(job, e)) for e in todo]
    return pool.map(fit_one, tasks, repeat(search), repeat(int(job.params["psd_size"])))


@dataclass(frozen=True)
class Task:
    """What a worker process needs of one exposure; `picture` is where its figure goes."""

    path: str
    psize_A: float  # noqa: N815 - the unit's symbol
    microscope: Microscope
    picture: str


def fit_one(task: Task, search: Range, size: int) -> Fit:
    """Fit one micrograph and draw its figure."""
    spectrum = power_spectrum(read_micrograph(task.path), size, task.psize_A)
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
    """Write the exposures so far and report them as a version, or as the final one."""
    suffix = "" if version is None else f"_{version:06d}"
    metafile, star = job.path(f"exposures{suffix}.cs"), job.path(f"exposures{suffix}.star")
    write_table(rows, metafile)
    write_star(rows, star, "micrographs")
    mean = float((rows["ctf/df1_A"] + rows["ctf/df2_A"]).mean() / 2e4)
    job.result(
        "exposures",
        metafile,
        len(rows),
        version="F" if version is None else version,
        star=star,
        slots=slots_of(rows),
        summary={"method": "own", "mean_defocus_um": round(mean, 4)},
        image=bytes(rows[0]["ctf_stats/diag_image_path"]).decode(),
    )


if __name__ == "__main__":
    main(estimate)
