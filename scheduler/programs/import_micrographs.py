"""Job type `import_micrographs`: registers MRC micrographs by a path pattern."""

import glob
import os

import mrcfile
import numpy as np
from exposures import read_micrograph
from lanekeeper_job import Job, JobFailed, main
from pictures import save_thumbnail
from results import report_table
from tables import new_table, uid_of

PIXEL_SIZE_TOLERANCE = 0.02
UNSET_PIXEL_SIZES = (0.0, 1.0)
"""What programs write into a header when they do not know the pixel size."""
SLOTS = ("micrograph_blob", "mscope_params")


def import_micrographs(job: Job) -> None:
    """Check every file, picture it, and write the table; the files stay where they are."""
    paths = matching(job.params["blob_paths"])
    table = new_table(SLOTS, len(paths))
    for done, path in enumerate(paths, start=1):
        shape = check_header(path, job.params["psize_A"])
        fill(table[done - 1], path, shape, job.params)
        picture(job, path)
        job.progress(done, len(paths), "micrographs")
        if job.stop_requested:
            break
    first = thumbnail_path(job, paths[0])
    report_table(job, "imported_micrographs", table[:done], image=first)
    job.check()


def matching(pattern: str) -> list[str]:
    """The files that match, in order; relative patterns begin at the project directory."""
    paths = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    if os.path.isdir(pattern):
        raise JobFailed(f"{pattern} is a directory; name its files, as in {pattern}/*.mrc.")
    if not paths:
        raise JobFailed(f"No file matches {pattern}.")
    return paths


def check_header(path: str, psize_A: float) -> tuple[int, int]:  # noqa: N803 - the unit's symbol
    """Height and width; raises JobFailed with one sentence that names the file."""
    try:
        with mrcfile.mmap(path, mode="r") as file:
            shape = file.data.shape
            stored = float(file.voxel_size.x)
    except PermissionError as error:
        raise JobFailed(f"{path} may not be read by the account that runs jobs.") from error
    except (OSError, ValueError) as error:
        raise JobFailed(unreadable(path, error)) from error
    if len(shape) == 3 and shape[0] == 1:
        shape = shape[1:]
    if len(shape) != 2:
        raise JobFailed(f"{path} holds {shape[0]} images; a micrograph file holds one.")
    if stored not in UNSET_PIXEL_SIZES and abs(stored / psize_A - 1) > PIXEL_SIZE_TOLERANCE:
        raise JobFailed(
            f"{path} has a pixel size of {stored:.4g} Å in its header, not {psize_A:.4g} Å."
        )
    return int(shape[0]), int(shape[1])


def unreadable(path: str, error: Exception) -> str:
    """Which of the usual things is wrong with a file that mrcfile refuses."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        header = file.read(1024)
    if header[208:212] != b"MAP ":
        return f"{path} is not an MRC file: it lacks the mark MAP in its header."
    expected = expected_size(header)
    if expected is not None and size < expected:
        return f"{path} is truncated: its header promises {expected} bytes, it has {size}."
    return f"{path} cannot be read as an MRC file: {error}"


def expected_size(header: bytes) -> int | None:
    """The file size in bytes that an MRC2014 header promises; None for an unknown mode."""
    order = ">" if header[212:214] == b"\x11\x11" else "<"
    words = np.frombuffer(header, dtype=f"{order}i4", count=24)
    columns, rows, sections, mode, extended = words[0], words[1], words[2], words[3], words[23]
    bytes_per_pixel = {0: 1, 1: 2, 2: 4, 4: 8, 6: 2, 12: 2}.get(int(mode))
    if bytes_per_pixel is None:
        return None
    return 1024 + int(extended) + int(columns) * int(rows) * int(sections) * bytes_per_pixel


def fill(row: np.void, path: str, shape: tuple[int, int], params: dict[str, float]) -> None:
    """Write one micrograph's row; its uid comes from the file's path and size."""
    if len(path.encode()) > row.dtype["micrograph_blob/path"].itemsize:
        raise JobFailed(f"{path} is too long a path for the table.")
    row["uid"] = uid_of(os.path.abspath(path), os.path.getsize(path))
    row["micrograph_blob/path"] = path.encode()
    row["micrograph_blob/shape"] = shape
    row["micrograph_blob/psize_A"] = params["psize_A"]
    row["micrograph_blob/format"] = b"MRC/1"
    row["mscope_params/accel_kv"] = params["accel_kv"]
    row["mscope_params/cs_mm"] = params["cs_mm"]
    row["mscope_params/amp_contrast"] = params["amp_contrast"]


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
