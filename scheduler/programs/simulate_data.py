"""Job type `simulate_data`: micrographs or movies of a pseudo-protein, all about them known."""

from dataclasses import dataclass
from typing import Any

import mrcfile
import numpy as np
from ctf import Defocus, Microscope, frequencies, transfer
from lanekeeper_job import Job, JobFailed, main
from numpy.typing import NDArray
from phantom import RADIUS_A, projection, protein, volume
from pictures import save_thumbnail
from results import report_table
from scipy.spatial.transform import Rotation
from simulated_movie import COUNTS, count_frames, drift
from stacks import write_stack
from tables import Table, new_table, uid_of, write_table

Array = NDArray[np.floating]
SPACING = 1.25
"""Least distance of two particles, in their diameters."""
ICE = 0.5
"""Part of the noise that is ice, and so modulated by the CTF; the rest is shot noise."""
FULL_AFTER = 2000
"""Places tried in vain, one after the other, after which a micrograph counts as full."""
MARGIN = 0.7
"""Least distance of a particle's middle from the edges, in its diameters."""


@dataclass(frozen=True)
class Exposure:
    """What is true of a micrograph; centres in pixels (x, y), poses as rotation vectors."""

    defocus: Defocus
    centres: Array
    poses: Array


@dataclass(frozen=True)
class View:
    """The sample's spectrum through the microscope; the deviation of the noise to be added."""

    spectrum: NDArray[np.complex128]
    shot_noise: float


def simulate(job: Job) -> None:
    """Write micrographs or movies, their tables, the true particles and the true volume."""
    params = job.params
    check(params)
    random = np.random.default_rng(params["seed"])  # the only source of chance
    atoms = protein(random)
    exposures: list[Exposure] = []
    for index in range(params["count"]):
        exposure, view = expose(random, atoms, params)
        save = save_movie if params["frames"] > 1 else save_micrograph
        show(job, exposure, save(job, random, view, index), index)
        exposures.append(exposure)
        job.progress(index + 1, params["count"], "micrographs")
        if job.stop_requested:
            break
    report(job, exposures, atoms)
    job.check()


def check(params: dict[str, float]) -> None:
    """Raises JobFailed if the params contradict each other."""
    if params["df_min"] > params["df_max"]:
        raise JobFailed(
            f"The lowest defocus ({params['df_min']:g} Å) must not be above "
            f"the highest ({params['df_max']:g} Å)."
        )
    least = 2 * MARGIN * 2 * RADIUS_A / params["psize_A"]
    if params["size"] <= least:
        raise JobFailed(
            f"A micrograph of {params['size']} px has no room for a particle; at a pixel size "
            f"of {params['psize_A']:g} Å it takes {int(least) + 1} px."
        )


def expose(
    random: np.random.Generator, atoms: Array, params: dict[str, float]
) -> tuple[Exposure, View]:
    """One micrograph before it is counted: particles, ice, the microscope's CTF."""
    size, psize = int(params["size"]), params["psize_A"]
    defocus = some_defocus(random, params)
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
    spectrum = np.fft.rfft2(sample) * transfer(microscope(params), defocus, frequency, azimuth)
    shot_noise = float(noise * np.sqrt(1 - ICE))
    return Exposure(defocus, centres, rotations.as_rotvec()), View(spectrum, shot_noise)


def some_defocus(random: np.random.Generator, params: dict[str, float]) -> Defocus:
    """A defocus within the params' limits, with some astigmatism in any direction."""
    mean = random.uniform(params["df_min"], params["df_max"])
    half = random.uniform(0, params["astigmatism"]) / 2
    return Defocus(mean + half, mean - half, random.uniform(0, np.pi))


def microscope(params: dict[str, float]) -> Microscope:
    """The microscope of the params."""
    return Microscope(params["accel_kv"], params["cs_mm"], params["amp_contrast"])


def place(random: np.random.Generator, size: int, diameter_px: float, most: int) -> Array:
    """At most `most` whole-pixel centres (x, y), apart from each other and from the edges."""
    margin = diameter_px * MARGIN
    centres = np.empty((most, 2))
    placed = in_vain = 0
    while placed < most and in_vain < FULL_AFTER:
        candidate = np.rint(random.uniform(margin, size - margin, 2))
        distances = np.hypot(*(centres[:placed] - candidate).T)
        if np.all(distances > SPACING * diameter_px):
            centres[placed] = candidate
            placed, in_vain = placed + 1, 0
        else:
            in_vain += 1
    return centres[:placed]


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


def save_micrograph(job: Job, random: np.random.Generator, view: View, index: int) -> Array:
    """Write the MRC file; returns its pixels."""
    size = int(job.params["size"])
    pixels = np.fft.irfft2(view.spectrum, s=(size, size))
    pixels += random.normal(scale=view.shot_noise, size=pixels.shape)
    pixels = pixels.astype(np.float32)
    save_mrc(micrograph_path(job, index), pixels, job.params["psize_A"])
    return pixels


def save_movie(job: Job, random: np.random.Generator, view: View, index: int) -> Array:
    """Write the frames as an MRC file; returns their sum."""
    way, psize = drift(random, int(job.params["frames"])), job.params["psize_A"]
    frames = count_frames(random, view.spectrum, psize, view.shot_noise, way)
    write_stack(micrograph_path(job, index), frames, psize)
    added: Array = frames.sum(axis=0, dtype=np.float32)
    return added


def show(job: Job, exposure: Exposure, pixels: Array, index: int) -> None:
    """A picture of what was written, into the event log."""
    psize, picture = job.params["psize_A"], job.path(f"micrograph_{index + 1:04d}.png")
    save_thumbnail(pixels, psize, picture)
    mean_um = (exposure.defocus.df1_A + exposure.defocus.df2_A) / 2e4
    title = f"Micrograph {index + 1}: {len(exposure.centres)} particles, defocus {mean_um:.2f} µm"
    job.plot(picture, title)


def save_mrc(path: str, pixels: Array, psize_A: float) -> None:
    """Write an MRC file whose bytes depend on its content alone, not on the time."""
    with mrcfile.new(path, pixels, overwrite=True) as file:
        file.voxel_size = psize_A
        file.header.label[0] = b"Simulated by Lanekeeper"


def micrograph_path(job: Job, index: int) -> str:
    """Relative to the project directory; of a movie, if that is wanted."""
    kind = "movie" if job.params["frames"] > 1 else "micrograph"
    return job.path(f"{kind}_{index + 1:04d}.mrc")


def report(job: Job, exposures: list[Exposure], atoms: Array) -> None:
    """Write the tables and report the outputs."""
    micrographs = micrograph_table(job, len(exposures))
    if job.params["frames"] > 1:
        movies = movie_table(job, micrographs)
        report_table(job, "movies", movies, image=job.path("micrograph_0001.png"))
    else:
        report_table(job, "micrographs", micrographs, image=job.path("micrograph_0001.png"))
    report_table(job, "truth", truth_table(exposures, microscope(job.params), micrographs))
    report_volume(job, atoms)


def micrograph_table(job: Job, count: int) -> Table:
    """One row a micrograph: where it is and how it was taken."""
    params = job.params
    table = new_table(("micrograph_blob", "mscope_params"), count)
    for index, row in enumerate(table):
        path = micrograph_path(job, index)
        row["uid"] = uid_of(path, params["seed"])
        row["micrograph_blob/path"] = path.encode()
        row["micrograph_blob/shape"] = params["size"], params["size"]
        row["micrograph_blob/psize_A"] = params["psize_A"]
        row["micrograph_blob/format"] = b"MRC/1"
        row["mscope_params/accel_kv"] = params["accel_kv"]
        row["mscope_params/cs_mm"] = params["cs_mm"]
        row["mscope_params/amp_contrast"] = params["amp_contrast"]
    return table


def movie_table(job: Job, micrographs: Table) -> Table:
    """The same rows, as movies."""
    table = new_table(("movie_blob", "mscope_params"), len(micrographs))
    for name in set(table.dtype.names or ()).intersection(micrographs.dtype.names or ()):
        table[name] = micrographs[name]
    size, frames = job.params["size"], int(job.params["frames"])
    table["movie_blob/path"] = micrographs["micrograph_blob/path"]
    table["movie_blob/shape"] = (frames, size, size)
    table["movie_blob/psize_A"] = job.params["psize_A"]
    table["movie_blob/is_gain_corrected"] = 1
    table["movie_blob/format"] = b"MRC/1"
    dose_per_A2 = COUNTS * frames / job.params["psize_A"] ** 2
    table["mscope_params/total_dose_e_per_A2"] = dose_per_A2
    return table


def truth_table(exposures: list[Exposure], microscope: Microscope, micrographs: Table) -> Table:
    """One row a particle: its place, its pose and the CTF that it was seen through."""
    total = sum(len(exposure.centres) for exposure in exposures)
    table = new_table(("location", "ctf", "alignments3D"), total)
    row_number = 0
    for exposure, micrograph in zip(exposures, micrographs, strict=True):
        height, width = micrograph["micrograph_blob/shape"]
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


def report_volume(job: Job, atoms: Array) -> None:
    """Write the true density and report it."""
    psize = job.params["psize_A"]
    box = int(2 * np.ceil(1.3 * RADIUS_A / psize))
    path = job.path("volume.mrc")
    save_mrc(path, volume(atoms, box, psize), psize)
    table = new_table(("map",), 1)
    table["uid"] = uid_of(path, job.params["seed"])
    table["map/path"], table["map/shape"], table["map/psize_A"] = path.encode(), box, psize
    metafile = job.path("volume.cs")
    write_table(table, metafile)
    job.result("volume", metafile, 1, slots=["map"], files=[path])


if __name__ == "__main__":
    main(simulate)
