"""Job type `class_2D_relion`: particles into 2D classes, by RELION."""

from collections.abc import Sequence

import numpy as np
from exposures import connected_table
from lanekeeper_job import Job, main
from montage import save_montage
from relion import RELION_3, Release
from relion_iterations import (
    aligned,
    common_options,
    iterate,
    likelihood_options,
    resolution,
    side_files,
)
from relion_star import read_star_file, write_particles
from results import report_together
from stacks import read_stack
from tables import Table, new_table, uid_of


def classify(job: Job) -> None:
    """Classify by iterations over all particles."""
    run_classes(job, likelihood_options(job), int(job.params["num_iterations"]))


def run_classes(
    job: Job,
    options: Sequence[str],
    total: int,
    *,
    every: int = 1,
    release: Release = RELION_3,
) -> None:
    """Classify by an algorithm, which `options` say, of `total` iterations.

    Each that is written, every `every`-th, is a version of the particles and of the class averages.
    """
    particles = connected_table(job, "particles")
    star, params = job.path("input.star"), job.params
    write_particles(particles, star)
    argv = ["relion_refine", *common_options(job, star), *options]
    argv += ["--K", str(params["class2D_K"])]
    argv += ["--psi_step", f"{2 * params['psi_step_deg']:g}"]  # halved by the oversampling

    def report(prefix: str, version: int | None) -> None:
        report_iteration(job, particles, prefix, version)

    iterate(job, argv, total, report, every=every, release=release)


def report_iteration(job: Job, particles: Table, prefix: str, version: int | None) -> None:
    """Report particles and averages of one iteration, with a picture of the classes."""
    table = aligned(particles, f"{prefix}_data.star", "alignments2D")
    counts = np.bincount(table["alignments2D/class"], minlength=int(job.params["class2D_K"]))
    averages = class_table(prefix, counts, float(particles["blob/psize_A"][0]))
    images = read_stack(f"{prefix}_classes.mrcs")
    picture = job.path("classes.png" if version is None else f"classes_{version:06d}.png")
    save_montage(images, [f"{n}: {count}" for n, count in enumerate(counts)], picture)
    found = resolution(prefix)
    number = int(prefix[-3:])
    job.plot(picture, f"2D classes, iteration {number}, {found:.1f} Å")
    job.metric("resolution_A", number, found)
    summary = {"resolution_A": round(found, 2), "iteration": number}
    shown = {"summary": summary, "image": picture}
    with_stack = {**shown, "files": [f"{prefix}_classes.mrcs"]}
    with_state = {**shown, "files": side_files(prefix)}
    outputs = {"particles": (table, with_state), "class_averages": (averages, with_stack)}
    report_together(job, outputs, version=version)


def class_table(prefix: str, counts: np.ndarray, psize_A: float) -> Table:
    """One row a class: its average, its number of particles and its resolution."""
    model = read_star_file(f"{prefix}_model.star")["model_classes"]
    path = f"{prefix}_classes.mrcs"
    size = read_stack(path).shape[-1]
    table = new_table(("blob", "class2D"), len(counts))
    table["uid"] = [uid_of(path, number) for number in range(len(counts))]
    table["blob/path"], table["blob/idx"] = path.encode(), np.arange(len(counts))
    table["blob/shape"], table["blob/psize_A"], table["blob/sign"] = size, psize_A, 1
    table["class2D/num_particles"] = counts
    table["class2D/resolution_A"] = np.array(model["rlnEstimatedResolution"], float)
    return table


if __name__ == "__main__":
    main(classify)
