"""Job type `downsample_particles`: particle images in fewer pixels, cut to a smaller box or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from montage import save_montage
from resize import resized_images
from results import report_table
from stacks import Images, normalised, read_images, write_stack
from tables import Table, path_field
from workers import workers

SHOWN = 25
VERSION_EVERY = 50
PART = 1000
"""Images that are in memory at once, in each process."""


@dataclass(frozen=True)
class Sizes:
    """Sides in pixels: of the middle that is kept (None: all of it), and of the result."""

    box: int | None
    size: int
    normalises: bool


def downsample(job: Job) -> None:
    """Resize part by part; report versions on the way."""
    particles, params = connected_table(job, "particles"), job.params
    sizes = Sizes(params["box_size_pix"], params["bin_size_pix"], params["normalise"])
    parts = list(parts_of(particles))
    targets = [job.path(f"particles_{number:06d}.mrcs") for number in range(1, len(parts) + 1)]
    tables: list[Table] = []
    with workers(max(1, len(job.resources["cpu"]))) as pool:
        for done, table in enumerate(pool.map(partial(resize, sizes=sizes), parts, targets), 1):
            tables.append(table)
            job.progress(done, len(parts), "parts")
            if job.stop_requested:
                break
            if done % VERSION_EVERY == 0 and done < len(parts):
                report_table(job, "particles", np.concatenate(tables), version=done)
    report(job, np.concatenate(tables))
    job.check()


def parts_of(particles: Table) -> Iterator[Table]:
    """The rows of each stack together, at most `PART` at a time."""
    for stack in np.unique(particles["blob/path"]):
        rows = particles[particles["blob/path"] == stack]
        yield from (rows[start : start + PART] for start in range(0, len(rows), PART))


def resize(particles: Table, path: str, sizes: Sizes) -> Table:
    """Write these images into a stack of their own; alignments have their own pixel size."""
    images = cropped(read_images(particles, "blob"), sizes.box)
    old = images.shape[-1]
    if sizes.size > old:
        raise JobFailed(f"Images of {old} px cannot be downsampled to {sizes.size} px.")
    if old % 2:
        raise JobFailed(f"Images of {old} px have an odd side; cut them to an even one.")
    resized = resized_images(images, sizes.size)
    table = particles.copy()
    table["blob/psize_A"] *= old / sizes.size
    images = normalised(resized, inverts=False) if sizes.normalises else resized
    write_stack(path, images, float(table["blob/psize_A"][0]))
    table["blob/path"], table["blob/idx"] = path_field(path), np.arange(len(table))
    table["blob/shape"] = sizes.size
    return table


def cropped(images: Images, box: int | None) -> Images:
    """The middle `box` pixels a side; raises JobFailed if there are not as many."""
    if box is None:
        return images
    old = images.shape[-1]
    if box > old:
        raise JobFailed(f"Images of {old} px cannot be cut to {box} px.")
    start = old // 2 - box // 2
    return images[:, start : start + box, start : start + box]


def report(job: Job, particles: Table) -> None:
    """Report all, with a picture of the first particles."""
    picture = job.path("particles.png")
    save_montage(read_images(particles[:SHOWN], "blob"), [""] * len(particles[:SHOWN]), picture)
    side, psize = int(particles["blob/shape"][0][0]), float(particles["blob/psize_A"][0])
    job.plot(picture, f"The first of {len(particles)} particles: {side} px of {psize:.3g} Å")
    report_table(job, "particles", particles, image=picture)


if __name__ == "__main__":
    main(downsample)
