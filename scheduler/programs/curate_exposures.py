"""Job type `curate_exposures_v2`: its user accepts exposures by thresholds and one by one."""

from typing import Any

import numpy as np
from exposures import connected_table, stem
from lanekeeper_job import Job, main
from results import report_table
from tables import Table, text

MEASURES = {
    "defocus_A": "Defocus (Å)",
    "astigmatism_A": "Astigmatism (Å)",
    "ctf_fit_to_A": "CTF fit resolution (Å)",
    "cross_corr": "CTF correlation",
}
"""What exposures are judged by, and its title; those that the table has are offered."""


def curate(job: Job) -> None:
    """Show what is known of the exposures and ask; with the answer, part them."""
    table = connected_table(job, "exposures")
    values = measures(table)
    if job.phase == "prepare":
        ask(job, table, values)
    else:
        part(job, table, accepted(table, values, job.answer))


def measures(table: Table) -> dict[str, np.ndarray]:
    """Measure → its value for each exposure."""
    names, found = table.dtype.names or (), {}
    if "ctf/df1_A" in names:
        found["defocus_A"] = (table["ctf/df1_A"] + table["ctf/df2_A"]) / 2
        found["astigmatism_A"] = np.abs(table["ctf/df1_A"] - table["ctf/df2_A"])
    for name in ("ctf_fit_to_A", "cross_corr"):
        if f"ctf_stats/{name}" in names:
            found[name] = table[f"ctf_stats/{name}"]
    return found


def ask(job: Job, table: Table, values: dict[str, np.ndarray]) -> None:
    """The panel's data: a row an exposure, and the range of each measure."""
    has_figures = "ctf_stats/diag_image_path" in (table.dtype.names or ())
    rows: list[dict[str, Any]] = [
        {
            "index": index,
            "name": stem(text(row["micrograph_blob/path"])),
            "image": text(row["ctf_stats/diag_image_path"]) if has_figures else None,
            **{name: round(float(value[index]), 4) for name, value in values.items()},
        }
        for index, row in enumerate(table)
    ]
    job.ask(
        "curate_exposures",
        f"Choose the exposures to keep of {len(table)}",
        {"exposures": rows, "measures": {name: MEASURES[name] for name in values}},
        answer_schema(values, len(table)),
    )


def answer_schema(values: dict[str, np.ndarray], count: int) -> dict[str, Any]:
    """Limits of measures, and exposures whose acceptance is decided by hand."""
    limit = {"type": ["number", "null"]}
    limits = {"type": "object", "properties": {"min": limit, "max": limit}}
    chosen = {
        "type": "array",
        "uniqueItems": True,
        "items": {"type": "integer", "minimum": 0, "maximum": count - 1},
    }
    thresholds = {"type": "object", "properties": dict.fromkeys(values, limits)}
    return {
        "type": "object",
        "properties": {
            "thresholds": {**thresholds, "additionalProperties": False},
            "accepted": chosen,
            "rejected": chosen,
        },
        "additionalProperties": False,
    }


def accepted(table: Table, values: dict[str, np.ndarray], answer: dict[str, Any]) -> np.ndarray:
    """Which exposures are within all limits; what was decided by hand comes last."""
    keep = np.ones(len(table), bool)
    for name, limits in answer.get("thresholds", {}).items():
        low, high = limits.get("min"), limits.get("max")
        keep &= values[name] >= (-np.inf if low is None else low)
        keep &= values[name] <= (np.inf if high is None else high)
    keep[answer.get("accepted", [])] = True
    keep[answer.get("rejected", [])] = False
    return keep


def part(job: Job, table: Table, keep: np.ndarray) -> None:
    """Report the accepted exposures and the rejected ones, and the particles on each."""
    report_table(job, "exposures_accepted", table[keep])
    report_table(job, "exposures_rejected", table[~keep])
    job.log(f"{keep.sum()} of {len(table)} exposures were accepted.")
    if job.inputs.get("particles"):
        particles = connected_table(job, "particles")
        on_them = np.isin(particles["location/micrograph_uid"], table["uid"][keep])
        report_table(job, "particles_accepted", particles[on_them])
        report_table(job, "particles_rejected", particles[~on_them])


if __name__ == "__main__":
    main(curate)
