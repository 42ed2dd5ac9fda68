"""Job type `import_movies`: registers movies (MRC) by a path pattern."""

import os

import mrcfile
import numpy as np
from exposures import fill_microscope, stem
from lanekeeper_job import Job, JobFailed, main
from mrc_headers import check_pixel_size, matching, read_header
from pictures import save_thumbnail
from results import report_table
from tables import new_table, path_field, uid_of

PICTURED = 4
"""Movies of which a picture is made: to read all of them may take hours."""


def import_movies(job: Job) -> None:
    """Check every header and write the table; the files stay where they are."""
    paths = matching(job.params["blob_paths"])
    gain = gain_shape(job.params["gainref_path"])
    slots = ("movie_blob", "mscope_params", *(("gain_ref_blob",) if gain else ()))
    table = new_table(slots, len(paths))
    for done, path in enumerate(paths, start=1):
        fill(table[done - 1], path, movie_shape(path, job.params["psize_A"], gain), job)
        if done <= PICTURED:
            picture(job, path)
        job.progress(done, len(paths), "movies")
        if job.stop_requested:
            break
    report_table(job, "imported_movies", table[:done], image=picture_path(job, paths[0]))
    job.check()


def gain_shape(path: str | None) -> tuple[int, ...] | None:
    """Height and width of the gain reference; None if there is none."""
    if not path:
        return None
    if not os.path.exists(path):
        raise JobFailed(f"The gain reference {path} is not there.")
    return read_header(path)[0][-2:]


def movie_shape(
    path: str,
    psize_A: float,
    gain: tuple[int, ...] | None,
) -> tuple[int, ...]:
    """Frames, height and width; raises JobFailed with one sentence that names the file."""
    shape, stored = read_header(path)
    if len(shape) != 3 or shape[0] < 2:
        raise JobFailed(f"{path} holds one image; a movie holds several frames.")
    if gain is not None and shape[1:] != gain:
        raise JobFailed(
            f"{path} has frames of {shape[2]} x {shape[1]} px, "
            f"the gain reference {gain[1]} x {gain[0]} px."
        )
    check_pixel_size(path, stored, psize_A)
    return shape


def fill(row: np.void, path: str, shape: tuple[int, ...], job: Job) -> None:
    """Write one movie's row; its uid comes from the file's path and size."""
    params = job.params
    row["uid"] = uid_of(os.path.abspath(path), os.path.getsize(path))
    row["movie_blob/path"] = path_field(path)
    row["movie_blob/shape"] = shape
    row["movie_blob/psize_A"] = params["psize_A"]
    row["movie_blob/format"] = b"MRC/1"
    row["movie_blob/is_gain_corrected"] = not params["gainref_path"]
    if params["gainref_path"]:
        row["gain_ref_blob/path"] = path_field(params["gainref_path"])
        row["gain_ref_blob/shape"] = shape[1:]
    fill_microscope(row, params)
    row["mscope_params/total_dose_e_per_A2"] = params["total_dose_e_per_A2"]


def picture(job: Job, path: str) -> None:
    """The sum of the frames, into the event log."""
    with mrcfile.mmap(path, mode="r") as file:
        frames = file.data
        total = sum(np.asarray(frame, np.float32) for frame in frames)
    save_thumbnail(np.asarray(total), job.params["psize_A"], picture_path(job, path))
    job.plot(picture_path(job, path), f"{stem(path)}: {len(frames)} frames")


def picture_path(job: Job, path: str) -> str:
    """Files of the same name in different folders have different pictures."""
    return job.path(f"{stem(path)}_{uid_of(path):016x}.png")


if __name__ == "__main__":
    main(import_movies)
