"""Exposures as the programs read them: from the tables of an input, each checked on opening."""

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
    """One micrograph of an input; `path` relative to the project directory."""

    row: np.void
    path: str
    psize_A: float  # noqa: N815 - the unit's symbol
    microscope: Microscope

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def connected_table(job: Job, name: str) -> Table:
    """The rows of everything that is connected to the input `name`, one after the other."""
    tables = [read_table(connection["metafile"]) for connection in job.inputs[name]]
    if len({table.dtype for table in tables}) > 1:
        raise JobFailed(f"The outputs connected to {name} have different fields.")
    joined: Table = np.concatenate(tables)
    return joined


def exposures(table: Table) -> Iterator[Exposure]:
    """The micrographs of a table, in its order."""
    for row in table:
        microscope = Microscope(
            float(row["mscope_params/accel_kv"]),
            float(row["mscope_params/cs_mm"]),
            float(row["mscope_params/amp_contrast"]),
        )
        psize = float(row["micrograph_blob/psize_A"])
        yield Exposure(row, text(row["micrograph_blob/path"]), psize, microscope)


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
    return pixels
