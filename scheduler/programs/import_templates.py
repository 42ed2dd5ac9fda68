"""Job type `import_templates`: registers 2D templates (an MRC stack)."""

import os

import numpy as np
from import_volumes import pixel_size
from lanekeeper_job import Job, JobFailed, main
from montage import save_montage
from mrc_headers import read_header
from results import report_table
from stacks import read_stack
from tables import new_table, path_field, uid_of


def import_templates(job: Job) -> None:
    """Check the file and write a row for each of its images; the file stays where it is."""
    path = job.params["template_path"]
    if not os.path.isfile(path):
        raise JobFailed(f"There is no file {path}.")
    psize = pixel_size(path, read_header(path)[1], job.params["psize_A"])
    images = read_stack(path)
    count, height, width = images.shape
    if height != width:
        raise JobFailed(f"{path} has images of {width} x {height} px; templates are square.")
    if not np.isfinite(images).all():
        raise JobFailed(f"{path} holds pixels that are not numbers.")
    table = new_table(("blob",), count)
    table["uid"] = [uid_of(os.path.abspath(path), number) for number in range(count)]
    table["blob/path"], table["blob/idx"] = path_field(path), np.arange(count)
    table["blob/shape"], table["blob/psize_A"], table["blob/sign"] = height, psize, 1
    picture = job.path("templates.png")
    save_montage(images, [str(number) for number in range(count)], picture)
    job.plot(picture, f"{count} templates: {height} px of {psize:.3g} Å")
    report_table(job, "imported_templates", table, image=picture)


if __name__ == "__main__":
    main(import_templates)
