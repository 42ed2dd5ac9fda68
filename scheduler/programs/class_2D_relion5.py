"""Job type `class_2D_relion5`: particles into 2D classes, by RELION 5."""

from class_2D_relion import run_classes
from lanekeeper_job import Job, main
from relion import RELION_5
from relion5 import WRITTEN_EVERY, descent_options, gpu_options
from relion_iterations import likelihood_options

INACTIVITY = "0.1"
"""RELION's own value: a class with less of the particles begins anew."""


def classify(job: Job) -> None:
    """Classify by mini-batches, or by iterations over all particles."""
    params, always = job.params, [*gpu_options(job), "--center_classes"]
    if params["method"] == "em":
        options, total, every = likelihood_options(job), int(params["num_iterations"]), 1
    else:
        options = [*descent_options(job), "--norm", "--scale"]
        options += ["--class_inactivity_threshold", INACTIVITY]
        total, every = int(params["num_batches"]), WRITTEN_EVERY
    run_classes(job, [*options, *always], total, every=every, release=RELION_5)


if __name__ == "__main__":
    main(classify)
