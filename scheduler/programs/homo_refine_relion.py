"""Job type `homo_refine_relion`: poses and a map of one structure from a reference, by RELION."""

from children import StoppedEarly
from exposures import connected_table
from lanekeeper_job import Job, main
from maps import map_table, read_map
from montage import save_slices
from relion import run
from relion_iterations import aligned, common_options, iterate, likelihood_options, resolution
from relion_maps import reference_options
from relion_star import write_particles
from results import report_together
from tables import Table, with_slots


def refine(job: Job) -> None:
    """Refine; each iteration is a version of particles and map."""
    particles = with_halves(connected_table(job, "particles"))
    star, total = job.path("input.star"), int(job.params["num_iterations"])
    write_particles(particles, star)
    argv = ["relion_refine", *common_options(job, star), *likelihood_options(job), "--K", "1"]

    def report(prefix: str, version: int | None) -> None:
        report_iteration(job, particles, prefix, version)

    iterate(job, [*argv, *reference_options(job, particles)], total, report)


def with_halves(particles: Table) -> Table:
    """The particles parted in two by their uids, so that every repetition has the same halves."""
    table = with_slots(particles, ("alignments3D",))
    table["alignments3D/split"] = particles["uid"] % 2
    return table


def report_iteration(job: Job, particles: Table, prefix: str, version: int | None) -> None:
    """Report particles and map of one iteration, with slices of the map."""
    table = aligned(particles, f"{prefix}_data.star", "alignments3D")
    path, found, number = f"{prefix}_class001.mrc", resolution(prefix), int(prefix[-3:])
    voxels, psize = read_map(path)
    picture = job.path("map.png" if version is None else f"map_{version:06d}.png")
    save_slices(voxels, picture)
    job.plot(picture, f"Map, iteration {number}, {found:.1f} Å by the data's own signal")
    job.metric("resolution_A", number, found)
    summary = {"resolution_A": round(found, 2), "iteration": number}
    shown = {"summary": summary, "image": picture}
    maps = {"map": path}
    if version is None and not job.stop_requested:
        maps |= halves(job, table)
    volume = map_table(maps, len(voxels), psize)
    with_maps = {**shown, "files": list(maps.values())}
    outputs = {"particles": (table, shown), "volume": (volume, with_maps)}
    report_together(job, outputs, version=version)


def halves(job: Job, particles: Table) -> dict[str, str]:
    """Maps of both halves of the particles, in the poses found with all; none if stopped."""
    star, made = job.path("final.star"), {}
    write_particles(particles, star)
    for number, slot in ((1, "map_half_A"), (2, "map_half_B")):
        made[slot] = job.path(f"half{number}.mrc")
        argv = ["relion_reconstruct", "--i", star, "--o", made[slot], "--ctf"]
        argv += ["--sym", job.params["refine_symmetry"], "--subset", str(number)]
        try:
            run(job, argv)
        except StoppedEarly:
            return {}
    return made


if __name__ == "__main__":
    main(refine)
