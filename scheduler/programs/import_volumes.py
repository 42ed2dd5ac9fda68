"""Job type `import_volumes`: registers a map or a mask (MRC)."""

import os

import numpy as np
from lanekeeper_job import Job, JobFailed, main
from maps import map_table, read_map
from montage import save_slices
from mrc_headers import UNSET_PIXEL_SIZES, check_pixel_size
from results import report_table


def import_volume(job: Job) -> None:
    """Check the file and write the table; the file stays where it is."""
    path, wanted = job.params["volume_path"], job.params["psize_A"]
    if not os.path.isfile(path):
        raise JobFailed(f"There is no file {path}.")
    voxels, stored = read_map(path)
    psize = pixel_size(path, stored, wanted)
    if not np.isfinite(voxels).all():
        raise JobFailed(f"{path} holds voxels that are not numbers.")
    is_mask = job.params["kind"] == "mask"
    if is_mask and (voxels.min() < 0 or voxels.max() > 1):
        raise JobFailed(f"{path} is no mask: its values must lie between 0 and 1.")
    picture = job.path("volume.png")
    save_slices(voxels, picture)
    job.plot(picture, f"{os.path.basename(path)}: {len(voxels)} px of {psize:.3g} Å")
    table = map_table({"mask" if is_mask else "map": path}, len(voxels), psize)
    report_table(job, "mask" if is_mask else "volume", table, image=picture)


def pixel_size(path: str, stored: float, wanted: float | None) -> float:
    """What the user says, or else the header; raises JobFailed if they differ or neither knows."""
    if wanted is not None:
        check_pixel_size(path, stored, wanted)
        return wanted
    if stored in UNSET_PIXEL_SIZES:
        raise JobFailed(f"{path} does not say its pixel size; give it as a param.")
    return stored


if __name__ == "__main__":
    main(import_volume)
