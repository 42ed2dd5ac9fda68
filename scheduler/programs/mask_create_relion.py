"""Job type `mask_create_relion`: a soft mask around the density of a map, by RELION."""

import numpy as np
from children import StoppedEarly
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from maps import map_table, read_map
from montage import save_slices
from relion import RELION_3_TO_5, run
from results import report_table
from tables import text


def make_mask(job: Job) -> None:
    """Threshold, extend and soften."""
    volume, params, path = connected_table(job, "volume"), job.params, job.path("mask.mrc")
    source = text(volume["map/path"][0])
    voxels, _ = read_map(source)
    threshold = params["threshold"]
    if threshold is None:
        threshold = float(np.quantile(voxels, 1 - params["inside_fraction"]))
        job.log(f"Threshold: {threshold:.4g}, above which {params['inside_fraction']:.0%} lie.")
    argv = ["relion_mask_create", "--i", source, "--o", path, "--ini_threshold", f"{threshold:.6g}"]
    argv += ["--extend_inimask", str(params["extend_px"])]
    argv += ["--width_soft_edge", str(params["soft_edge_px"])]
    argv += ["--lowpass", f"{params['lowpass_A']:g}"] if params["lowpass_A"] else []
    try:
        run(job, argv, release=RELION_3_TO_5)
    except StoppedEarly as early:
        raise JobFailed("It was stopped before the mask was complete.") from early
    report(job, path, float(volume["map/psize_A"][0]))


def report(job: Job, path: str, psize_A: float) -> None:
    """Report the mask with its slices; raises JobFailed if it is empty or has no outside."""
    mask, _ = read_map(path)
    inside = float((mask > 0.5).mean())
    if not 0 < inside < 1:
        raise JobFailed(f"The mask holds {inside:.0%} of the box. Try another threshold.")
    picture = job.path("mask.png")
    save_slices(mask, picture)
    job.plot(picture, f"The mask holds {inside:.1%} of the box")
    table = map_table({"mask": path}, len(mask), psize_A)
    report_table(job, "mask", table, image=picture, files=[path])


if __name__ == "__main__":
    main(make_mask)
