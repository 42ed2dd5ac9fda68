"""Job type `reconstruct_relion`: a map from particles in known poses, by RELION."""

from children import StoppedEarly
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from maps import map_table, read_map
from montage import save_slices
from relion import RELION_3_TO_5, run
from relion_star import write_particles
from results import report_table


def reconstruct(job: Job) -> None:
    """Back-project all particles."""
    particles = connected_table(job, "particles")
    if "alignments3D/pose" not in (particles.dtype.names or ()):
        raise JobFailed("The particles have no poses in three dimensions.")
    star, path = job.path("input.star"), job.path("map.mrc")
    write_particles(particles, star)
    argv = ["relion_reconstruct", "--i", star, "--o", path, "--ctf"]
    argv += ["--sym", job.params["refine_symmetry"], "--pad", "2"]
    if job.params["max_resolution_A"]:
        argv += ["--maxres", f"{job.params['max_resolution_A']:g}"]
    try:
        run(job, argv, release=RELION_3_TO_5)
    except StoppedEarly as early:
        raise JobFailed("It was stopped before the map was complete.") from early
    voxels, psize = read_map(path)
    picture = job.path("map.png")
    save_slices(voxels, picture)
    job.plot(picture, f"Map of {len(particles)} particles")
    volume = map_table({"map": path}, len(voxels), psize)
    report_table(job, "volume", volume, image=picture, files=[path])


if __name__ == "__main__":
    main(reconstruct)
