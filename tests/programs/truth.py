"""Results against the truth of the simulation, which is in micrographs of 768²."""

import mrcfile
import numpy as np
from numpy.typing import NDArray

from tests.programs.project import Project, Run

Table = NDArray[np.void]


def table(project: Project, run: Run, output: str) -> Table:
    """The table of a committed output."""
    found: Table = np.load(
        project.directory / run.committed[output]["metafile"], allow_pickle=False
    )
    return found


def matches(truth: Table, picks: Table, within_px: float = 15) -> tuple[int, int]:
    """How many true particles were found, and how many picks are true."""
    found: set[int] = set()
    right = 0
    for pick in picks:
        near = truth[truth["location/micrograph_uid"] == pick["location/micrograph_uid"]]
        distance = 768 * np.hypot(
            near["location/center_x_frac"] - pick["location/center_x_frac"],
            near["location/center_y_frac"] - pick["location/center_y_frac"],
        )
        if distance.min() <= within_px:
            found.add(int(near["uid"][distance.argmin()]))
            right += 1
    return len(found), right


def frames_of(project: Project, movie: Run) -> NDArray[np.float32]:
    """The frames of the first movie of an import."""
    path = bytes(table(project, movie, "imported_movies")["movie_blob/path"][0]).decode()
    frames: NDArray[np.float32] = mrcfile.read(project.directory / path).astype(np.float32)
    return frames
