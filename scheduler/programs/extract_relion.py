"""Job type `extract_relion`: boxes around picks, cut out and normalised by RELION."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from children import StoppedEarly
from exposures import Exposure, connected_table
from extract import Boxes, boxes_of, centres, describe, picked_exposures, places, report
from lanekeeper_job import Job, JobFailed, main
from relion import run
from relion_inputs import staged, write_micrographs
from relion_star import read_star_file, write_star_file
from tables import Table, with_slots

PICKS = "_picks.star"
PARTICLE = 0.75
"""Diameter of the particle in boxes where the params say none; RELION's own measure."""


@dataclass(frozen=True)
class Share:
    """What is cut out of one micrograph; `name` is that of its files, without an ending."""

    exposure: Exposure
    particles: Table
    name: str

    def is_done(self, job: Job) -> bool:
        """RELION writes it last."""
        return os.path.exists(self.star(job))

    def star(self, job: Job) -> str:
        """What RELION says of the images."""
        return job.path(f"{self.name}_extract.star")


def extract(job: Job) -> None:
    """Cut out all particles whose box lies inside; an early end keeps the micrographs done."""
    micrographs, picks = connected_table(job, "micrographs"), connected_table(job, "particles")
    if "ctf/df1_A" not in (micrographs.dtype.names or ()):
        raise JobFailed("The micrographs have no CTF; estimate it first.")
    boxes = boxes_of(job)
    inside = [
        (exposure, particles_inside(exposure, with_slots(picks, ("blob", "ctf")), boxes))
        for exposure in picked_exposures(micrographs, picks)
    ]
    todo = [(exposure, rows) for exposure, rows in inside if len(rows) > 0]
    if not todo:
        raise JobFailed("No particle is far enough from the edges for a box of this size.")
    done = cut_all(job, todo, boxes)
    if not done:
        raise JobFailed("No micrograph was done to its end.")
    report(job, np.concatenate(done), micrographs)
    job.check()


def cut_all(job: Job, todo: Sequence[tuple[Exposure, Table]], boxes: Boxes) -> list[Table]:
    """The particles of each micrograph that RELION has done before its end."""
    rows = np.stack([exposure.row for exposure, _ in todo])
    links = staged(job, rows, "micrograph_blob/path")
    shares = [Share(*one, link.rsplit(".", 1)[0]) for one, link in zip(todo, links, strict=True)]
    for share in shares:
        write_picks(share)
    argv = arguments(job, write_micrographs(job, rows, links), boxes)
    with suppress(StoppedEarly):
        run(job, argv, watch=lambda: tell(job, shares))
    return [cut_out(job, share, boxes) for share in shares if share.is_done(job)]


def particles_inside(exposure: Exposure, particles: Table, boxes: Boxes) -> Table:
    """The particles of the micrograph whose boxes do not leave it; RELION would fill them up."""
    here: Table = particles[particles["location/micrograph_uid"] == exposure.row["uid"]]
    _, fits = places(here, exposure.row["micrograph_blob/shape"], boxes.box)
    chosen: Table = here[fits]
    return chosen


def write_picks(share: Share) -> None:
    """The centres in whole pixels, beside the link to the micrograph."""
    pixels = centres(share.particles, share.exposure.row["micrograph_blob/shape"])
    x, y = ([str(pixel) for pixel in axis] for axis in pixels.T)
    write_star_file(f"{share.name}{PICKS}", {"": {"rlnCoordinateX": x, "rlnCoordinateY": y}})


def arguments(job: Job, star: str, boxes: Boxes) -> list[str]:
    """The command line."""
    argv = ["relion_preprocess", "--i", star, "--coord_dir", "./", "--coord_suffix", PICKS]
    argv += ["--part_star", job.path("relion.star"), "--part_dir", f"{job.dir}/"]
    argv += ["--extract", "--extract_size", str(boxes.box), "--scale", str(boxes.size)]
    diameter = job.params["background_diameter_pix"] or PARTICLE * boxes.box
    radius = round(diameter / 2 * boxes.size / boxes.box)
    argv += ["--norm", "--bg_radius", str(min(radius, boxes.size // 2 - 1))]
    return [*argv, "--invert_contrast"] if boxes.inverts else argv


def tell(job: Job, shares: Sequence[Share]) -> None:
    """How many micrographs are done."""
    done = sum(share.is_done(job) for share in shares)
    if done:
        job.progress(done, len(shares), "micrographs")


def cut_out(job: Job, share: Share, boxes: Boxes) -> Table:
    """The particles of a micrograph with their images."""
    found = len(read_star_file(share.star(job))["images"]["rlnImageName"])
    if found != len(share.particles):
        name, wanted = share.exposure.name, len(share.particles)
        raise JobFailed(f"RELION has extracted {found} particles of {name} instead of {wanted}.")
    describe(share.particles, share.exposure, job.path(f"{share.name}.mrcs"), boxes)
    return share.particles


if __name__ == "__main__":
    main(extract)
