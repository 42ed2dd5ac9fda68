"""Job type `blob_picker`: round particles of a known diameter, by their size alone."""

from dataclasses import dataclass

import numpy as np
from exposures import Exposure, connected_table, exposures, read_micrograph
from lanekeeper_job import Job, JobFailed, main
from numpy.typing import NDArray
from picks import Picks, draw, particle_table, picture_path
from results import Described, report_table, report_together
from scipy import ndimage
from tables import Table

Array = NDArray[np.floating]
SCALE = 0.5
"""Standard deviation of the Gaussian in particle radii; less than a disc's √½, since the microscope
leaves of a particle mostly its dark core."""
FLAT = 3.0
"""Slow changes of ice thickness are taken away at this scale, in diameters."""
OUTLIER = 5.0
"""Single pixels are clipped at this many deviations: hot pixels are no particles."""
FOREIGN = 2.0
"""Where the mean over a quarter of a diameter deviates by more pixel deviations, it is carbon or
dirt; particles in ice stay below one."""
LEAST_DIAMETER_PX = 4
VERSION_EVERY = 50


@dataclass(frozen=True)
class Field:
    """A micrograph made flat, particles bright; 0 and not `usable` near what is no ice."""

    image: Array
    usable: NDArray[np.bool_]


def pick_all(job: Job) -> None:
    """Pick every micrograph and report particles and micrographs."""
    micrographs = connected_table(job, "micrographs")
    tables: list[Table] = []
    for exposure in exposures(micrographs):
        tables.append(pick_one(job, exposure))
        done = len(tables)
        job.progress(done, len(micrographs), "micrographs")
        if job.stop_requested:
            break
        if done % VERSION_EVERY == 0 and done < len(micrographs):
            so_far: dict[str, tuple[Table, Described]] = {
                "particles": (np.concatenate(tables), {}),
                "micrographs": (micrographs[:done], {}),
            }
            report_together(job, so_far, version=done)
    particles = np.concatenate(tables)
    if len(particles) == 0:
        job.warn("No particle was found. Try a lower threshold or another diameter.")
    report_table(job, "particles", particles, image=picture_path(job, exposure))
    report_table(job, "micrographs", micrographs[: len(tables)])
    job.check()


def pick_one(job: Job, exposure: Exposure) -> Table:
    """The particles of one micrograph; its picture goes into the event log."""
    pixels = read_micrograph(exposure.path)
    diameter = job.params["diameter_A"] / exposure.psize_A
    check_diameter(exposure, diameter, pixels.shape)
    found = pick(pixels, diameter, job.params["threshold_sigma"], job.params["min_separation"])
    draw(job, exposure, pixels, found, job.params["diameter_A"])
    return particle_table(exposure, pixels.shape, found)


def check_diameter(exposure: Exposure, diameter_px: float, shape: tuple[int, ...]) -> None:
    """Raises JobFailed if nothing of that size can be seen in the micrograph."""
    if diameter_px < LEAST_DIAMETER_PX:
        raise JobFailed(
            f"A particle of {diameter_px:.2g} pixels cannot be seen in {exposure.path}; "
            f"it takes {LEAST_DIAMETER_PX}."
        )
    if diameter_px > min(shape):
        raise JobFailed(f"A particle of {diameter_px:.0f} pixels is larger than {exposure.path}.")


def pick(pixels: Array, diameter_px: float, threshold: float, separation: float) -> Picks:
    """Maxima of the response above `threshold` robust deviations, `separation` diameters apart.

    Particles are dark. Maxima nearer than a radius to the edge or to carbon and dirt are left out.
    """
    field = flattened(pixels, diameter_px)
    score = blob_response(field, diameter_px / 2)
    reach = max(3, int(separation * diameter_px)) | 1
    highest = ndimage.maximum_filter(score, size=reach, mode="constant", cval=-np.inf)
    margin = int(np.ceil(diameter_px / 2))
    inside = np.zeros(score.shape, bool)
    inside[margin:-margin, margin:-margin] = True
    inside &= field.usable
    y, x = np.nonzero((score == highest) & (score >= threshold) & inside)
    order = np.argsort(-score[y, x], kind="stable")
    return Picks(np.column_stack((x, y))[order].astype(float), score[y, x][order])


def flattened(pixels: Array, diameter_px: float) -> Field:
    """The micrograph turned bright on dark, without ice thickness, carbon, dirt and hot pixels."""
    size = int(FLAT * diameter_px)
    flat = ndimage.uniform_filter(pixels, size, mode="reflect") - pixels
    deviation = _deviation(flat)
    limit = OUTLIER * deviation
    patches = ndimage.uniform_filter(np.clip(flat, -limit, limit), max(1, int(diameter_px / 4)))
    foreign = np.abs(patches) > FOREIGN * deviation
    if not foreign.any():
        return Field(np.clip(flat, -limit, limit), ~foreign)
    usable = ndimage.distance_transform_edt(~foreign) > diameter_px / 2
    weight = ndimage.uniform_filter(usable.astype(np.float32), size, mode="reflect")
    mean = ndimage.uniform_filter(np.where(usable, pixels, 0), size, mode="reflect")
    flat = np.where(usable, mean / np.maximum(weight, 1e-3) - pixels, 0)
    return Field(np.clip(flat, -limit, limit), usable)


def blob_response(field: Field, radius_px: float) -> Array:
    """The Laplacian of Gaussian at the particle's scale, in its robust standard deviations.

    Lindeberg 1998: it answers most at the middle of a bright blob, also of one without edges.
    """
    response = -ndimage.gaussian_laplace(field.image, SCALE * radius_px, mode="reflect")
    known = response[field.usable] if field.usable.any() else response
    scaled: Array = (response - np.median(known)) / (_deviation(known) + 1e-12)
    return scaled


def _deviation(values: Array) -> float:
    """The standard deviation, by the median: particles and dirt hardly change it."""
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


if __name__ == "__main__":
    main(pick_all)
