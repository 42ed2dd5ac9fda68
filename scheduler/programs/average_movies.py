"""Job type `average_movies`: the frames of each movie summed as they are, without alignment."""

import mrcfile
import numpy as np
from exposures import connected_table, read_micrograph, stem
from lanekeeper_job import Job, JobFailed, main
from numpy.typing import NDArray
from pictures import save_thumbnail
from results import report_table
from stacks import write_image
from tables import Table, path_field, text, with_slots

Image = NDArray[np.float32]
VERSION_EVERY = 10


def average(job: Job) -> None:
    """Sum the frames of each movie; report versions on the way."""
    job.warn("Frames are summed without alignment: what drifted is blurred.")
    table = with_slots(connected_table(job, "movies"), ("micrograph_blob",))
    for done, row in enumerate(table, start=1):
        sum_one(job, row)
        job.progress(done, len(table), "movies")
        if job.stop_requested:
            break
        if done % VERSION_EVERY == 0 and done < len(table):
            report(job, table[:done], version=done)
    report(job, table[:done])
    job.check()


def sum_one(job: Job, row: np.void) -> None:
    """Write the micrograph of one movie, its row and its picture."""
    source, psize = text(row["movie_blob/path"]), float(row["movie_blob/psize_A"])
    first, last = job.params["frame_start"], job.params["frame_end"]
    pixels, frames = summed(source, first, last)
    if "gain_ref_blob/path" in (row.dtype.names or ()) and row["gain_ref_blob/path"]:
        pixels = gained(pixels, text(row["gain_ref_blob/path"]), source)
    path = job.path(f"{stem(source)}_{int(row['uid']):016x}.mrc")
    write_image(path, pixels, psize)
    row["micrograph_blob/path"], row["micrograph_blob/shape"] = path_field(path), pixels.shape
    row["micrograph_blob/psize_A"], row["micrograph_blob/format"] = psize, b"MRC/1"
    picture = path.replace(".mrc", ".png")
    save_thumbnail(pixels, psize, picture)
    job.plot(picture, f"{stem(source)}: {frames} frames, not aligned")


def summed(path: str, first: int, last: int | None) -> tuple[Image, int]:
    """The sum of frames `first` to `last`, counted from 1, and their number; one by one."""
    try:
        with mrcfile.mmap(path, mode="r", permissive=True) as file:
            frames = file.data[first - 1 : last]
            if file.data.ndim != 3 or len(frames) == 0:
                raise JobFailed(f"{path} has no frames {first} to {last or 'the last'}.")
            total = np.zeros(frames.shape[1:], np.float32)
            for frame in frames:
                total += frame
            return total, len(frames)
    except FileNotFoundError as error:
        raise JobFailed(f"{path} is not there any more.") from error
    except (OSError, ValueError) as error:
        raise JobFailed(f"{path} cannot be read as an MRC movie: {error}") from error


def gained(pixels: Image, path: str, movie: str) -> Image:
    """The pixels times the gain reference, as RELION and MotionCor take it."""
    gain = read_micrograph(path)
    if gain.shape != pixels.shape:
        raise JobFailed(f"The gain reference {path} has another shape than the frames of {movie}.")
    return pixels * gain


def report(job: Job, table: Table, version: int | None = None) -> None:
    """Report the micrographs that are written."""
    image = text(table["micrograph_blob/path"][0]).replace(".mrc", ".png")
    report_table(job, "micrographs", table, version=version, image=image)


if __name__ == "__main__":
    main(average)
