"""What the programs for RELION 5 share: its gradient algorithm (VDAM), and GPUs."""

from lanekeeper_job import Job

WRITTEN_EVERY = 10
"""Mini-batches from one set of files to the next."""


def descent_options(job: Job) -> list[str]:
    """Of mini-batches by gradient descent with adaptive moments, the algorithm since RELION 4."""
    params = job.params
    argv = ["--grad", "--iter", str(params["num_batches"])]
    argv += ["--grad_write_iter", str(WRITTEN_EVERY)]
    return [*argv, "--tau2_fudge", f"{params['tau_fudge']:g}"]


def gpu_options(job: Job) -> list[str]:
    """All GPUs that CUDA_VISIBLE_DEVICES shows, which RELION spreads its threads over."""
    return ["--gpu", ""] if job.params["compute_num_gpus"] else []
