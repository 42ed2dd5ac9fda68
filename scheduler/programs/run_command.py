"""Runs a program that knows nothing of Lanekeeper, as its declaration says: watched, collected."""

import json
import os
import re
import shutil
import signal
from typing import Any

from children import StoppedEarly, follow
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from maps import map_table, read_map
from relion_inputs import staged, write_micrographs, write_movies
from relion_star import write_particles
from results import report_table
from tables import text

RULE_S = 1.0
"""How long the rules may look at one line."""


def run_outside(job: Job) -> None:
    """Write the inputs, run the command, and report the files that it has left."""
    with open(os.environ["LANEKEEPER_JOB_FILE"]) as file:
        told = json.load(file)["outside"]
    for name, export in told["exports"].items():
        write_input(job, name, export["exporter"], export["file"])
    ear = Ear(job, told["watch"])
    try:
        follow(job, told["argv"], ear.hear)
    except StoppedEarly as early:
        raise JobFailed("The program was ended early; it has left nothing to keep.") from early
    except JobFailed:
        if not ear.errors:
            raise
    if ear.errors:
        raise JobFailed(ear.errors[0])
    for output, made in told["collect"].items():
        collect(job, output, made["importer"], made["file"])


def write_input(job: Job, name: str, exporter: str, path: str) -> None:
    """Write what is connected to an input in the form of `exporter`; `path` is where it goes."""
    table = connected_table(job, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if exporter == "relion_movies_star":
        write_movies(job, table, staged(job, table, "movie_blob/path"))
    elif exporter == "relion_micrographs_star":
        write_micrographs(job, table, staged(job, table, "micrograph_blob/path"))
    elif exporter == "relion_particles_star":
        write_particles(table, path)
    else:
        sharp = exporter == "sharp_map_mrc" and "map_sharp/path" in (table.dtype.names or ())
        shutil.copyfile(text(table["map_sharp/path" if sharp else "map/path"][0]), path)


class Ear:
    """Turns lines into records by the rules of the declaration; `errors` are kept."""

    def __init__(self, job: Job, rules: list[dict[str, Any]]) -> None:
        self.job = job
        self.rules = [(re.compile(rule["regex"]), rule["emit"], rule["name"]) for rule in rules]
        self.errors: list[str] = []
        self.heard = 0
        signal.signal(signal.SIGALRM, give_up)

    def hear(self, line: str) -> None:
        """Emit what the rules make of a line; a rule that takes too long ends the job."""
        signal.setitimer(signal.ITIMER_REAL, RULE_S)
        try:
            found = [(rule.search(line), emit, name) for rule, emit, name in self.rules]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for match, emit, name in found:
            if match is not None:
                self._emit(match.groupdict(), emit, name, line)

    def _emit(self, groups: dict[str, str | None], emit: str, name: str, line: str) -> None:
        said = groups.get("text") or line
        if emit == "progress":
            total = groups.get("total")
            self.job.progress(number(groups["done"]), number(total) if total else None)
        elif emit == "metric":
            self.heard += 1
            at = groups.get("done")
            self.job.metric(name, number(at) if at else self.heard, number(groups["value"]))
        elif emit == "warning":
            self.job.warn(said)
        else:
            self.errors.append(said)


def number(value: str | None) -> float:
    """A number in a line; raises JobFailed if a rule has found something else."""
    try:
        return float(value or "")
    except ValueError as error:
        raise JobFailed(f"A rule has found {value!r} where it needs a number.") from error


def give_up(*_: object) -> None:
    """The handler of SIGALRM."""
    raise JobFailed(f"A watch rule has looked at one line for more than {RULE_S:g} s.")


def collect(job: Job, output: str, importer: str, path: str) -> None:
    """Report a file as an output; raises JobFailed if it is not there."""
    if not os.path.isfile(path):
        raise JobFailed(f"The program ended without error, but {path} is not there.")
    if importer == "file":
        job.result(output, path, 1)
        return
    voxels, psize = read_map(path)
    report_table(job, output, map_table({importer: path}, len(voxels), psize))


if __name__ == "__main__":
    main(run_outside)
