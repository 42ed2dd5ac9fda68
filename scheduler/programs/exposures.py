"""Exposures as the programs read them: from the tables of an input, each checked on opening."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import mrcfile
import numpy as np
from ctf import Microscope
from lanekeeper_job import Job, JobFailed
from numpy.typing import NDArray
from tables import Table, read_table, text


@dataclass(frozen=True)
class Exposure:
    """One micrograph of an input; `path` relative to the project directory.

    `name` is the file's without its ending, and unlike that of all others of the input.
    """

    row: np.void
    name: str
    path: str
    psize_A: float
    microscope: Microscope


def connected_table(job: Job, name: str) -> Table:
    """The rows of all that is connected to the input `name`, in order; each uid once."""
    tables = [read_table(connection["metafile"]) for connection in job.inputs[name]]
    if not tables:
        raise JobFailed(f"What is connected to {name} has not been made.")
    if len({table.dtype for table in tables}) > 1:
        raise JobFailed(f"The outputs connected to {name} have different fields.")
    rows: Table = np.concatenate(tables)
    if len(rows) == 0:
        raise JobFailed(f"What is connected to {name} is empty.")
    _, first = np.unique(rows["uid"], return_index=True)
    return rows[np.sort(first)]


def exposures(table: Table) -> Iterator[Exposure]:
    """The micrographs of a table, in its order."""
    paths = [text(path) for path in table["micrograph_blob/path"]]
    times = Counter(stem(path) for path in paths)
    for row, path in zip(table, paths, strict=True):
        microscope = Microscope(
            float(row["mscope_params/accel_kv"]),
            float(row["mscope_params/cs_mm"]),
            float(row["mscope_params/amp_contrast"]),
        )
        name = stem(path) if times[stem(path)] == 1 else f"{stem(path)}_{int(row['uid']):016x}"
        yield Exposure(row, name, path, float(row["micrograph_blob/psize_A"]), microscope)


def fill_microscope(row: np.void, params: dict[str, float]) -> None:
    """Write the microscope of the params into a table's row."""
    for name in ("accel_kv", "cs_mm", "amp_contrast"):
        row[f"mscope_params/{name}"] = params[name]


def stem(path: str) -> str:
    """A file's name without its directory and ending."""
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def read_micrograph(path: str) -> NDArray[np.float32]:
    """The pixels of an MRC micrograph; raises JobFailed with one sentence that names the file."""
    try:
        with mrcfile.open(path, mode="r") as file:
            pixels = np.asarray(file.data, dtype=np.float32)
    except FileNotFoundError as error:
        raise JobFailed(f"{path} is not there any more.") from error
    except (OSError, ValueError) as error:
        raise JobFailed(f"{path} cannot be read as an MRC file: {error}") from error
    if pixels.ndim == 3 and pixels.shape[0] == 1:
        pixels = pixels[0]
    if pixels.ndim != 2:
        raise JobFailed(f"{path} is not a single micrograph; its shape is {pixels.shape}.")
    if not np.isfinite(pixels).all():
        raise JobFailed(f"{path} holds pixels that are not numbers.")
    return pixels
