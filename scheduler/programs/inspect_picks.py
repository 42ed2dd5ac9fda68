"""Job type `inspect_picks_v2`: its user keeps the picks whose scores lie between limits."""

from typing import Any

import numpy as np
from exposures import Exposure, connected_table, exposures, read_micrograph
from lanekeeper_job import Job, JobFailed, main
from picks import Picks, draw, picture_path
from results import report_together
from score_figure import save_histograms
from tables import Table

SCORES = {"ncc_score": "NCC score", "power": "Power"}
"""What picks are judged by, and its title; those that the picker has written are offered."""
PICTURED = 6


def inspect(job: Job) -> None:
    """Show the picks and their scores and ask; with the answer, keep those within the limits."""
    micrographs = connected_table(job, "micrographs")
    particles = connected_table(job, "particles")
    scores = known_scores(particles)
    if job.phase == "prepare":
        ask(job, micrographs, particles, scores)
    else:
        keep_within(job, micrographs, particles, scores)


def known_scores(particles: Table) -> dict[str, np.ndarray]:
    """Score → its value for each pick, of those that differ between picks."""
    names = particles.dtype.names or ()
    found = {
        name: particles[f"pick_stats/{name}"] for name in SCORES if f"pick_stats/{name}" in names
    }
    telling = {name: values for name, values in found.items() if np.ptp(values) > 0}
    if not telling:
        raise JobFailed("The picks have no scores that could be told apart.")
    return telling


def ask(job: Job, micrographs: Table, particles: Table, scores: dict[str, np.ndarray]) -> None:
    """Pictures into the event log; limits and what they would keep into the panel's data."""
    figure = job.path("scores.png")
    save_histograms({SCORES[name]: values for name, values in scores.items()}, figure)
    job.plot(figure, f"Scores of {len(particles)} picks")
    pictures = [show(job, exposure, particles) for exposure in some(micrographs, particles)]
    job.ask(
        "inspect_picks",
        f"Set limits for the scores of {len(particles)} picks",
        {
            "num_particles": len(particles),
            "scores": {name: described(values) for name, values in scores.items()},
            "images": [figure, *pictures],
        },
        answer_schema(scores),
    )


def some(micrographs: Table, particles: Table) -> list[Exposure]:
    """The first exposures that have picks."""
    picked = np.isin(micrographs["uid"], particles["location/micrograph_uid"])
    if not picked.any():
        raise JobFailed("None of the particles lies on one of these micrographs.")
    return list(exposures(micrographs[picked][:PICTURED]))


def show(job: Job, exposure: Exposure, particles: Table) -> str:
    """A micrograph with its picks, into the event log; the picture's path."""
    pixels = read_micrograph(exposure.path)
    rows = particles[particles["location/micrograph_uid"] == exposure.row["uid"]]
    fractions = np.stack([rows[f"location/center_{axis}_frac"] for axis in "xy"], axis=1)
    centres = fractions * (pixels.shape[1], pixels.shape[0])
    draw(job, exposure, pixels, Picks(centres, np.zeros(len(rows))), job.params["diameter_A"])
    return picture_path(job, exposure)


def described(values: np.ndarray) -> dict[str, float]:
    """The least and the greatest score, and the limit below which a share of the picks lies."""
    shares = {"min": 0, "10 %": 10, "50 %": 50, "90 %": 90, "max": 100}
    return {name: round(float(np.percentile(values, at)), 4) for name, at in shares.items()}


def answer_schema(scores: dict[str, np.ndarray]) -> dict[str, Any]:
    """Limits that all may be left out; each is part of what is kept."""
    limits = {}
    for name, values in scores.items():
        for side, word in (("min", "at least"), ("max", "at most")):
            title = f"{SCORES[name]} {word} ({values.min():.4g} to {values.max():.4g})"
            limits[f"{name}_{side}"] = {"type": "number", "title": title}
    return {"type": "object", "properties": limits, "additionalProperties": False}


def keep_within(
    job: Job, micrographs: Table, particles: Table, scores: dict[str, np.ndarray]
) -> None:
    """Report the picks within all limits of the answer, and the micrographs as they are."""
    keep = np.ones(len(particles), bool)
    for name, values in scores.items():
        keep &= values >= job.answer.get(f"{name}_min", -np.inf)
        keep &= values <= job.answer.get(f"{name}_max", np.inf)
    if not keep.any():
        raise JobFailed("No pick lies within these limits.")
    job.log(f"{keep.sum()} of {len(particles)} picks were kept.")
    report_together(job, {"particles": (particles[keep], {}), "micrographs": (micrographs, {})})


if __name__ == "__main__":
    main(inspect)
