"""Job types `particle_sets` and `exposure_sets`: split one set, or combine two, by uid."""

from typing import Any

import numpy as np
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from results import report_together
from tables import Table

Outputs = dict[str, tuple[Table, dict[str, Any]]]


def combine(job: Job) -> None:
    """Do what the param `action` says, and report its sets."""
    first = connected_table(job, "A")
    if job.params["action"] == "split":
        outputs = split(first, int(job.params["count"]), int(job.params["seed"]))
    elif not job.inputs.get("B"):
        raise JobFailed("To compare two sets, connect the second one to B.")
    else:
        outputs = compare(first, connected_table(job, "B"))
    for name, (table, _) in outputs.items():
        job.log(f"{name}: {len(table)}")
    report_together(job, outputs)


def split(table: Table, count: int, seed: int) -> Outputs:
    """A random part of `count` rows, and the rest; the order of the rows is kept."""
    if count > len(table):
        raise JobFailed(f"A set of {len(table)} cannot give {count}.")
    chosen = np.zeros(len(table), bool)
    chosen[np.random.default_rng(seed).choice(len(table), count, replace=False)] = True
    return {"split_0": (table[chosen], {}), "split_1": (table[~chosen], {})}


def compare(first: Table, second: Table) -> Outputs:
    """What is in both, with the fields of A, and what is in one of them alone."""
    in_both = np.isin(first["uid"], second["uid"])
    return {
        "intersect": (first[in_both], {}),
        "A_minus_B": (first[~in_both], {}),
        "B_minus_A": (second[~np.isin(second["uid"], first["uid"])], {}),
    }


if __name__ == "__main__":
    main(combine)
