"""Job type `homo_abinit_relion`: maps without a reference, by RELION's stochastic descent."""

from collections.abc import Sequence

from exposures import connected_table
from lanekeeper_job import Job, main
from relion import RELION_3, Release
from relion_iterations import common_options, iterate
from relion_maps import report_classes
from relion_star import write_particles
from tables import without_slot


def reconstruct(job: Job) -> None:
    """Go down the gradient in three stages."""
    params = job.params
    total = sum(int(params[f"{stage}_iterations"]) for stage in ("initial", "middle", "final"))
    run_descent(job, descent_options(job), total, every=int(params["write_every"]))


def run_descent(
    job: Job, options: Sequence[str], total: int, *, every: int, release: Release = RELION_3
) -> None:
    """Begin with random poses, by an algorithm, which `options` say, of `total` iterations.

    Each that is written, every `every`-th, is a version of all outputs.
    """
    particles = without_slot(connected_table(job, "particles"), "alignments3D")
    star, params = job.path("input.star"), job.params
    write_particles(particles, star)
    argv = ["relion_refine", *common_options(job, star), "--denovo_3dref", *options]
    argv += ["--K", str(params["abinit_K"]), "--sym", params["refine_symmetry"]]
    argv += ["--healpix_order", str(params["healpix_order"])]

    def report(prefix: str, version: int | None) -> None:
        report_classes(job, particles, int(params["abinit_K"]), prefix, version)

    iterate(job, argv, total, report, every=every, release=release)


def descent_options(job: Job) -> list[str]:
    """The stages, their resolutions and batches."""
    params = job.params
    argv = ["--stochastic_em" if params["stochastic_em"] else "--sgd"]
    argv += ["--sgd_ini_iter", str(params["initial_iterations"])]
    argv += ["--sgd_inbetween_iter", str(params["middle_iterations"])]
    argv += ["--sgd_fin_iter", str(params["final_iterations"])]
    argv += ["--sgd_ini_resol", f"{params['initial_resolution_A']:g}"]
    argv += ["--sgd_fin_resol", f"{params['final_resolution_A']:g}"]
    argv += ["--sgd_ini_subset", str(params["initial_batch"])]
    argv += ["--sgd_fin_subset", str(params["final_batch"])]
    return [*argv, "--sgd_write_iter", str(params["write_every"])]


if __name__ == "__main__":
    main(reconstruct)
