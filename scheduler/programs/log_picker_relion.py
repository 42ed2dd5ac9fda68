"""Job type `log_picker_relion`: RELION's Laplacian-of-Gaussian picker."""

from lanekeeper_job import Job, main
from relion_picking import pick_all


def log_picker(job: Job) -> None:
    """Pick blobs between two diameters."""
    params = job.params
    argv = ["--LoG", "--LoG_diam_min", f"{params['diameter_min_A']:g}"]
    argv += ["--LoG_diam_max", f"{params['diameter_max_A']:g}"]
    argv += ["--LoG_adjust_threshold", f"{params['threshold']:g}"]
    argv += ["--LoG_upper_threshold", f"{params['upper_threshold']:g}"]
    argv += ["--lowpass", f"{params['lowpass_A']:g}"]
    pick_all(job, argv, diameter_A=(params["diameter_min_A"] + params["diameter_max_A"]) / 2)


if __name__ == "__main__":
    main(log_picker)
