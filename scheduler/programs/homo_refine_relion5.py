"""Job type `homo_refine_relion5`: gold-standard refinement of one structure, by RELION 5 and MPI.

Two halves of the particles are refined apart, until neither the resolution nor the poses change.
"""

import glob
import os

from children import StoppedEarly
from exposures import connected_table
from homo_refine_relion import with_halves
from lanekeeper_job import Job, JobFailed, main
from maps import read_map, write_map
from relion import RELION_5, run
from relion5 import gpu_options
from relion_iterations import aligned, common_options, resolution_of
from relion_maps import Refined, reference_options, report_refined
from relion_star import write_particles
from tables import Table

LAUNCHER = ("mpirun", "-n", "3")
"""One process that leads, and one for each half."""
PARTS = ("data.star", "sampling.star", "half1_model.star", "half2_model.star")
JOINED_A = "40"
"""Å down to which the halves share their signal, so that they do not drift apart."""
SAID_BY = "between the halves"


def refine(job: Job) -> None:
    """Refine until it converges; each iteration is a version of particles and map."""
    particles, star = with_halves(connected_table(job, "particles")), job.path("input.star")
    write_particles(particles, star)
    for left in glob.glob(job.path("run_*")):  # of an earlier attempt
        os.remove(left)
    halves = Halves(job, particles)
    argv = arguments(job, particles, star)
    try:
        run(job, argv, release=RELION_5, watch=halves.look, aborts=True)
    except StoppedEarly:
        halves.keep_last()
        job.check()
    halves.end()


def arguments(job: Job, particles: Table, star: str) -> list[str]:
    """The command line."""
    params = job.params
    threads = int(params["compute_threads"])
    argv = [*LAUNCHER, "relion_refine_mpi", *common_options(job, star, threads)]
    argv += ["--auto_refine", "--split_random_halves", "--low_resol_join_halves", JOINED_A]
    argv += ["--auto_local_healpix_order", str(params["local_healpix_order"])]
    argv += ["--auto_iter_max", str(params["max_iterations"]), "--norm", "--scale"]
    argv += reference_options(job, particles)
    if job.inputs.get("mask") and params["solvent_fsc"]:
        argv += ["--solvent_correct_fsc"]
    argv += ["--blush"] if params["blush"] else []
    return [*argv, *gpu_options(job)]


class Halves:
    """Watches `J5/run_itNNN_*`: an iteration is complete when the next one has written files.

    The processes write at once, and none of them last; so a job that is killed has the iteration
    before its last complete one.
    """

    def __init__(self, job: Job, particles: Table) -> None:
        self.job, self.particles, self.done = job, particles, 0

    def look(self) -> None:
        """Report the iterations that have been completed since the last look."""
        while os.path.exists(f"{self._prefix(self.done + 2)}_optimiser.star"):
            self.done += 1
            self.job.progress(self.done, stage="iterations")
            self._report(version=self.done)
            self._tidy()

    def end(self) -> None:
        """Report what the converged run has left; without it, its last iteration."""
        prefix = self.job.path("run")
        if not os.path.exists(f"{prefix}_data.star"):
            self.keep_last()
            self.job.warn("It has not converged: the map is that of the last iteration.")
            return
        maps = {"map": f"{prefix}_class001.mrc"}
        for number, slot in ((1, "map_half_A"), (2, "map_half_B")):
            maps[slot] = f"{prefix}_half{number}_class001_unfil.mrc"
        table = aligned(self.particles, f"{prefix}_data.star", "alignments3D")
        resolution_A = resolution_of(f"{prefix}_model.star")
        found = Refined(table, maps, resolution_A, SAID_BY, self.done + 2)
        report_refined(self.job, found, None)
        self._tidy()

    def keep_last(self) -> None:
        """Report the last iteration that has all of its files as the final version."""
        self.look()
        following = self._prefix(self.done + 1)
        if all(os.path.exists(f"{following}_{part}") for part in PARTS):
            self.done += 1
        if self.done == 0:
            raise JobFailed("No iteration was complete yet: there is nothing to keep.")
        self._report(version=None)
        self._tidy()

    def _report(self, version: int | None) -> None:
        prefix = self._prefix(self.done)
        table = aligned(self.particles, f"{prefix}_data.star", "alignments3D")
        joined = f"{prefix}_class001.mrc"
        first, psize = read_map(f"{prefix}_half1_class001.mrc")
        write_map(joined, (first + read_map(f"{prefix}_half2_class001.mrc")[0]) / 2, psize)
        resolution_A = resolution_of(f"{prefix}_half1_model.star")
        found = Refined(table, {"map": joined}, resolution_A, SAID_BY, self.done)
        report_refined(self.job, found, version)

    def _prefix(self, number: int) -> str:
        return self.job.path(f"run_it{number:03d}")

    def _tidy(self) -> None:
        if self.job.keep_versions == "newest":
            for number in range(self.done):
                for path in glob.glob(f"{self._prefix(number)}_*"):
                    os.remove(path)


if __name__ == "__main__":
    main(refine)
