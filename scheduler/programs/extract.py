"""Job type `extract_micrographs_cpu_parallel`: boxes around picks, normalised, as a stack."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from exposures import Exposure, connected_table, exposures, read_micrograph
from lanekeeper_job import Job, JobFailed, main
from montage import save_montage
from numpy.typing import NDArray
from resize import resized_images
from results import report_table
from stacks import normalised, read_images, write_stack
from tables import Table, path_field, with_slots
from workers import workers

SHOWN = 25
VERSION_EVERY = 50


@dataclass(frozen=True)
class Boxes:
    """How particles are cut out: sides in pixels, of the micrograph and of the result."""

    box: int
    size: int
    inverts: bool


def extract(job: Job) -> None:
    """Cut out the particles of each micrograph; report versions on the way."""
    micrographs, picks = connected_table(job, "micrographs"), connected_table(job, "particles")
    if "ctf/df1_A" not in (micrographs.dtype.names or ()):
        job.warn("The micrographs have no CTF; particles without it can only be looked at.")
    particles = with_slots(picks, ("blob", "ctf"))
    tables: list[Table] = []
    todo = picked_exposures(micrographs, picks)
    with workers(max(1, len(job.resources["cpu"]))) as pool:
        for done, table in enumerate(cut_all(pool, job, todo, particles), start=1):
            tables.append(table)
            job.progress(done, len(todo), "micrographs")
            if job.stop_requested:
                break
            if done % VERSION_EVERY == 0 and done < len(todo):
                report_table(job, "particles", np.concatenate(tables), version=done)
    report(job, np.concatenate(tables), micrographs)
    job.check()


def picked_exposures(micrographs: Table, picks: Table) -> list[Exposure]:
    """The micrographs on which particles lie; raises JobFailed if there is none."""
    picked = set(picks["location/micrograph_uid"])
    found = [exposure for exposure in exposures(micrographs) if exposure.row["uid"] in picked]
    if not found:
        raise JobFailed("None of the particles lies on one of these micrographs.")
    return found


def boxes_of(job: Job) -> Boxes:
    """What the params say; raises JobFailed if the result would be larger than what is cut out."""
    params = job.params
    box = params["box_size_pix"]
    boxes = Boxes(box, params["bin_size_pix"] or box, params["invert_contrast"])
    if boxes.size > boxes.box:
        raise JobFailed("Particles cannot be binned to more pixels than they are extracted with.")
    return boxes


def cut_all(pool: Executor, job: Job, todo: list[Exposure], particles: Table) -> Iterator[Table]:
    """The particles of each micrograph, worked out side by side, in their order."""
    boxes = boxes_of(job)
    rows = [particles[particles["location/micrograph_uid"] == e.row["uid"]] for e in todo]
    paths = [job.path(f"{e.name}_particles.mrcs") for e in todo]
    return pool.map(cut, todo, rows, paths, repeat(boxes))


def cut(exposure: Exposure, particles: Table, path: str, boxes: Boxes) -> Table:
    """Write the stack of one micrograph; picks whose box leaves it are left out."""
    pixels = read_micrograph(exposure.path)
    corners, inside = places(particles, pixels.shape, boxes.box)
    table = particles[inside]
    if len(table) == 0:
        return table
    cut_out = np.stack([box_at(pixels, corner, boxes.box) for corner in corners[inside]])
    images = normalised(resized_images(cut_out, boxes.size), inverts=boxes.inverts)
    write_stack(path, images, pixel_size(exposure, boxes))
    describe(table, exposure, path, boxes)
    return table


def pixel_size(exposure: Exposure, boxes: Boxes) -> float:
    """Å of the result."""
    return exposure.psize_A * boxes.box / boxes.size


def describe(table: Table, exposure: Exposure, path: str, boxes: Boxes) -> None:
    """Say of each row which image of the stack it is, in order, and what its CTF is."""
    table["blob/path"], table["blob/idx"] = path_field(path), np.arange(len(table))
    table["blob/shape"], table["blob/psize_A"] = boxes.size, pixel_size(exposure, boxes)
    table["blob/sign"] = 1 if boxes.inverts else -1
    copy_ctf(exposure, table)


def places(
    particles: Table, shape: tuple[int, ...], box: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The lower corners (x, y) of the boxes, and which boxes lie inside."""
    height, width = shape
    corners = centres(particles, shape) - box // 2
    fits = (corners >= 0) & (corners + box <= (width, height))
    inside: NDArray[np.bool_] = np.all(fits, axis=1)
    return corners, inside


def centres(particles: Table, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """The pixels (x, y) at which the particles lie."""
    height, width = shape
    fractions = (particles["location/center_x_frac"], particles["location/center_y_frac"])
    pixels: NDArray[np.int64] = np.rint(np.stack(fractions, axis=1) * (width, height)).astype(int)
    return pixels


def box_at(pixels: NDArray[np.float32], corner: NDArray[np.int64], box: int) -> NDArray[np.float32]:
    """A square of the micrograph."""
    x, y = corner
    return pixels[y : y + box, x : x + box]


def copy_ctf(exposure: Exposure, table: Table) -> None:
    """Give each particle the CTF of its micrograph."""
    for name in exposure.row.dtype.names or ():
        if name.startswith("ctf/"):
            table[name] = exposure.row[name]


def report(job: Job, particles: Table, micrographs: Table) -> None:
    """Report all, with a picture of the first particles."""
    if len(particles) == 0:
        raise JobFailed("No particle is far enough from the edges for a box of this size.")
    picture = job.path("particles.png")
    save_montage(read_images(particles[:SHOWN], "blob"), [""] * len(particles[:SHOWN]), picture)
    job.plot(picture, f"The first of {len(particles)} particles")
    report_table(job, "particles", particles, image=picture)
    report_table(job, "micrographs", micrographs)


if __name__ == "__main__":
    main(extract)
