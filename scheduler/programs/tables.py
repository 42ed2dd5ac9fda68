"""Tables between jobs: structured NumPy arrays readable as `.cs`, and STAR beside them.

A row has `uid` (u8) and fields "slot/name"; text is bytes of a fixed width. Files hold no
pickles, and none are read. Names of fields: the field's own (blob, ctf, location …).
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from gemmi import cif
from lanekeeper_job import JobFailed
from numpy.typing import NDArray

Table = NDArray[np.void]
Slot = Mapping[str, tuple[str | tuple[Any, ...], ...]]

PATH_BYTES = 256
COMPRESSED = b"\x95CSDAT"
"""How files of the newer form begin, which cryosparc-tools writes when it is asked to."""

FIELDS: Mapping[str, Sequence[tuple[str, Any]]] = {
    "movie_blob": (
        ("path", f"S{PATH_BYTES}"),
        ("shape", ("<u4", (3,))),
        ("psize_A", "<f4"),
        ("is_gain_corrected", "<u4"),
        ("format", "S16"),
    ),
    "gain_ref_blob": (("path", f"S{PATH_BYTES}"), ("idx", "<u4"), ("shape", ("<u4", (2,)))),
    "micrograph_blob": (
        ("path", f"S{PATH_BYTES}"),
        ("idx", "<u4"),
        ("shape", ("<u4", (2,))),
        ("psize_A", "<f4"),
        ("format", "S16"),
        ("is_background_subtracted", "<u4"),
    ),
    "mscope_params": (
        ("accel_kv", "<f4"),
        ("cs_mm", "<f4"),
        ("total_dose_e_per_A2", "<f4"),
        ("phase_plate", "<u4"),
        ("neg_stain", "<u4"),
        ("exp_group_id", "<u4"),
        ("amp_contrast", "<f4"),
    ),
    "ctf": (
        ("type", "S16"),
        ("exp_group_id", "<u4"),
        ("accel_kv", "<f4"),
        ("cs_mm", "<f4"),
        ("amp_contrast", "<f4"),
        ("df1_A", "<f4"),
        ("df2_A", "<f4"),
        ("df_angle_rad", "<f4"),
        ("phase_shift_rad", "<f4"),
    ),
    "ctf_stats": (
        ("cross_corr", "<f4"),
        ("ctf_fit_to_A", "<f4"),
        ("df_check_A", "<f4"),
        ("diag_image_path", f"S{PATH_BYTES}"),
    ),
    "location": (
        ("micrograph_uid", "<u8"),
        ("micrograph_path", f"S{PATH_BYTES}"),
        ("micrograph_shape", ("<u4", (2,))),
        ("micrograph_psize_A", "<f4"),
        ("center_x_frac", "<f4"),
        ("center_y_frac", "<f4"),
        ("exp_group_id", "<u4"),
    ),
    "pick_stats": (
        ("ncc_score", "<f4"),
        ("power", "<f4"),
        ("template_idx", "<u4"),
        ("angle_rad", "<f4"),
    ),
    "rigid_motion": (
        ("path", f"S{PATH_BYTES}"),
        ("frame_start", "<u4"),
        ("frame_end", "<u4"),
        ("zero_shift_frame", "<u4"),
        ("psize_A", "<f4"),
    ),
    "blob": (
        ("path", f"S{PATH_BYTES}"),
        ("idx", "<u4"),
        ("shape", ("<u4", (2,))),
        ("psize_A", "<f4"),
        ("sign", "<f4"),
    ),
    "alignments2D": (
        ("split", "<u4"),
        ("class", "<u4"),
        ("class_posterior", "<f4"),
        ("pose", "<f4"),
        ("shift", ("<f4", (2,))),
        ("psize_A", "<f4"),
    ),
    "alignments3D": (
        ("split", "<u4"),
        ("class", "<u4"),
        ("class_posterior", "<f4"),
        ("pose", ("<f4", (3,))),
        ("shift", ("<f4", (2,))),
        ("psize_A", "<f4"),
    ),
    "class2D": (("num_particles", "<u4"), ("resolution_A", "<f4")),
    "map": (("path", f"S{PATH_BYTES}"), ("shape", ("<u4", (3,))), ("psize_A", "<f4")),
    "map_half_A": (("path", f"S{PATH_BYTES}"), ("shape", ("<u4", (3,))), ("psize_A", "<f4")),
    "map_half_B": (("path", f"S{PATH_BYTES}"), ("shape", ("<u4", (3,))), ("psize_A", "<f4")),
    "map_sharp": (("path", f"S{PATH_BYTES}"), ("shape", ("<u4", (3,))), ("psize_A", "<f4")),
    "mask": (("path", f"S{PATH_BYTES}"), ("shape", ("<u4", (3,))), ("psize_A", "<f4")),
}
"""Slot → its fields and their types, little-endian."""


def new_table(slots: Iterable[str], length: int) -> Table:
    """An empty table with `uid` and the fields of `slots`."""
    columns: list[Any] = [("uid", "<u8")]
    for slot in slots:
        for name, kind in FIELDS[slot]:
            shaped = kind if isinstance(kind, tuple) else (kind,)
            columns.append((f"{slot}/{name}", *shaped))
    return np.zeros(length, dtype=columns)


def uid_of(*parts: object) -> int:
    """A stable id from content: the same parts give the same uid, on every machine."""
    text = "\0".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def write_table(table: Table, path: str) -> None:
    """Write a `.cs` file so that it is either not there or complete."""
    unfinished = f"{path}.{os.getpid()}.tmp"
    with open(unfinished, "wb") as file:
        np.save(file, table, allow_pickle=False)
    os.replace(unfinished, path)


def read_table(path: str) -> Table:
    """Read a `.cs` file of plain structured arrays; raises ValueError for all else."""
    with open(path, "rb") as file:
        if file.read(len(COMPRESSED)) == COMPRESSED:
            raise ValueError(
                "it is compressed (CSDAT); let cryosparc-tools save it as NUMPY_FORMAT"
            )
        file.seek(0)
        table: Table = np.load(file, allow_pickle=False)
    return table


def slots_of(table: Table) -> list[str]:
    """The slots that a table has, in its order."""
    names = table.dtype.names or ()
    return list(dict.fromkeys(name.split("/")[0] for name in names if "/" in name))


def with_slots(table: Table, slots: Sequence[str]) -> Table:
    """A copy of `table` that has the fields of `slots` too, empty where they are new."""
    present = slots_of(table)
    added = new_table([slot for slot in slots if slot not in present], len(table))
    joined = np.zeros(len(table), dtype=[*_columns(table), *_columns(added)[1:]])
    for name in table.dtype.names or ():
        joined[name] = table[name]
    return joined


def without_slot(table: Table, slot: str) -> Table:
    """A copy of `table` without the fields of `slot`."""
    kept = [column for column in _columns(table) if not column[0].startswith(f"{slot}/")]
    left = np.zeros(len(table), dtype=kept)
    for name, _ in kept:
        left[name] = table[name]
    return left


def _columns(table: Table) -> list[Any]:
    return [(name, table.dtype[name]) for name in table.dtype.names or ()]


def path_field(path: str) -> bytes:
    """A path as a field of a table; raises JobFailed for one that is too long."""
    if len(path.encode()) > PATH_BYTES:
        raise JobFailed(f"{path} is too long a path for the table.")
    return path.encode()


def text(value: Any) -> str:
    """A text field's value."""
    return bytes(value).rstrip(b"\0").decode()


STAR_COLUMNS: Mapping[str, str] = {
    "micrograph_blob/path": "rlnMicrographName",
    "micrograph_blob/psize_A": "rlnMicrographPixelSize",
    "mscope_params/accel_kv": "rlnVoltage",
    "mscope_params/cs_mm": "rlnSphericalAberration",
    "mscope_params/amp_contrast": "rlnAmplitudeContrast",
    "ctf/df1_A": "rlnDefocusU",
    "ctf/df2_A": "rlnDefocusV",
    "ctf_stats/cross_corr": "rlnCtfFigureOfMerit",
    "ctf_stats/ctf_fit_to_A": "rlnCtfMaxResolution",
    "location/micrograph_path": "rlnMicrographName",
    "pick_stats/ncc_score": "rlnAutopickFigureOfMerit",
}
"""Field → RELION's name for it, where the value is the same."""


def write_star(table: Table, path: str, block: str) -> None:
    """Write what RELION has names for, in its units (pixels and degrees)."""
    columns = _star_columns(table)
    document = cif.Document()
    loop = document.add_new_block(block).init_loop("_", list(columns))
    for row in zip(*columns.values(), strict=True):
        loop.add_row(list(row))
    unfinished = f"{path}.{os.getpid()}.tmp"
    document.write_file(unfinished)
    os.replace(unfinished, path)


def _star_columns(table: Table) -> dict[str, list[str]]:
    names = set(table.dtype.names or ())
    columns: dict[str, list[str]] = {}
    for field, star in STAR_COLUMNS.items():
        if field in names and star not in columns:
            columns[star] = [_star_text(value) for value in table[field]]
    if "ctf/df_angle_rad" in names:
        angles = np.degrees(table["ctf/df_angle_rad"])
        columns["rlnDefocusAngle"] = [f"{angle:.3f}" for angle in angles]
    if "location/center_x_frac" in names:
        for axis, column, side in (("x", "rlnCoordinateX", 1), ("y", "rlnCoordinateY", 0)):
            pixels = (
                table[f"location/center_{axis}_frac"] * table["location/micrograph_shape"][:, side]
            )
            columns[column] = [f"{pixel:.2f}" for pixel in pixels]
    return columns


def _star_text(value: Any) -> str:
    return cif.quote(text(value)) if isinstance(value, bytes) else f"{float(value):.6g}"
