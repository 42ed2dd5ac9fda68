"""Job type `import_particles`: registers particle images that a STAR or a `.cs` file names."""

import os

import numpy as np
from lanekeeper_job import Job, JobFailed, main
from montage import save_montage
from mrc_headers import check_pixel_size, read_header
from particle_star import particles_of_star
from results import report_table
from stacks import read_images
from tables import PATH_BYTES, Table, path_field, read_table, text

NEEDED = ("uid", "blob/path", "blob/idx", "blob/shape", "blob/psize_A")
SHOWN = 25


def import_particles(job: Job) -> None:
    """Check every stack's header and write the table; the images stay where they are."""
    path, base = job.params["particle_meta_path"], job.params["particle_blob_path"] or ""
    if not os.path.isfile(path):
        raise JobFailed(f"There is no file {path}.")
    is_cs = path.endswith(".cs")
    table = particles_of_cs(job, path, base) if is_cs else particles_of_star(job, path, base)
    if len(np.unique(table["uid"])) < len(table):
        raise JobFailed(f"{path} names an image twice.")
    check_stacks(job, table)
    picture = job.path("particles.png")
    save_montage(read_images(table[:SHOWN], "blob"), [""] * len(table[:SHOWN]), picture)
    job.plot(picture, f"The first of {len(table)} particles")
    report_table(job, "imported_particles", table, image=picture)


def particles_of_cs(job: Job, path: str, base: str) -> Table:
    """The rows of a `.cs` file, all slots kept; its paths may begin with ">", as CryoSPARC's do."""
    try:
        table = read_table(path)
    except (OSError, ValueError) as error:
        raise JobFailed(f"{path} cannot be read as a .cs file: {error}") from error
    names = table.dtype.names or ()
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise JobFailed(f"{path} names no particle images: it has no field {missing[0]}.")
    kinds = [(name, table.dtype[name]) for name in names]
    wide = [(n, f"S{PATH_BYTES}" if n == "blob/path" else kind) for n, kind in kinds]
    table = table.astype(wide)
    paths = (os.path.join(base, text(value).removeprefix(">")) for value in table["blob/path"])
    table["blob/path"] = [path_field(path) for path in paths]
    if job.params["psize_A"] is not None:
        table["blob/psize_A"] = job.params["psize_A"]
    return table


def check_stacks(job: Job, table: Table) -> None:
    """Look into each stack's header: the images are there, square, and of the right size."""
    if len(table) == 0:
        raise JobFailed("The file names no particles.")
    paths = table["blob/path"]
    stacks = np.unique(paths)
    for done, field in enumerate(stacks, start=1):
        of_stack = paths == field
        rows = table[of_stack]
        table["blob/shape"][of_stack] = stack_side(text(field), rows)
        job.progress(done, len(stacks), "stacks")
    sides = np.unique(table["blob/shape"])
    if len(sides) > 1:
        raise JobFailed(f"Particles of {sides[0]} and of {sides[-1]} px must be imported apart.")


def stack_side(path: str, rows: Table) -> int:
    """Pixels a side of a stack's images; raises JobFailed if it is not as `rows` say."""
    if not os.path.isfile(path):
        raise JobFailed(
            f"{path} is not there; say in which directory the paths of images begin "
            f"(particle_blob_path)."
        )
    shape, stored = read_header(path)
    height, width = shape[-2:]
    count = shape[0] if len(shape) == 3 else 1
    if height != width:
        raise JobFailed(f"{path} has images of {width} x {height} px; particles are square.")
    if rows["blob/idx"].max() >= count:
        raise JobFailed(f"{path} has no image {rows['blob/idx'].max() + 1}; it holds {count}.")
    check_pixel_size(path, stored, float(rows["blob/psize_A"][0]))
    return height


if __name__ == "__main__":
    main(import_particles)
