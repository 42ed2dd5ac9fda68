"""What RELION's programs for maps share: the reference they begin with, the classes they report."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from exposures import connected_table
from lanekeeper_job import Job, JobFailed
from maps import connected_map, fitted, map_table, read_map, write_map
from montage import save_montage, save_slices
from numpy.typing import NDArray
from relion_iterations import aligned, resolution, side_files
from results import Described, report_together
from tables import Table, text


def reference_options(job: Job, particles: Table) -> list[str]:
    """How to begin with the connected map, which is written in the box of the particles."""
    params, reference = job.params, job.path("reference.mrc")
    size, psize = int(particles["blob/shape"][0][0]), float(particles["blob/psize_A"][0])
    voxels, voxel_A = connected_map(connected_table(job, "volume"))
    if not voxels.any():
        raise JobFailed("The connected map is empty: it is of a class without particles.")
    write_map(reference, fitted(voxels, voxel_A, size, psize), psize)
    argv = ["--ref", reference, "--ini_high", f"{params['ini_high_A']:g}"]
    argv += ["--sym", params["refine_symmetry"], "--healpix_order", str(params["healpix_order"])]
    argv += ["--firstiter_cc"] if params["firstiter_cc"] else []
    if job.inputs.get("mask"):
        argv += ["--solvent_mask", text(connected_table(job, "mask")["mask/path"][0])]
    return argv


@dataclass(frozen=True)
class Refined:
    """One iteration of a refinement: particles with poses, and the files of the map by slot.

    `said_by` tells what the resolution is by; `state` are the files to go on from.
    """

    particles: Table
    maps: dict[str, str]
    resolution_A: float
    said_by: str
    iteration: int
    state: Sequence[str] = ()


def report_refined(job: Job, found: Refined, version: int | None) -> None:
    """Report particles and map, with slices of it."""
    voxels, psize = read_map(found.maps["map"])
    picture = job.path("map.png" if version is None else f"map_{version:06d}.png")
    save_slices(voxels, picture)
    title = f"Map, iteration {found.iteration}, {found.resolution_A:.1f} Å {found.said_by}"
    job.plot(picture, title)
    job.metric("resolution_A", found.iteration, found.resolution_A)
    summary = {"resolution_A": round(found.resolution_A, 2), "iteration": found.iteration}
    shown = {"summary": summary, "image": picture}
    volume = map_table(found.maps, len(voxels), psize)
    with_maps = {**shown, "files": list(found.maps.values())}
    with_state = {**shown, "files": list(found.state)}
    outputs = {"particles": (found.particles, with_state), "volume": (volume, with_maps)}
    report_together(job, outputs, version=version)


def report_classes(
    job: Job, particles: Table, classes: int, prefix: str, version: int | None
) -> None:
    """Report one iteration: all particles, then particles and map of each class."""
    table = aligned(particles, f"{prefix}_data.star", "alignments3D")
    members = [table[of_class(table, number)] for number in range(classes)]
    maps = [f"{prefix}_class{number:03d}.mrc" for number in range(1, classes + 1)]
    found, iteration = resolution(prefix), int(prefix[-3:])
    picture = job.path("classes.png" if version is None else f"classes_{version:06d}.png")
    labels = [f"{number}: {len(rows)}" for number, rows in enumerate(members)]
    save_montage([read_map(path)[0].sum(axis=0) for path in maps], labels, picture)
    job.plot(picture, f"Classes along z, iteration {iteration}, {found:.1f} Å")
    job.metric("resolution_A", iteration, found)
    summary = {"resolution_A": round(found, 2), "iteration": iteration}
    shown = {"summary": summary, "image": picture}
    with_state = {**shown, "files": side_files(prefix)}
    outputs: dict[str, tuple[Table, Described]] = {"particles_all_classes": (table, with_state)}
    for number, (rows, path) in enumerate(zip(members, maps, strict=True)):
        outputs[f"particles_class_{number}"] = (rows, shown)
        outputs[f"volume_class_{number}"] = class_map(job, number, path, summary)
    report_together(job, outputs, version=version)


def of_class(table: Table, number: int) -> NDArray[np.bool_]:
    """Which particles are most likely of this class."""
    is_seen = table["alignments3D/class_posterior"] > 0
    mine: NDArray[np.bool_] = is_seen & (table["alignments3D/class"] == number)
    return mine


def class_map(
    job: Job, number: int, path: str, summary: dict[str, float]
) -> tuple[Table, Described]:
    """The map of a class with a picture of its own."""
    voxels, psize = read_map(path)
    picture = job.path(f"volume_class_{number}.png")
    save_slices(voxels, picture)
    described = {"summary": summary, "image": picture, "files": [path]}
    return map_table({"map": path}, len(voxels), psize), described
