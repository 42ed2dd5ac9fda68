"""What RELION's pickers share: micrographs in, coordinates out, pictures on the way."""

import os

import numpy as np
from children import StoppedEarly
from exposures import connected_table, exposures, read_micrograph
from lanekeeper_job import Job, JobFailed
from picks import Picks, draw, particle_table, picture_path
from relion import run
from relion_inputs import staged, write_micrographs
from relion_star import read_star_file
from results import report_table
from tables import Table


def pick_all(job: Job, options: list[str], *, diameter_A: float) -> None:
    """Run relion_autopick with `options` and report picks and micrographs."""
    micrographs = connected_table(job, "micrographs")
    links = staged(job, micrographs, "micrograph_blob/path")
    found = Found(job, micrographs, links, diameter_A)
    argv = ["relion_autopick", "--i", write_micrographs(job, micrographs, links)]
    argv += ["--odir", f"{job.dir}/", "--pickname", "autopick", *options]
    try:
        run(job, argv, watch=found.look)
    except StoppedEarly:
        found.end()
        job.check()
    found.end()


class Found:
    """The picks as their files appear, in the order of the micrographs."""

    def __init__(self, job: Job, micrographs: Table, links: list[str], diameter_A: float) -> None:
        self.job, self.micrographs, self.diameter_A = job, micrographs, diameter_A
        self.todo = list(exposures(micrographs))
        self.stars = [job.path(link.rsplit(".", 1)[0] + "_autopick.star") for link in links]
        self.tables: list[Table] = []

    def look(self) -> None:
        """Take what is complete: the file of the next micrograph shows that one is."""
        while self._is_complete(len(self.tables)):
            self._take(len(self.tables))

    def _is_complete(self, place: int) -> bool:
        return place + 1 < len(self.stars) and os.path.exists(self.stars[place + 1])

    def _take(self, place: int) -> None:
        exposure = self.todo[place]
        picks = read_picks(self.stars[place])
        pixels = read_micrograph(exposure.path)
        draw(self.job, exposure, pixels, picks, self.diameter_A)
        self.tables.append(particle_table(exposure, pixels.shape, picks))
        self.job.progress(len(self.tables), len(self.todo), "micrographs")

    def end(self) -> None:
        """Report all picks, also those of a micrograph without any, which has no file."""
        self.look()
        while len(self.tables) < len(self.todo) and not self.job.stop_requested:
            self._take(len(self.tables))
        if not self.tables:
            raise JobFailed("No micrograph was searched to its end.")
        particles = np.concatenate(self.tables)
        if len(particles) == 0:
            self.job.warn("No particle was found. Try a lower threshold or another diameter.")
        image = picture_path(self.job, self.todo[len(self.tables) - 1])
        report_table(self.job, "particles", particles, image=image)
        report_table(self.job, "micrographs", self.micrographs[: len(self.tables)])


def read_picks(path: str) -> Picks:
    """The picks of a coordinate file, best first; none if there is no file."""
    block = read_star_file(path).get("", {}) if os.path.exists(path) else {}
    if not block.get("rlnCoordinateX"):
        return Picks(np.empty((0, 2)), np.empty(0))
    centres = np.array([block["rlnCoordinateX"], block["rlnCoordinateY"]], float).T
    scores = np.array(block["rlnAutopickFigureOfMerit"], float)
    order = np.argsort(-scores, kind="stable")
    return Picks(centres[order], scores[order])
