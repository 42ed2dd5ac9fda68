"""Job type `topaz_extract`: particles found by a trained model of Topaz."""

import csv
import glob
import os
from collections import defaultdict

import numpy as np
from children import StoppedEarly, follow, version_of
from exposures import connected_table, stem
from lanekeeper_job import Job, JobFailed, main
from picks import Picks, report_picks
from relion_inputs import staged

PROGRAM = "topaz"


def pick_all(job: Job) -> None:
    """Prepare the micrographs, score them, and report picks and micrographs."""
    job.uses("Topaz", version_of(PROGRAM))
    micrographs = connected_table(job, "micrographs")
    links = staged(job, micrographs, "micrograph_blob/path")
    prepared, found = job.path("prepared"), job.path("picks.txt")
    psize = float(micrographs["micrograph_blob/psize_A"][0])
    try:
        follow(job, preparation(job, links, prepared))
        follow(
            job,
            extraction(
                job, [os.path.join(prepared, f"{stem(link)}.mrc") for link in links], found, psize
            ),
        )
    except StoppedEarly as early:
        raise JobFailed(
            "Topaz was ended before it had picked: there is nothing to keep."
        ) from early
    for path in glob.glob(f"{prepared}/*.mrc"):
        os.remove(path)
    picks = read_picks(found)
    by_micrograph = [picks.get(stem(link)) for link in links]
    report_picks(job, micrographs, by_micrograph, "Try a lower threshold or another scale.")


def preparation(job: Job, micrographs: list[str], target: str) -> list[str]:
    """Downsample and normalise; the options are those of Topaz 0.3.20."""
    argv = [PROGRAM, "preprocess", "--scale", str(job.params["scale_factor"])]
    argv += ["--num-workers", str(max(1, len(job.resources["cpu"]))), "--device", device(job)]
    return [*argv, "--destdir", target, *micrographs]


def extraction(job: Job, prepared: list[str], target: str, psize_A: float) -> list[str]:
    """Score and pick; coordinates come back in pixels of the micrographs."""
    params = job.params
    scale, model = params["scale_factor"], params["model_path"] or params["pretrained_model"]
    radius = max(1, round(params["diameter_A"] / psize_A / scale / 2))
    argv = [PROGRAM, "extract", "--model", model, "--radius", str(radius)]
    argv += ["--threshold", f"{params['threshold']:g}", "--up-scale", str(scale)]
    argv += ["--num-workers", str(max(1, len(job.resources["cpu"]))), "--device", device(job)]
    return [*argv, "--output", target, *prepared]


def device(job: Job) -> str:
    """The first of the GPUs that CUDA_VISIBLE_DEVICES shows; -1 is the CPU."""
    return "0" if job.resources["gpu"] else "-1"


def read_picks(path: str) -> dict[str, Picks]:
    """The picks by the name of their micrograph, best first.

    A table with tabs: image_name, x_coord, y_coord and score (a log-likelihood ratio).
    """
    rows = defaultdict(list)
    try:
        with open(path, newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                place = (float(row["x_coord"]), float(row["y_coord"]), float(row["score"]))
                rows[row["image_name"]].append(place)
    except (OSError, KeyError, ValueError) as error:
        raise JobFailed(f"The picks of Topaz cannot be read from {path}: {error!r}") from error
    ordered = {
        name: np.array(sorted(found, key=lambda pick: -pick[2])) for name, found in rows.items()
    }
    return {name: Picks(values[:, :2], values[:, 2]) for name, values in ordered.items()}


if __name__ == "__main__":
    main(pick_all)
