"""Job type `select_2D`: its user chooses 2D classes; particles go with theirs."""

import numpy as np
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from montage import class_picture, save_montage
from results import report_table
from stacks import read_images
from tables import Table


def select(job: Job) -> None:
    """Show the classes and ask; with the answer, part particles and classes."""
    templates = connected_table(job, "templates")
    particles = connected_table(job, "particles")
    check(particles, len(templates))
    if job.phase == "prepare":
        ask(job, templates, particles)
    else:
        part(job, templates, particles, job.answer["selected"])


def check(particles: Table, classes: int) -> None:
    """Raises JobFailed if the particles were classified into other classes than these."""
    if "alignments2D/class" not in (particles.dtype.names or ()):
        raise JobFailed("The particles have not been classified in 2D.")
    if int(particles["alignments2D/class"].max()) >= classes:
        raise JobFailed("The particles and the class averages are of different classifications.")


def ask(job: Job, templates: Table, particles: Table) -> None:
    """Put pictures of the classes into the event log and into the panel's data."""
    images = read_images(templates, "blob")
    counts = np.bincount(particles["alignments2D/class"], minlength=len(templates))
    classes = [describe(job, templates, images, counts, index) for index in range(len(templates))]
    montage = job.path("classes.png")
    save_montage(images, [f"{c['index']}: {c['num_particles']}" for c in classes], montage)
    job.plot(montage, f"{len(classes)} classes, {len(particles)} particles")
    several = {"type": "array", "uniqueItems": True, "items": class_schema(len(classes))}
    job.ask(
        "select_2D",
        f"Select the classes to keep of {len(classes)}",
        {"classes": classes, "image": montage},
        {
            "type": "object",
            "properties": {"selected": several},
            "required": ["selected"],
            "additionalProperties": False,
        },
    )


def class_schema(count: int) -> dict[str, object]:
    """The number of a class, counted from 0."""
    return {"type": "integer", "minimum": 0, "maximum": count - 1}


def describe(
    job: Job, templates: Table, images: np.ndarray, counts: np.ndarray, index: int
) -> dict[str, object]:
    """What the panel shows of a class; its picture is written."""
    path = job.path(f"class_{index:03d}.png")
    class_picture(images[index]).save(path)
    row = templates[index]
    known = "class2D/resolution_A" in (templates.dtype.names or ())
    resolution = float(row["class2D/resolution_A"]) if known else 0.0
    return {
        "index": index,
        "num_particles": int(counts[index]),
        "resolution_A": round(resolution, 2) if np.isfinite(resolution) else None,
        "image": path,
    }


def part(job: Job, templates: Table, particles: Table, selected: list[int]) -> None:
    """Report what is of the selected classes, and what is not."""
    kept = np.isin(particles["alignments2D/class"], selected)
    chosen = np.isin(np.arange(len(templates)), selected)
    montage = job.path("classes.png")  # of the first phase
    report_table(job, "particles_selected", particles[kept], image=montage)
    report_table(job, "particles_excluded", particles[~kept])
    report_table(job, "templates_selected", templates[chosen], image=montage)
    report_table(job, "templates_excluded", templates[~chosen])
    job.log(
        f"{kept.sum()} of {len(particles)} particles are in the {len(selected)} selected classes."
    )


if __name__ == "__main__":
    main(select)
