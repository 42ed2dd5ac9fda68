"""Particles of a STAR file, as RELION 3.0 to 5 write them, as a table."""

import os
from collections.abc import Callable, Mapping

import numpy as np
from alignments import set_alignments
from lanekeeper_job import Job, JobFailed
from mrc_headers import read_header
from numpy.typing import NDArray
from relion_star import read_star_file
from tables import Table, new_table, path_field, uid_of

Columns = dict[str, list[str]]
MICROSCOPE = {
    "accel_kv": "rlnVoltage",
    "cs_mm": "rlnSphericalAberration",
    "amp_contrast": "rlnAmplitudeContrast",
}
"""Param, which is also the field of `ctf`, and RELION's column."""


def particles_of_star(job: Job, path: str, base: str) -> Table:
    """The particles that `path` names; relative paths in it begin at the directory `base`.

    What a param says wins over the file. Raises JobFailed for what neither of them says.
    """
    columns = particle_columns(path)
    psizes_A = pixel_sizes(columns, job.params["psize_A"])
    shapes = micrograph_shapes(job, columns, base)
    fills: dict[str, Callable[[Table], None]] = {
        "blob": lambda table: fill_images(table, columns, base, psizes_A)
    }
    if "rlnDefocusU" in columns:
        fills["ctf"] = lambda table: fill_ctf(table, columns, job.params)
    else:
        job.warn(f"{path} has no CTF; particles without it can only be looked at.")
    if shapes:
        fills["location"] = lambda table: fill_places(table, columns, base, shapes)
    if slot := alignment_slot(columns):
        shifts = shifts_A(columns, psizes_A)
        fills[slot] = lambda table: set_alignments(table, slot, columns | shifts, range(len(table)))
    table = new_table(fills, len(columns["rlnImageName"]))
    for fill in fills.values():
        fill(table)
    return table


def particle_columns(path: str) -> Columns:
    """One value a particle in every column; those of its optics group are among them."""
    blocks = read_star_file(path)
    with_images = [block for block in blocks.values() if "rlnImageName" in block]
    if not with_images:
        raise JobFailed(f"{path} names no particle images: it has no column rlnImageName.")
    columns = dict(with_images[0])
    optics = blocks.get("optics", {})
    if "rlnOpticsGroup" in columns and "rlnOpticsGroup" in optics:
        groups = {number: place for place, number in enumerate(optics["rlnOpticsGroup"])}
        if not set(columns["rlnOpticsGroup"]) <= set(groups):
            raise JobFailed(f"{path} lacks an optics group that its particles name.")
        rows = [groups[number] for number in columns["rlnOpticsGroup"]]
        columns = {name: [values[row] for row in rows] for name, values in optics.items()} | columns
    return columns


def alignment_slot(columns: Columns) -> str | None:
    """The slot for what is known of the particles' poses; None if nothing is."""
    tilted = [columns[n] for n in ("rlnAngleRot", "rlnAngleTilt") if n in columns]
    if any(float(value) != 0 for values in tilted for value in values):
        return "alignments3D"
    return "alignments2D" if "rlnAnglePsi" in columns else None


def shifts_A(columns: Columns, psizes_A: NDArray[np.float64]) -> Columns:
    """Shifts in Å under the names of RELION 3.1; those of 3.0 are in pixels."""
    return {
        f"rlnOrigin{axis}Angst": [
            str(float(value) * psize)
            for value, psize in zip(columns[f"rlnOrigin{axis}"], psizes_A, strict=True)
        ]
        for axis in "XY"
        if f"rlnOrigin{axis}" in columns
    }


def pixel_sizes(columns: Columns, wanted: float | None) -> NDArray[np.float64]:
    """Å per pixel of each particle; RELION 3.0 tells it by the magnification."""
    if wanted is not None:
        return np.full(len(columns["rlnImageName"]), wanted)
    if "rlnImagePixelSize" in columns:
        return np.array(columns["rlnImagePixelSize"], float)
    try:
        step_um = np.array(columns["rlnDetectorPixelSize"], float)
        return 1e4 * step_um / np.array(columns["rlnMagnification"], float)
    except KeyError as error:
        raise JobFailed("The file does not say the pixel size; give it as a param.") from error


def fill_images(table: Table, columns: Columns, base: str, psizes_A: NDArray[np.float64]) -> None:
    """Write `blob`, except its shape, and the uids."""
    for row, name in zip(table, columns["rlnImageName"], strict=True):
        number, _, relative = name.rpartition("@")
        path = os.path.join(base, relative)
        row["blob/path"], row["blob/idx"] = path_field(path), int(number or 1) - 1
        row["uid"] = uid_of(os.path.abspath(path), int(row["blob/idx"]))
    table["blob/psize_A"], table["blob/sign"] = psizes_A, 1


def fill_ctf(table: Table, columns: Columns, params: Mapping[str, float | None]) -> None:
    """Write `ctf`; degrees become radians."""
    table["ctf/type"] = b"spline"
    table["ctf/df1_A"] = np.array(columns["rlnDefocusU"], float)
    table["ctf/df2_A"] = np.array(columns.get("rlnDefocusV", columns["rlnDefocusU"]), float)
    for field, name in (("df_angle_rad", "rlnDefocusAngle"), ("phase_shift_rad", "rlnPhaseShift")):
        if name in columns:
            table[f"ctf/{field}"] = np.radians(np.array(columns[name], float))
    for param, name in MICROSCOPE.items():
        if params[param] is not None:
            table[f"ctf/{param}"] = params[param]
        elif name in columns:
            table[f"ctf/{param}"] = np.array(columns[name], float)
        else:
            raise JobFailed(f"The file has no {name}; give it as the param {param}.")


def micrograph_shapes(job: Job, columns: Columns, base: str) -> dict[str, tuple[int, ...]]:
    """Height and width by the micrograph's name; empty unless all places are known."""
    if not {"rlnMicrographName", "rlnCoordinateX", "rlnCoordinateY"} <= set(columns):
        return {}
    names = dict.fromkeys(columns["rlnMicrographName"])
    lost = [name for name in names if not os.path.isfile(os.path.join(base, name))]
    if lost:
        job.warn(f"The places of the particles are left out: {lost[0]} is not there.")
        return {}
    return {name: read_header(os.path.join(base, name))[0][-2:] for name in names}


def fill_places(
    table: Table, columns: Columns, base: str, shapes: Mapping[str, tuple[int, ...]]
) -> None:
    """Write `location`; micrographs have the uids that Import Micrographs gives them."""
    paths = {name: os.path.join(base, name) for name in shapes}
    uids = {n: uid_of(os.path.abspath(p), os.path.getsize(p)) for n, p in paths.items()}
    psizes_A = {name: read_header(path)[1] for name, path in paths.items()}
    for row, name in zip(table, columns["rlnMicrographName"], strict=True):
        row["location/micrograph_uid"] = uids[name]
        row["location/micrograph_path"] = path_field(paths[name])
        row["location/micrograph_shape"] = shapes[name]
        row["location/micrograph_psize_A"] = psizes_A[name]
    for axis, column, side in (("x", "rlnCoordinateX", 1), ("y", "rlnCoordinateY", 0)):
        pixels = np.array(columns[column], float)
        table[f"location/center_{axis}_frac"] = pixels / table["location/micrograph_shape"][:, side]
