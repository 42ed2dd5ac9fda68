"""Job type `homo_refine_relion`: poses and a map of one structure from a reference, by RELION."""

from children import StoppedEarly
from exposures import connected_table
from lanekeeper_job import Job, main
from relion import run
from relion_iterations import (
    aligned,
    common_options,
    iterate,
    likelihood_options,
    resolution,
    side_files,
)
from relion_maps import Refined, reference_options, report_refined
from relion_star import write_particles
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
    """Report particles and map of one iteration."""
    table = aligned(particles, f"{prefix}_data.star", "alignments3D")
    maps = {"map": f"{prefix}_class001.mrc"}
    if version is None and not job.stop_requested:
        maps |= halves(job, table)
    found = Refined(
        particles=table,
        maps=maps,
        resolution_A=resolution(prefix),
        said_by="by the data's own signal",
        iteration=int(prefix[-3:]),
        state=side_files(prefix),
    )
    report_refined(job, found, version)


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
