"""Job type `template_picker_relion`: RELION's picker by templates."""

import numpy as np
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from relion_picking import Rows, pick_all
from stacks import read_images, write_stack
from tables import Table


def template_picker(job: Job) -> None:
    """Pick what looks like one of the templates, turned in the plane."""
    if "ctf/df1_A" not in (connected_table(job, "micrographs").dtype.names or ()):
        raise JobFailed("The micrographs have no CTF; estimate it first.")
    templates, params = connected_table(job, "templates"), job.params
    path, used = write_references(job, templates)
    argv = ["--ref", path, "--angpix_ref", f"{templates['blob/psize_A'][0]:.6g}"]
    argv += ["--invert", "--ctf", "--shrink", "0", "--ang", f"{params['angle_step_deg']:g}"]
    argv += ["--lowpass", f"{params['lowpass_A']:g}", "--threshold", f"{params['threshold']:g}"]
    argv += ["--particle_diameter", f"{params['diameter_A']:g}"]
    argv += ["--min_distance", f"{params['min_distance_A']:g}"]
    if params["max_stddev_noise"]:
        argv += ["--max_stddev_noise", f"{params['max_stddev_noise']:g}"]
    pick_all(job, argv, diameter_A=params["diameter_A"], templates=used)


def write_references(job: Job, templates: Table) -> tuple[str, Rows]:
    """A stack of the templates, all bright, without empty ones; its path, and the rows in it."""
    boxes = {(*row["blob/shape"], row["blob/psize_A"]) for row in templates}
    if len(boxes) > 1:
        raise JobFailed("The templates differ in their boxes or pixel sizes.")
    images = read_images(templates, "blob")
    used = np.flatnonzero(images.std(axis=(1, 2)) > 0)
    if len(used) == 0:
        raise JobFailed("All templates are empty.")
    if len(used) < len(images):
        job.warn(f"{len(images) - len(used)} empty templates are left out.")
    signs = np.where(templates["blob/sign"] < 0, np.float32(-1), np.float32(1))
    bright = images[used] * signs[used, None, None]
    path = job.path("references.mrcs")
    write_stack(path, bright, float(templates["blob/psize_A"][0]))
    return path, used


if __name__ == "__main__":
    main(template_picker)
