"""Job type `homo_abinit_relion`: maps without a reference, by RELION's stochastic descent."""

from exposures import connected_table
from lanekeeper_job import Job, main
from relion_iterations import common_options, iterate
from relion_maps import report_classes
from relion_star import write_particles
from tables import without_slot


def reconstruct(job: Job) -> None:
    """Begin with random poses; each iteration that is written is a version of all outputs."""
    particles = without_slot(connected_table(job, "particles"), "alignments3D")
    star, params = job.path("input.star"), job.params
    write_particles(particles, star)
    total = sum(int(params[f"{stage}_iterations"]) for stage in ("initial", "middle", "final"))
    every = int(params["write_every"])

    def report(prefix: str, version: int | None) -> None:
        report_classes(job, particles, int(params["abinit_K"]), prefix, version)

    iterate(job, arguments(job, star), total, report, every=every)


def arguments(job: Job, star: str) -> list[str]:
    """The command line."""
    params = job.params
    argv = ["relion_refine", *common_options(job, star), "--denovo_3dref"]
    argv += ["--stochastic_em" if params["stochastic_em"] else "--sgd"]
    argv += ["--K", str(params["abinit_K"]), "--sym", params["refine_symmetry"]]
    argv += ["--healpix_order", str(params["healpix_order"])]
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
