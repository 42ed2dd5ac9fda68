"""Job type `classified` of the tests: real tables and pictures, made in a moment."""

import numpy as np
from lanekeeper_job import Job, main
from montage import class_picture
from results import report_table
from stacks import write_stack
from tables import Table, new_table, path_field

CLASSES = 6
EXPOSURES = 60
SIDE_PX = 48


def work(job: Job) -> None:
    """Class n has 10 (n + 1) particles; exposure n a defocus of 8000 + 300 n Å."""
    report_table(job, "templates", templates(job))
    report_table(job, "particles", particles())
    report_table(job, "exposures", exposures(job))


def templates(job: Job) -> Table:
    """Rings in noise, wider from class to class and of a better resolution."""
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX] - SIDE_PX / 2
    noise = np.random.default_rng(1).normal(0, 0.2, (CLASSES, SIDE_PX, SIDE_PX))
    rings = [
        np.exp(-((np.hypot(x, y * (1 + n / 6)) - 5 - 2 * n) ** 2) / 12) for n in range(CLASSES)
    ]
    stack = job.path("classes.mrcs")
    write_stack(stack, (rings + noise).astype(np.float32), 2.0)
    table = new_table(("blob", "class2D"), CLASSES)
    table["uid"] = table["blob/idx"] = np.arange(CLASSES)
    table["blob/path"] = path_field(stack)
    table["class2D/resolution_A"] = 20 - 2 * np.arange(CLASSES)
    return table


def particles() -> Table:
    """Their classes are known."""
    classes = np.repeat(np.arange(CLASSES), 10 * (np.arange(CLASSES) + 1))
    table = new_table(("alignments2D",), len(classes))
    table["uid"] = np.arange(len(classes)) + 1
    table["alignments2D/class"] = classes
    return table


def exposures(job: Job) -> Table:
    """With a picture, which all of them share."""
    picture = job.path("diagnostics.png")
    class_picture(np.random.default_rng(2).normal(size=(SIDE_PX, SIDE_PX))).save(picture)
    table = new_table(("micrograph_blob", "ctf", "ctf_stats"), EXPOSURES)
    numbers = np.arange(EXPOSURES)
    table["uid"] = numbers + 1
    table["micrograph_blob/path"] = [path_field(f"m_{number:03d}.mrc") for number in numbers]
    table["ctf/df1_A"] = table["ctf/df2_A"] = 8000 + 300 * numbers
    table["ctf_stats/ctf_fit_to_A"] = 4 + numbers % 7
    table["ctf_stats/diag_image_path"] = path_field(picture)
    return table


if __name__ == "__main__":
    main(work)
