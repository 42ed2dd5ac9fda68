"""Runs a program that knows nothing of Lanekeeper, as its declaration says: watched, collected."""

import json
import os
import re
import shutil
import signal
import subprocess
from typing import Any

from children import StoppedEarly, follow
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from maps import map_table, read_map
from relion_inputs import staged, write_micrographs, write_movies
from relion_star import write_particles
from results import report_table
from tables import text
from watched_files import Eye

RULE_S = 1.0
"""How long the rules may look at one line."""
NUMBER = "{n}"
"""Stands for the number of a version in the names of files."""


def run_outside(job: Job) -> None:
    """Write the inputs, run the command, and report the files that it has left."""
    with open(os.environ["LANEKEEPER_JOB_FILE"]) as file:
        told = json.load(file)["outside"]
    for name, export in told["exports"].items():
        write_input(job, name, export["exporter"], export["file"])
    ear = Ear(job, told["watch"])
    eye = Eye(job, told["files"], lambda number: collect_version(job, told["collect"], number))
    ends_early = follow_to_its_end(job, told, ear, eye)
    if ear.errors:
        raise JobFailed(ear.errors[0])
    require_success(told["success"], ends_early=ends_early)
    for output, made in told["collect"].items():
        collect(job, output, made["importer"], file_of(made, eye.newest, ends_early=ends_early))
    if ends_early:
        job.check()


def follow_to_its_end(job: Job, told: dict[str, Any], ear: "Ear", eye: Eye) -> bool:
    """Whether it has ended early, with something to keep: of one that was killed whole versions."""
    stop = told["stop"]
    try:
        follow(
            job,
            told["argv"],
            ear.hear,
            look=eye.look,
            ask=lambda process: ask_to_end(process, stop),
            good=told["success"]["exit_code"],
        )
    except StoppedEarly as early:
        eye.look(has_ended=not early.was_killed)
        are_numbered = all(NUMBER in made["file"] for made in told["collect"].values())
        if early.was_killed and (eye.newest is None or not are_numbered):
            message = "The program was ended early; it has left nothing to keep."
            raise JobFailed(message) from early
        return True
    except JobFailed:
        if not ear.errors:
            raise
    eye.look(has_ended=True)
    return False


def ask_to_end(process: "subprocess.Popen[bytes]", stop: dict[str, Any] | None) -> float:
    """Ask the program to end where it is, if it has a way; the seconds that it has for it."""
    if stop is None:
        return 0.0
    if stop["touch"]:
        open(stop["touch"], "w").close()
    else:
        process.send_signal(signal.Signals[f"SIG{stop['signal']}"])
    return float(stop["within_s"])


def require_success(success: dict[str, Any], *, ends_early: bool) -> None:
    """Raises JobFailed if the file that tells of success is not there; an early end has none."""
    path = success["file"]
    if path and not ends_early and not os.path.isfile(path):
        raise JobFailed(f"The program has not succeeded: {path} is not there.")


def collect_version(job: Job, collected: dict[str, Any], number: str) -> bool:
    """Report one version of the outputs whose files have its number; False if one is missing."""
    numbered = {name: made for name, made in collected.items() if NUMBER in made["file"]}
    paths = {name: made["file"].replace(NUMBER, number) for name, made in numbered.items()}
    if not all(os.path.isfile(path) for path in paths.values()):
        return False
    for output, made in numbered.items():
        collect(job, output, made["importer"], paths[output], version=int(number))
    return True


def file_of(made: dict[str, str], newest: str | None, *, ends_early: bool) -> str:
    """The file that becomes an output; raises JobFailed if it is not there."""
    path = made["file"]
    if newest is not None:
        path = path.replace(NUMBER, newest)
    if not os.path.isfile(path):
        how = "was ended early" if ends_early else "ended without error"
        raise JobFailed(f"The program {how}, but {path} is not there.")
    return path


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


def collect(job: Job, output: str, importer: str, path: str, *, version: int | None = None) -> None:
    """Report a file as a version of an output, or as the final one."""
    if importer == "file":
        job.result(output, path, 1, version="F" if version is None else version)
        return
    voxels, psize = read_map(path)
    table = map_table({importer: path}, len(voxels), psize)
    report_table(job, output, table, version=version, files=[path])


if __name__ == "__main__":
    main(run_outside)
