"""Going on from the last complete iteration of an earlier job, which the user names.

RELION takes from its files all but the options that may be given anew; so the earlier job must have
had the same params and inputs, or the outputs would not be what the form says.
"""

import glob
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lanekeeper_job import Job, JobFailed
from relion_star import read_star_file

GIVEN_ANEW = {
    **dict.fromkeys(("--o", "--pipeline_control", "--iter", "--tau2_fudge", "--pool", "--j"), 1),
    **dict.fromkeys(("--preread_images", "--dont_combine_weights_via_disc"), 0),
}
"""Options that are heard beside --continue (3.1.3), with their number of values."""
MAY_DIFFER = {"continue_from", "num_iterations", "tau_fudge", "compute_threads"}
"""Params that the options are made of."""


@dataclass(frozen=True)
class Earlier:
    """The last complete iteration of an earlier job; `prefix` is "J5/run_it003"."""

    prefix: str

    @property
    def number(self) -> int:
        """How many iterations are done."""
        return int(self.prefix[-3:])

    @property
    def optimiser(self) -> str:
        """The file that RELION goes on from."""
        return f"{self.prefix}_optimiser.star"

    def total(self, argv: Sequence[str]) -> int:
        """How many iterations there will be in all: what `argv` says, else what was meant then."""
        if "--iter" in argv:
            return int(argv[argv.index("--iter") + 1])
        return int(read_star_file(self.optimiser)["optimiser_general"]["rlnNumberOfIterations"][0])

    def command(self, argv: Sequence[str]) -> list[str]:
        """The command line `argv`, going on instead of beginning."""
        place = argv.index("--i")
        kept: list[str] = []
        for at, word in enumerate(argv[place:], place):
            if word in GIVEN_ANEW:
                kept += argv[at : at + 1 + GIVEN_ANEW[word]]
        return [*argv[:place], "--continue", self.optimiser, *kept]


def earlier(job: Job) -> Earlier | None:
    """What the param `continue_from`, a job's directory, names; None without it.

    Raises JobFailed if nothing is there to go on from, or if that job was another one.
    """
    named = job.params.get("continue_from")
    if not named:
        return None
    directory = os.path.normpath(named)
    complete = sorted(glob.glob(f"{glob.escape(directory)}/run_it[0-9][0-9][0-9]_sampling.star"))
    if not complete:
        raise JobFailed(f"{directory} has no complete iteration to continue from.")
    require_alike(job, directory)
    return Earlier(complete[-1].removesuffix("_sampling.star"))


def require_alike(job: Job, directory: str) -> None:
    """Raises JobFailed unless the job in the directory is of our type, inputs and params."""
    with open(os.environ["LANEKEEPER_JOB_FILE"]) as file:
        ours = json.load(file)
    theirs = last_job_file(directory)
    if theirs["job"]["type"] != ours["job"]["type"]:
        raise JobFailed(f"{directory} is a job of another type: {theirs['job']['type']}.")
    if connected(theirs) != connected(ours):
        raise JobFailed(f"{directory} has other inputs; a job continues with the same.")
    for name in job.params.keys() - MAY_DIFFER:
        if theirs["params"].get(name) != job.params[name]:
            was = theirs["params"].get(name)
            raise JobFailed(f"{name} was {was!r} in {directory}; it cannot be changed on the way.")


def last_job_file(directory: str) -> dict[str, Any]:
    """The job.json of the newest run; raises JobFailed without one."""
    paths = glob.glob(f"{glob.escape(directory)}/run/*/job.json")
    if not paths:
        raise JobFailed(f"{directory} is not the directory of a job.")
    with open(max(paths, key=lambda path: int(re.findall(r"\d+", path)[-1]))) as file:
        told: dict[str, Any] = json.load(file)
    return told


def connected(told: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Input → the outputs that are connected to it."""
    return {name: [(c["job"], c["output"]) for c in many] for name, many in told["inputs"].items()}
