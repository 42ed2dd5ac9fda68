"""Picks of a micrograph: as rows of a table, and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from exposures import Exposure, exposures, read_micrograph
from lanekeeper_job import Job
from numpy.typing import NDArray
from pictures import low_passed, save_picks
from results import report_table
from tables import Table, new_table, uid_of

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Picks:
    """Picks of one micrograph, best first; centres in pixels (x, y).

    Those that templates have found say which, by its row in the input, and how it is turned.
    """

    centres: Array
    scores: Array
    templates: NDArray[np.int64] | None = None
    angles_rad: Array | None = None


def draw(job: Job, exposure: Exposure, pixels: Array, found: Picks, diameter_A: float) -> None:
    """The micrograph with its picks, into the event log."""
    picture = picture_path(job, exposure)
    smooth = low_passed(pixels, exposure.psize_A, job.params["lowpass_A"])
    save_picks(smooth, found.centres, diameter_A / exposure.psize_A / 2, picture)
    job.plot(picture, f"{exposure.name}: {len(found.centres)} particles")


def picture_path(job: Job, exposure: Exposure) -> str:
    """Where the picture of an exposure goes."""
    return job.path(f"{exposure.name}_picks.png")


def particle_table(exposure: Exposure, shape: tuple[int, ...], found: Picks) -> Table:
    """One row a pick; its uid comes from the micrograph and the place."""
    table = new_table(("location", "pick_stats"), len(found.centres))
    height, width = shape
    table["location/micrograph_uid"] = exposure.row["uid"]
    table["location/micrograph_path"] = exposure.path.encode()
    table["location/micrograph_shape"] = (height, width)
    table["location/micrograph_psize_A"] = exposure.psize_A
    table["location/center_x_frac"] = found.centres[:, 0] / width
    table["location/center_y_frac"] = found.centres[:, 1] / height
    table["pick_stats/ncc_score"] = table["pick_stats/power"] = found.scores
    if found.templates is not None and found.angles_rad is not None:
        table["pick_stats/template_idx"] = found.templates
        table["pick_stats/angle_rad"] = found.angles_rad
    table["uid"] = [uid_of(exposure.row["uid"], *centre) for centre in found.centres]
    return table


def report_picks(job: Job, micrographs: Table, picks: Sequence[Picks | None], advice: str) -> None:
    """Report all, with a picture of each micrograph; `advice` is for when there is nothing."""
    tables, image = [], None
    nothing = Picks(np.empty((0, 2)), np.empty(0))
    for exposure, found in zip(exposures(micrographs), picks, strict=True):
        pixels = read_micrograph(exposure.path)
        draw(job, exposure, pixels, found or nothing, job.params["diameter_A"])
        tables.append(particle_table(exposure, pixels.shape, found or nothing))
        image = picture_path(job, exposure)
    particles = np.concatenate(tables)
    if len(particles) == 0:
        job.warn(f"No particle was found. {advice}")
    report_table(job, "particles", particles, image=image)
    report_table(job, "micrographs", micrographs)
