"""Classes, poses and shifts of particles, from RELION's columns into tables."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from relion_star import rotation_vectors
from tables import Table

Columns = Mapping[str, Sequence[str]]


def set_alignments(table: Table, slot: str, columns: Columns, rows: Sequence[int]) -> None:
    """Fill `slot` (alignments2D or alignments3D) from the given rows of a STAR block.

    The table has its pixel sizes in blob/psize_A already. What no column tells is zero; so is the
    class of a particle that no batch has had yet, for which RELION writes 0 (classes begin at 1).
    """

    def column(name: str, unknown: float = 0) -> NDArray[np.float64]:
        values = columns.get(name)
        return np.array([values[row] for row in rows] if values else [unknown] * len(rows), float)

    psize = table["blob/psize_A"]
    table[f"{slot}/psize_A"] = psize
    table[f"{slot}/class"] = np.maximum(column("rlnClassNumber", 1) - 1, 0)
    table[f"{slot}/split"] = column("rlnRandomSubset", 1) - 1
    table[f"{slot}/class_posterior"] = column("rlnMaxValueProbDistribution")
    shift = np.stack((column("rlnOriginXAngst"), column("rlnOriginYAngst")), axis=1)
    table[f"{slot}/shift"] = shift / psize[:, None]
    if slot == "alignments2D":
        table[f"{slot}/pose"] = np.radians(column("rlnAnglePsi"))
    else:
        angles = [column(f"rlnAngle{name}") for name in ("Rot", "Tilt", "Psi")]
        table[f"{slot}/pose"] = rotation_vectors(np.stack(angles, axis=1))
