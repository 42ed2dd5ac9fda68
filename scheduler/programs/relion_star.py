"""STAR files as RELION 3.1 reads and writes them: optics groups beside particles or micrographs.

Poses: RELION's Euler matrix takes the molecule's axes to those of the image, as our rotation
vectors do. Shifts: the move that centres the image, in pixels here and in Å there.
"""

import os
import re
from collections.abc import Mapping, Sequence

import numpy as np
from gemmi import cif
from lanekeeper_job import JobFailed
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from tables import Table, text

Columns = dict[str, list[str]]
Block = Mapping[str, Sequence[str]]
GROUP = ("accel_kv", "cs_mm", "amp_contrast")
PLAIN = re.compile(r"(?!data_|save_|loop_|stop_|global_)[A-Za-z0-9./+-][^\s'\"]*", re.IGNORECASE)
"""What is a value of a loop by itself, also for programs that read STAR word by word."""


def optics_groups(
    table: Table, slot: str, psize: str, size: str | None
) -> tuple[Columns, list[str]]:
    """The optics table, and the number of the group of each row.

    `slot` has the microscope (mscope_params or ctf); `psize` and `size` are the fields of the
    pixel size and of the box.
    """
    keys = [
        (
            *(float(row[f"{slot}/{name}"]) for name in GROUP),
            float(row[psize]),
            int(row[size][0]) if size else 0,
        )
        for row in table
    ]
    groups = list(dict.fromkeys(keys))
    optics: Columns = {
        "rlnOpticsGroupName": [f"opticsGroup{n}" for n, _ in enumerate(groups, 1)],
        "rlnOpticsGroup": [str(n) for n, _ in enumerate(groups, 1)],
        "rlnVoltage": [f"{group[0]:g}" for group in groups],
        "rlnSphericalAberration": [f"{group[1]:g}" for group in groups],
        "rlnAmplitudeContrast": [f"{group[2]:g}" for group in groups],
    }
    if size is None:
        optics["rlnMicrographPixelSize"] = [f"{group[3]:.6f}" for group in groups]
    else:
        optics["rlnImagePixelSize"] = [f"{group[3]:.6f}" for group in groups]
        optics["rlnImageSize"] = [str(group[4]) for group in groups]
        optics["rlnImageDimensionality"] = ["2"] * len(groups)
    return optics, [str(groups.index(key) + 1) for key in keys]


def write_particles(table: Table, path: str) -> None:
    """Particle images with their CTF, places, and what is known of classes, poses and halves."""
    optics, groups = optics_groups(table, "ctf", "blob/psize_A", "blob/shape")
    names = set(table.dtype.names or ())
    columns: Columns = {"rlnImageName": image_names(table), "rlnOpticsGroup": groups}
    columns |= ctf_columns(table)
    if "location/micrograph_path" in names:
        columns |= place_columns(table)
    if "alignments3D/pose" in names:
        columns |= pose_columns(table, "alignments3D")
    elif "alignments2D/pose" in names:
        columns |= pose_columns(table, "alignments2D")
    write_star_file(path, {"optics": optics, "particles": columns})


def image_names(table: Table) -> list[str]:
    """RELION's names of images: "000001@J5/stack.mrcs", counted from 1."""
    return [
        f"{index + 1:06d}@{text(path)}"
        for index, path in zip(table["blob/idx"], table["blob/path"], strict=True)
    ]


def ctf_columns(table: Table) -> Columns:
    """Defocus in Å, its angle and phase shifts in degrees."""
    return {
        "rlnDefocusU": numbers(table["ctf/df1_A"]),
        "rlnDefocusV": numbers(table["ctf/df2_A"]),
        "rlnDefocusAngle": numbers(np.degrees(table["ctf/df_angle_rad"])),
        "rlnPhaseShift": numbers(np.degrees(table["ctf/phase_shift_rad"])),
    }


def place_columns(table: Table) -> Columns:
    """The micrograph and the pixel on it."""
    shape = table["location/micrograph_shape"]
    return {
        "rlnMicrographName": [text(path) for path in table["location/micrograph_path"]],
        "rlnCoordinateX": numbers(table["location/center_x_frac"] * shape[:, 1]),
        "rlnCoordinateY": numbers(table["location/center_y_frac"] * shape[:, 0]),
    }


def pose_columns(table: Table, slot: str) -> Columns:
    """Angles in degrees, shifts in Å, class and half counted from 1."""
    if slot == "alignments3D":
        angles = euler_angles(table[f"{slot}/pose"])
    else:
        psi = np.degrees(table[f"{slot}/pose"])
        angles = np.stack((np.zeros_like(psi), np.zeros_like(psi), psi), axis=1)
    shifts = table[f"{slot}/shift"] * table[f"{slot}/psize_A"][:, None]
    return {
        "rlnAngleRot": numbers(angles[:, 0]),
        "rlnAngleTilt": numbers(angles[:, 1]),
        "rlnAnglePsi": numbers(angles[:, 2]),
        "rlnOriginXAngst": numbers(shifts[:, 0]),
        "rlnOriginYAngst": numbers(shifts[:, 1]),
        "rlnClassNumber": [str(int(value) + 1) for value in table[f"{slot}/class"]],
        "rlnRandomSubset": [str(int(value) + 1) for value in table[f"{slot}/split"]],
    }


def euler_angles(poses: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rotation vectors (n, 3) → rot, tilt and psi in degrees (n, 3)."""
    angles: NDArray[np.float64] = (
        Rotation.from_rotvec(poses).inv().as_euler("ZYZ", degrees=True, suppress_warnings=True)
    )
    return angles


def rotation_vectors(angles: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rot, tilt and psi in degrees (n, 3) → rotation vectors (n, 3)."""
    vectors: NDArray[np.float64] = (
        Rotation.from_euler("ZYZ", angles, degrees=True).inv().as_rotvec()
    )
    return vectors


def numbers(values: NDArray[np.floating]) -> list[str]:
    """Values as STAR has them."""
    return [f"{float(value):.6f}" for value in values]


def write_star_file(path: str, blocks: Mapping[str, Block]) -> None:
    """Write loops so that the file is either not there or complete."""
    document = cif.Document()
    for name, columns in blocks.items():
        loop = document.add_new_block(name).init_loop("_", list(columns))
        for row in zip(*columns.values(), strict=True):
            loop.add_row([_word(value) for value in row])
    unfinished = f"{path}.{os.getpid()}.tmp"
    document.write_file(unfinished)
    os.replace(unfinished, path)


def _word(value: str) -> str:
    """A value with quotes only where it needs them: not all programs know any."""
    return value if PLAIN.fullmatch(value) else cif.quote(value)


def read_star_file(path: str) -> dict[str, dict[str, list[str]]]:
    """Block ("" for `data_`) → column without its underscore → values; single ones as lists."""
    try:
        document = cif.read(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise JobFailed(f"{path} cannot be read as a STAR file: {error}") from error
    blocks: dict[str, dict[str, list[str]]] = {}
    for block in document:
        columns = blocks.setdefault(block.name.strip(), {})
        for item in block:
            if item.loop is not None:
                for place, tag in enumerate(item.loop.tags):
                    values = item.loop.values[place :: item.loop.width()]
                    columns[tag.lstrip("_")] = [cif.as_string(value) for value in values]
            elif item.pair is not None:
                columns[item.pair[0].lstrip("_")] = [cif.as_string(item.pair[1])]
    return blocks
