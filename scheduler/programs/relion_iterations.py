"""Iterative programs of RELION: each complete iteration becomes a version of the outputs.

An iteration is complete when its `_sampling.star` exists, which is written last (measured). With
`newest`, the files of the iteration before go once all outputs of the newer one are reported, so
that a job which is killed at any moment has a version that all its outputs share.
"""

import glob
import os
from collections.abc import Callable, Sequence

from alignments import set_alignments
from children import StoppedEarly
from lanekeeper_job import Job, JobFailed
from relion import RELION_3, Release, run
from relion_continue import Earlier, earlier
from relion_star import image_names, read_star_file
from tables import Table, with_slots

Report = Callable[[str, int | None], None]
"""Called with the start of an iteration's file names ("J5/run_it003") and its version, or None for
the final one: reports every output."""


class Iterations:
    """Watches `J5/run_itNNN_*` and reports what is complete.

    RELION writes every `every`-th iteration, and the last. `before` are done by an earlier job.
    """

    def __init__(
        self, job: Job, total: int, report: Report, *, every: int = 1, before: int = 0
    ) -> None:
        self.job, self.total, self.report, self.every = job, total, report, every
        self.done = self.before = before

    def look(self) -> None:
        """Report the iterations that have been completed since the last look."""
        while self.done < self.total and self._is_complete(self._following):
            self.done = self._following
            self.job.progress(self.done, self.total, "iterations")
            if self.done < self.total:
                self.report(self.prefix(self.done), self.done)
                self._tidy()

    def end(self) -> None:
        """Report the last complete iteration as the final version."""
        self.look()
        if self.done == self.before:
            raise JobFailed("No iteration was complete yet: there is nothing to keep.")
        self.report(self.prefix(self.done), None)
        self._tidy()

    @property
    def _following(self) -> int:
        return min(self.done + self.every, self.total)

    def _is_complete(self, number: int) -> bool:
        return os.path.exists(f"{self.prefix(number)}_sampling.star")

    def prefix(self, number: int) -> str:
        """How the names of an iteration's files begin."""
        return self.job.path(f"run_it{number:03d}")

    def _tidy(self) -> None:
        if self.job.keep_versions == "newest":
            for number in range(self.done):
                for path in glob.glob(f"{self.prefix(number)}_*"):
                    os.remove(path)


def iterate(
    job: Job,
    argv: Sequence[str],
    total: int,
    report: Report,
    *,
    every: int = 1,
    release: Release = RELION_3,
) -> None:
    """Run an iterative program and report its iterations; ends early when that is wanted.

    Where the param `continue_from` names an earlier job, it goes on from there.
    """
    for left in glob.glob(job.path("run_it*")):  # of an earlier attempt
        os.remove(left)
    begun = earlier(job)
    if begun is not None:
        total = begun.total(argv)
        argv = begun.command(argv)
        require_more(begun, total)
    before = begun.number if begun else 0
    iterations = Iterations(job, total, report, every=every, before=before)
    try:
        run(job, argv, release=release, watch=iterations.look, aborts=True)
    except StoppedEarly:
        iterations.end()
        job.check()
    iterations.end()


def require_more(begun: Earlier, total: int) -> None:
    """Raises JobFailed if all iterations are done."""
    if begun.number >= total:
        raise JobFailed(
            f"{begun.prefix} is of iteration {begun.number} already, of {total}: there is no more"
            " to do."
        )


def side_files(prefix: str) -> list[str]:
    """What an iteration has beside its images: to read its results, and to go on from it."""
    return [
        path
        for name in ("data", "model", "optimiser", "sampling")
        if os.path.exists(path := f"{prefix}_{name}.star")
    ]


def aligned(particles: Table, star: str, slot: str) -> Table:
    """The particles with what an iteration has found of each: `slot` is alignments2D or 3D.

    What no batch has had yet is of class 0 with a probability of 0.
    """
    block = read_star_file(star)["particles"]
    order = {name: place for place, name in enumerate(block["rlnImageName"])}
    names = image_names(particles)
    if not set(names) <= set(order):
        raise JobFailed(f"{star} lacks some of the particles.")
    places = [order[name] for name in names]
    table = with_slots(particles, (slot,))
    set_alignments(table, slot, block, places)
    return table


def resolution(prefix: str) -> float:
    """Å that the iteration has come to, by its model."""
    models = sorted(glob.glob(f"{prefix}*_model.star"))
    if not models:
        raise JobFailed(f"{prefix}_model.star is missing.")
    return resolution_of(models[0])


def resolution_of(model: str) -> float:
    """Å that a model has come to, by its STAR file."""
    return float(read_star_file(model)["model_general"]["rlnCurrentResolution"][0])


def common_options(job: Job, star: str, threads: int | None = None) -> list[str]:
    """What 2D and 3D have in common. With padding 1 poses were as good as random (3.1.3).

    `threads` of each process; without it, all cores of the job.
    """
    params, threads = job.params, threads or max(1, len(job.resources["cpu"]))
    argv = ["--i", star, "--o", job.path("run"), "--pipeline_control", f"{job.dir}/"]
    argv += ["--particle_diameter", f"{params['diameter_A']:g}", "--ctf"]
    argv += ["--flatten_solvent", "--zero_mask", "--oversampling", "1", "--pad", "2"]
    argv += ["--offset_range", f"{params['offset_range_pix']:g}"]
    argv += ["--offset_step", f"{params['offset_step_pix']:g}"]
    argv += ["--pool", "30", "--dont_combine_weights_via_disc"]
    argv += ["--preread_images"] if params.get("preread_images", True) else []
    return [*argv, "--j", str(threads), "--random_seed", str(params["random_seed"])]


def likelihood_options(job: Job) -> list[str]:
    """Of iterations over all particles, which maximise the regularised likelihood."""
    argv = ["--iter", str(job.params["num_iterations"]), "--norm", "--scale"]
    return [*argv, "--tau2_fudge", f"{job.params['tau_fudge']:g}"]
