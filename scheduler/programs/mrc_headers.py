"""What an MRC file says of itself, checked before anything relies on it."""

import glob
import os

import mrcfile
import numpy as np
from lanekeeper_job import JobFailed

PIXEL_SIZE_TOLERANCE = 0.02
UNSET_PIXEL_SIZES = (0.0, 1.0)
"""What programs write into a header when they do not know the pixel size."""


def matching(pattern: str) -> list[str]:
    """The files that match, in order; relative patterns begin at the project directory."""
    paths = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    if os.path.isdir(pattern):
        raise JobFailed(f"{pattern} is a directory; name its files, as in {pattern}/*.mrc.")
    if not paths:
        raise JobFailed(f"No file matches {pattern}.")
    return paths


def read_header(path: str) -> tuple[tuple[int, ...], float]:
    """Shape and pixel size (Å); raises JobFailed with one sentence that names the file."""
    try:
        with mrcfile.mmap(path, mode="r") as file:
            return tuple(int(side) for side in file.data.shape), float(file.voxel_size.x)
    except PermissionError as error:
        raise JobFailed(f"{path} may not be read by the account that runs jobs.") from error
    except (OSError, ValueError) as error:
        raise JobFailed(unreadable(path, error)) from error


def check_pixel_size(path: str, stored: float, wanted: float) -> None:
    """Raises JobFailed if the header knows another pixel size than the user gave."""
    if stored not in UNSET_PIXEL_SIZES and abs(stored / wanted - 1) > PIXEL_SIZE_TOLERANCE:
        raise JobFailed(
            f"{path} has a pixel size of {stored:.4g} Å in its header, not {wanted:.4g} Å."
        )


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
