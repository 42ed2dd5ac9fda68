"""Job type `blob_picker`: round particles of a known diameter, by their size alone."""

from dataclasses import dataclass

import numpy as np
from exposures import Exposure, connected_table, exposures, read_micrograph
from lanekeeper_job import Job, main
from numpy.typing import NDArray
from pictures import low_passed, save_picks
from scipy import ndimage
from tables import Table, new_table, slots_of, uid_of, write_star, write_table

Array = NDArray[np.floating]
SCALE = 0.5
"""Standard deviation of the Gaussian in particle radii; less than a disc's √½, since the microscope
leaves of a particle mostly its dark core."""
FLAT = 3.0
"""Slow changes of ice thickness are taken away at this scale, in diameters."""
VERSION_EVERY = 50


@dataclass(frozen=True)
class Picks:
    """Picks of one micrograph, best first; centres in pixels (x, y)."""

    centres: Array
    scores: Array


def pick_all(job: Job) -> None:
    """Pick every micrograph and report particles and micrographs."""
    micrographs = connected_table(job, "micrographs")
    tables: list[Table] = []
    for index, exposure in enumerate(exposures(micrographs)):
        job.check()
        pixels = read_micrograph(exposure.path)
        diameter = job.params["diameter_A"] / exposure.psize_A
        found = pick(pixels, diameter, job.params["threshold_sigma"], job.params["min_separation"])
        draw(job, exposure, pixels, found)
        tables.append(particle_table(exposure, pixels.shape, found))
        job.progress(index + 1, len(micrographs), "micrographs")
        if (index + 1) % VERSION_EVERY == 0 and index + 1 < len(micrographs):
            report_particles(job, np.concatenate(tables), version=index + 1)
    report_particles(job, np.concatenate(tables), picture=picture_path(job, exposure))
    report_micrographs(job, micrographs)


def pick(pixels: Array, diameter_px: float, threshold: float, separation: float) -> Picks:
    """Maxima of the response above `threshold` robust deviations, `separation` diameters apart.

    Particles are dark. Maxima nearer than a radius to the edge are left out.
    """
    flat = ndimage.uniform_filter(pixels, int(FLAT * diameter_px), mode="reflect") - pixels
    limit = 5 * np.median(np.abs(flat - np.median(flat))) * 1.4826
    score = blob_response(np.clip(flat, -limit, limit), diameter_px / 2)
    reach = max(3, int(separation * diameter_px)) | 1
    highest = ndimage.maximum_filter(score, size=reach, mode="constant", cval=-np.inf)
    margin = int(np.ceil(diameter_px / 2))
    inside = np.zeros(score.shape, bool)
    inside[margin:-margin, margin:-margin] = True
    y, x = np.nonzero((score == highest) & (score >= threshold) & inside)
    order = np.argsort(-score[y, x], kind="stable")
    return Picks(np.column_stack((x, y))[order].astype(float), score[y, x][order])


def blob_response(image: Array, radius_px: float) -> Array:
    """The Laplacian of Gaussian at the particle's scale, in its robust standard deviations.

    Lindeberg 1998: it answers most at the middle of a bright blob, also of one without edges.
    """
    response = -ndimage.gaussian_laplace(image, SCALE * radius_px, mode="reflect")
    middle = np.median(response)
    deviation = 1.4826 * np.median(np.abs(response - middle))
    scaled: Array = (response - middle) / (deviation + 1e-12)
    return scaled


def draw(job: Job, exposure: Exposure, pixels: Array, found: Picks) -> None:
    """The micrograph with its picks, into the event log."""
    picture = picture_path(job, exposure)
    smooth = low_passed(pixels, exposure.psize_A, job.params["lowpass_A"])
    radius = job.params["diameter_A"] / exposure.psize_A / 2
    save_picks(smooth, found.centres, radius, picture)
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
    table["uid"] = [uid_of(exposure.row["uid"], *centre) for centre in found.centres]
    return table


def report_particles(
    job: Job, particles: Table, version: int | None = None, picture: str | None = None
) -> None:
    """Write the picks so far and report them as a version, or as the final one."""
    suffix = "" if version is None else f"_{version:06d}"
    metafile, star = job.path(f"particles{suffix}.cs"), job.path(f"particles{suffix}.star")
    write_table(particles, metafile)
    write_star(particles, star, "particles")
    job.result(
        "particles",
        metafile,
        len(particles),
        version="F" if version is None else version,
        star=star,
        slots=["location", "pick_stats"],
        image=picture,
    )


def report_micrographs(job: Job, micrographs: Table) -> None:
    """Pass the micrographs on as they came."""
    metafile, star = job.path("micrographs.cs"), job.path("micrographs.star")
    write_table(micrographs, metafile)
    write_star(micrographs, star, "micrographs")
    slots = slots_of(micrographs)
    job.result("micrographs", metafile, len(micrographs), star=star, slots=slots)


if __name__ == "__main__":
    main(pick_all)
