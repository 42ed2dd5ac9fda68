"""Job type `class_3D_relion`: particles into classes of one structure each, by RELION."""

from exposures import connected_table
from lanekeeper_job import Job, main
from relion_iterations import common_options, iterate, likelihood_options
from relion_maps import reference_options, report_classes
from relion_star import write_particles


def classify(job: Job) -> None:
    """Classify; each iteration is a version of all outputs."""
    particles, star = connected_table(job, "particles"), job.path("input.star")
    write_particles(particles, star)
    classes, total = int(job.params["class3D_K"]), int(job.params["num_iterations"])
    argv = ["relion_refine", *common_options(job, star), *likelihood_options(job)]
    argv += ["--K", str(classes), *reference_options(job, particles)]

    def report(prefix: str, version: int | None) -> None:
        report_classes(job, particles, classes, prefix, version)

    iterate(job, argv, total, report)


if __name__ == "__main__":
    main(classify)
