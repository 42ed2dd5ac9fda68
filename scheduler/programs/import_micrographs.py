"""Job type `import_micrographs`: registers MRC micrographs by a path pattern."""

import os

import numpy as np
from exposures import fill_microscope, read_micrograph
from lanekeeper_job import Job, JobFailed, main
from mrc_headers import check_pixel_size, matching, read_header
from pictures import save_thumbnail
from results import report_table
from tables import new_table, path_field, uid_of

SLOTS = ("micrograph_blob", "mscope_params")


def import_micrographs(job: Job) -> None:
    """Check every file, picture it, and write the table; the files stay where they are."""
    paths = matching(job.params["blob_paths"])
    table = new_table(SLOTS, len(paths))
    for done, path in enumerate(paths, start=1):
        shape = micrograph_shape(path, job.params["psize_A"])
        fill(table[done - 1], path, shape, job.params)
        picture(job, path)
        job.progress(done, len(paths), "micrographs")
        if job.stop_requested:
            break
    first = thumbnail_path(job, paths[0])
    report_table(job, "imported_micrographs", table[:done], image=first)
    job.check()


def micrograph_shape(path: str, psize_A: float) -> tuple[int, int]:
    """Height and width; raises JobFailed with one sentence that names the file."""
    shape, stored = read_header(path)
    if len(shape) == 3 and shape[0] == 1:
        shape = shape[1:]
    if len(shape) != 2:
        raise JobFailed(f"{path} holds {shape[0]} images; a micrograph file holds one.")
    check_pixel_size(path, stored, psize_A)
    return shape[0], shape[1]


def fill(row: np.void, path: str, shape: tuple[int, int], params: dict[str, float]) -> None:
    """Write one micrograph's row; its uid comes from the file's path and size."""
    row["uid"] = uid_of(os.path.abspath(path), os.path.getsize(path))
    row["micrograph_blob/path"] = path_field(path)
    row["micrograph_blob/shape"] = shape
    row["micrograph_blob/psize_A"] = params["psize_A"]
    row["micrograph_blob/format"] = b"MRC/1"
    fill_microscope(row, params)


def picture(job: Job, path: str) -> None:
    """A thumbnail, into the event log."""
    name = os.path.basename(path).rsplit(".", 1)[0]
    target = thumbnail_path(job, path)
    pixels = read_micrograph(path)
    save_thumbnail(pixels, job.params["psize_A"], target)
    job.plot(target, f"{name}: {pixels.shape[1]} x {pixels.shape[0]} px")


def thumbnail_path(job: Job, path: str) -> str:
    """Files of the same name in different folders have different thumbnails."""
    name = os.path.basename(path).rsplit(".", 1)[0]
    return job.path(f"{name}_{uid_of(path):016x}.png")


if __name__ == "__main__":
    main(import_micrographs)
