"""What RELION's pickers share: micrographs in, coordinates out, pictures on the way."""

import os
from contextlib import suppress

import numpy as np
from children import StoppedEarly
from exposures import connected_table, exposures, read_micrograph
from lanekeeper_job import Job, JobFailed
from numpy.typing import NDArray
from picks import Picks, draw, particle_table, picture_path
from relion import run, tidy
from relion_inputs import staged, write_micrographs
from relion_star import read_star_file
from results import report_table
from tables import Table

Rows = NDArray[np.int64]


def pick_all(
    job: Job, options: list[str], *, diameter_A: float, templates: Rows | None = None
) -> None:
    """Run relion_autopick with `options` and report picks and micrographs.

    `templates` says which row of its input each reference is, if there are references.
    """
    micrographs = connected_table(job, "micrographs")
    links = staged(job, micrographs, "micrograph_blob/path")
    found = Found(job, micrographs, links, diameter_A, templates=templates)
    argv = ["relion_autopick", "--i", write_micrographs(job, micrographs, links)]
    argv += ["--odir", f"{job.dir}/", "--pickname", "autopick", *options]
    try:
        run_to_summary(job, argv, found)
    except StoppedEarly:
        found.end()
        job.check()
    found.end()


def run_to_summary(job: Job, argv: list[str], found: "Found") -> None:
    """Run until the summary of all micrographs is written.

    Debian's 3.1.3 breaks while it draws plots after that, if there is not a single pick.
    """
    summary = job.path("summary.star")
    with suppress(FileNotFoundError):
        os.remove(summary)
    try:
        run(job, argv, watch=found.look)
    except JobFailed:
        if not os.path.exists(summary):
            raise
        tidy(job)


class Found:
    """The picks as their files appear, in the order of the micrographs."""

    def __init__(
        self,
        job: Job,
        micrographs: Table,
        links: list[str],
        diameter_A: float,
        *,
        templates: Rows | None,
    ) -> None:
        self.job, self.micrographs, self.diameter_A = job, micrographs, diameter_A
        self.templates = templates
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
        picks = read_picks(self.stars[place], self.templates)
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


def read_picks(path: str, templates: Rows | None = None) -> Picks:
    """The picks of a coordinate file, best first; none if there is no file."""
    block = read_star_file(path).get("", {}) if os.path.exists(path) else {}
    if not block.get("rlnCoordinateX"):
        return Picks(np.empty((0, 2)), np.empty(0))
    centres = np.array([block["rlnCoordinateX"], block["rlnCoordinateY"]], float).T
    scores = np.array(block["rlnAutopickFigureOfMerit"], float)
    order = np.argsort(-scores, kind="stable")
    if templates is None:
        return Picks(centres[order], scores[order])
    numbers = np.array(block["rlnClassNumber"], int)[order] - 1
    angles = np.radians(np.array(block["rlnAnglePsi"], float)[order])
    return Picks(centres[order], scores[order], templates[numbers], angles)
