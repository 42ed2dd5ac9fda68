"""Job type `simulate_data`: micrographs of a pseudo-protein with everything about them known."""

from dataclasses import dataclass
from typing import Any

import mrcfile
import numpy as np
from ctf import Defocus, Microscope, frequencies, transfer
from lanekeeper_job import Job, main
from numpy.typing import NDArray
from phantom import RADIUS_A, projection, protein, volume
from pictures import save_thumbnail
from scipy.spatial.transform import Rotation
from tables import Table, new_table, uid_of, write_star, write_table

Array = NDArray[np.floating]
SPACING = 1.25
"""Least distance of two particles, in their diameters."""
ICE = 0.5
"""Part of the noise that is ice, and so modulated by the CTF; the rest is shot noise."""
PLACEMENT_TRIES = 200


@dataclass(frozen=True)
class Exposure:
    """One simulated micrograph; centres in pixels (x, y), poses as rotation vectors."""

    pixels: Array
    defocus: Defocus
    centres: Array
    poses: Array


def simulate(job: Job) -> None:
    """Write micrographs, their tables, the true particles and the true volume."""
    params = job.params
    random = np.random.default_rng(params["seed"])  # the only source of chance
    atoms = protein(random)
    microscope = Microscope(params["accel_kv"], params["cs_mm"], params["amp_contrast"])
    exposures: list[Exposure] = []
    for index in range(params["count"]):
        job.check()
        exposure = expose(random, atoms, microscope, params)
        save_micrograph(job, exposure, index, params)
        exposures.append(exposure)
        job.progress(index + 1, params["count"], "micrographs")
    report(job, exposures, atoms, microscope)


def expose(
    random: np.random.Generator, atoms: Array, microscope: Microscope, params: dict[str, float]
) -> Exposure:
    """One micrograph: particles, ice, the microscope's CTF, shot noise."""
    size, psize = int(params["size"]), params["psize_A"]
    mean = random.uniform(params["df_min"], params["df_max"])
    half = random.uniform(0, params["astigmatism"]) / 2
    defocus = Defocus(mean + half, mean - half, random.uniform(0, np.pi))
    centres = place(random, size, 2 * RADIUS_A / psize, int(params["particles_per_micrograph"]))
    rotations = Rotation.random(len(centres), random)
    sample = np.zeros((size, size))
    covered = np.zeros((size, size), bool)
    box = int(2 * np.ceil(1.3 * RADIUS_A / psize))
    for centre, rotation in zip(centres, rotations, strict=True):
        stamp(sample, projection(atoms, rotation, box, psize), centre)
        stamp(covered, disc(box, RADIUS_A / psize), centre)
    noise = np.sqrt(sample[covered].var() / params["signal_to_noise"])
    sample += random.normal(scale=noise * np.sqrt(ICE), size=sample.shape)
    frequency, azimuth = frequencies(size, psize)
    spectrum = np.fft.rfft2(sample) * transfer(microscope, defocus, frequency, azimuth)
    pixels = np.fft.irfft2(spectrum, s=sample.shape)
    pixels += random.normal(scale=noise * np.sqrt(1 - ICE), size=sample.shape)
    return Exposure(pixels.astype(np.float32), defocus, centres, rotations.as_rotvec())


def place(random: np.random.Generator, size: int, diameter_px: float, most: int) -> Array:
    """At most `most` whole-pixel centres (x, y), apart from each other and from the edges."""
    margin = diameter_px * 0.7
    centres: list[Array] = []
    for _ in range(PLACEMENT_TRIES * most):
        candidate = np.rint(random.uniform(margin, size - margin, 2))
        distances = [np.hypot(*(candidate - other)) for other in centres]
        if all(distance > SPACING * diameter_px for distance in distances):
            centres.append(candidate)
        if len(centres) == most:
            break
    return np.array(centres).reshape(-1, 2)


def disc(box: int, radius_px: float) -> NDArray[np.bool_]:
    """A filled circle in a square box."""
    y, x = np.ogrid[:box, :box]
    inside: NDArray[np.bool_] = (x - box / 2) ** 2 + (y - box / 2) ** 2 <= radius_px**2
    return inside


def stamp(image: NDArray[Any], piece: NDArray[Any], centre: Array) -> None:
    """Add `piece` to `image` around `centre` (x, y); what lies outside is cut off."""
    half = piece.shape[0] // 2
    x, y = int(centre[0]) - half, int(centre[1]) - half
    top, left = max(y, 0), max(x, 0)
    bottom = min(y + piece.shape[0], image.shape[0])
    right = min(x + piece.shape[1], image.shape[1])
    image[top:bottom, left:right] += piece[top - y : bottom - y, left - x : right - x]


def save_micrograph(job: Job, exposure: Exposure, index: int, params: dict[str, float]) -> None:
    """Write the MRC file and its picture, and say so."""
    path = micrograph_path(job, index)
    with mrcfile.new(path, exposure.pixels, overwrite=True) as file:
        file.voxel_size = params["psize_A"]
    picture = path.replace(".mrc", ".png")
    save_thumbnail(exposure.pixels, params["psize_A"], picture)
    mean_um = (exposure.defocus.df1_A + exposure.defocus.df2_A) / 2e4
    title = f"Micrograph {index + 1}: {len(exposure.centres)} particles, defocus {mean_um:.2f} µm"
    job.plot(picture, title)


def micrograph_path(job: Job, index: int) -> str:
    """Relative to the project directory."""
    return job.path(f"micrograph_{index + 1:04d}.mrc")


def report(job: Job, exposures: list[Exposure], atoms: Array, microscope: Microscope) -> None:
    """Write the tables and report the three outputs."""
    micrographs = micrograph_table(job, exposures, microscope)
    save_and_report(job, "micrographs", micrographs, picture="micrograph_0001.png")
    truth = truth_table(exposures, microscope, micrographs)
    save_and_report(job, "truth", truth)
    save_volume(job, atoms)


def micrograph_table(job: Job, exposures: list[Exposure], microscope: Microscope) -> Table:
    """One row a micrograph: where it is and how it was taken."""
    table = new_table(("micrograph_blob", "mscope_params"), len(exposures))
    for index, row in enumerate(table):
        row["uid"] = uid_of(job.params["seed"], job.params["size"], index)
        row["micrograph_blob/path"] = micrograph_path(job, index).encode()
        row["micrograph_blob/shape"] = exposures[index].pixels.shape
        row["micrograph_blob/psize_A"] = job.params["psize_A"]
        row["micrograph_blob/format"] = b"MRC/1"
        row["mscope_params/accel_kv"] = microscope.accel_kv
        row["mscope_params/cs_mm"] = microscope.cs_mm
        row["mscope_params/amp_contrast"] = microscope.amp_contrast
    return table


def truth_table(exposures: list[Exposure], microscope: Microscope, micrographs: Table) -> Table:
    """One row a particle: its place, its pose and the CTF that it was seen through."""
    total = sum(len(exposure.centres) for exposure in exposures)
    table = new_table(("location", "ctf", "alignments3D"), total)
    row_number = 0
    for exposure, micrograph in zip(exposures, micrographs, strict=True):
        height, width = exposure.pixels.shape
        for centre, pose in zip(exposure.centres, exposure.poses, strict=True):
            row = table[row_number]
            row["uid"] = uid_of(micrograph["uid"], row_number)
            row["location/micrograph_uid"] = micrograph["uid"]
            row["location/micrograph_path"] = micrograph["micrograph_blob/path"]
            row["location/micrograph_shape"] = (height, width)
            row["location/micrograph_psize_A"] = micrograph["micrograph_blob/psize_A"]
            row["location/center_x_frac"] = centre[0] / width
            row["location/center_y_frac"] = centre[1] / height
            fill_ctf(row, exposure.defocus, microscope)
            row["alignments3D/pose"] = pose
            row["alignments3D/psize_A"] = micrograph["micrograph_blob/psize_A"]
            row_number += 1
    return table


def fill_ctf(row: np.void, defocus: Defocus, microscope: Microscope) -> None:
    """Write a CTF into a table's row."""
    row["ctf/type"] = b"spline"
    row["ctf/accel_kv"] = microscope.accel_kv
    row["ctf/cs_mm"] = microscope.cs_mm
    row["ctf/amp_contrast"] = microscope.amp_contrast
    row["ctf/df1_A"], row["ctf/df2_A"] = defocus.df1_A, defocus.df2_A
    row["ctf/df_angle_rad"] = defocus.angle_rad


def save_and_report(job: Job, output: str, table: Table, picture: str | None = None) -> None:
    """Write a table as .cs and STAR, and report it as the output's final version."""
    metafile, star = job.path(f"{output}.cs"), job.path(f"{output}.star")
    write_table(table, metafile)
    write_star(table, star, output)
    slots = list(dict.fromkeys(n.split("/")[0] for n in table.dtype.names or () if "/" in n))
    image = job.path(picture) if picture else None
    job.result(output, metafile, len(table), star=star, slots=slots, image=image)


def save_volume(job: Job, atoms: Array) -> None:
    """Write the true density and report it."""
    psize = job.params["psize_A"]
    box = int(2 * np.ceil(1.3 * RADIUS_A / psize))
    path = job.path("volume.mrc")
    with mrcfile.new(path, volume(atoms, box, psize), overwrite=True) as file:
        file.voxel_size = psize
    table = new_table(("map",), 1)
    table["uid"] = uid_of(job.params["seed"], "volume")
    table["map/path"], table["map/shape"], table["map/psize_A"] = path.encode(), box, psize
    metafile = job.path("volume.cs")
    write_table(table, metafile)
    job.result("volume", metafile, 1, slots=["map"], files=[path])


if __name__ == "__main__":
    main(simulate)
