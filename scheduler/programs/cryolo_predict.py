"""Job type `cryolo_predict`: particles found by a trained model of crYOLO."""

import json
import os
import shutil

import numpy as np
from children import StoppedEarly, follow
from exposures import connected_table, stem
from lanekeeper_job import Job, JobFailed, main
from picks import Picks, report_picks
from relion_inputs import staged
from relion_star import read_star_file

PROGRAM = "cryolo_predict.py"
SAME_PX = 1.0
"""How far the same pick may lie apart in two files, which round differently."""


def pick_all(job: Job) -> None:
    """Write the configuration, pick, and report picks and micrographs."""
    micrographs = connected_table(job, "micrographs")
    links = staged(job, micrographs, "micrograph_blob/path")
    psize = float(micrographs["micrograph_blob/psize_A"][0])
    write_config(job, max(1, round(job.params["diameter_A"] / psize)))
    try:
        follow(job, arguments(job), notice)
    except StoppedEarly as early:
        raise JobFailed(
            "crYOLO was ended before it had picked: there is nothing to keep."
        ) from early
    shutil.rmtree(job.path("filtered"), ignore_errors=True)
    picks = [read_picks(job.path("picked"), stem(link)) for link in links]
    report_picks(job, micrographs, picks, "Try a lower threshold or another diameter.")


def notice(line: str) -> None:
    """Raises JobFailed for a want of memory, after which the program ends as if all were well."""
    if "Not enough GPU memory" in line:
        raise JobFailed("crYOLO has not enough GPU memory.")


def write_config(job: Job, box_px: int) -> None:
    """The configuration that `cryolo_gui.py config` would write, with paths of the job's own."""
    model = {"architecture": "PhosaurusNet", "input_size": 1024, "anchors": [box_px, box_px]}
    model |= {"max_box_per_image": 700, "norm": "STANDARD"}
    if job.params["lowpass_cutoff"]:
        model["filter"] = [job.params["lowpass_cutoff"], f"{job.path('filtered')}/"]
    config = {"model": model, "other": {"log_path": f"{job.path('logs')}/"}}
    with open(job.path("cryolo.json"), "w") as file:
        json.dump(config, file, indent=1)


def arguments(job: Job) -> list[str]:
    """The command line; the options are those of crYOLO 1.7.7.1.

    It is told no GPU: it would take the number for that of the machine's. It gets a folder, since
    it follows links to files and would lose their names.
    """
    argv = [PROGRAM, "--conf", job.path("cryolo.json"), "--weights", job.params["model_path"]]
    argv += ["--input", job.path("in"), "--output", job.path("picked")]
    argv += ["--threshold", f"{job.params['threshold']:g}"]
    return [*argv, "--num_cpu", str(max(1, len(job.resources["cpu"])))]


def read_picks(folder: str, name: str) -> Picks | None:
    """The picks of a micrograph, best first; None if there are none.

    STAR/ has the centres above the threshold (px), CBOX/ the corners and sizes of all boxes with
    their confidence.
    """
    star = os.path.join(folder, "STAR", f"{name}.star")
    if not os.path.isfile(star):
        return None
    [block] = read_star_file(star).values()
    centres = columns(block, "rlnCoordinateX", "rlnCoordinateY")
    boxes = read_star_file(os.path.join(folder, "CBOX", f"{name}.cbox")).get("cryolo")
    if boxes is None:
        raise JobFailed("The boxes are not in the format of crYOLO 1.8 or newer.")
    corners, sizes = columns(boxes, "CoordinateX", "CoordinateY"), columns(boxes, "Width", "Height")
    apart = np.abs(centres[:, None] - (corners + sizes / 2)[None]).max(axis=2)
    if (apart.min(axis=1) > SAME_PX).any():
        raise JobFailed(f"{name}: a pick of crYOLO is not among its boxes.")
    scores = columns(boxes, "Confidence")[apart.argmin(axis=1), 0]
    order = np.argsort(-scores, kind="stable")
    return Picks(centres[order], scores[order])


def columns(block: dict[str, list[str]], *names: str) -> np.ndarray:
    """Columns of numbers side by side."""
    return np.array([block[name] for name in names], float).T


if __name__ == "__main__":
    main(pick_all)
