"""Job type `homo_abinit_relion5`: maps without a reference, by RELION 5's gradient descent."""

from homo_abinit_relion import run_descent
from lanekeeper_job import Job, main
from relion import RELION_5
from relion5 import WRITTEN_EVERY, descent_options, gpu_options


def reconstruct(job: Job) -> None:
    """Go down the gradient in mini-batches, with a sampling that RELION makes finer."""
    options = [*descent_options(job), "--auto_sampling", *gpu_options(job)]
    total = int(job.params["num_batches"])
    run_descent(job, options, total, every=WRITTEN_EVERY, release=RELION_5)


if __name__ == "__main__":
    main(reconstruct)
