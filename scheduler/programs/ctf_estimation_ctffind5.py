"""Job type `ctf_estimation_ctffind5`: the CTF of each micrograph by CTFFIND 5."""

import os
import re
import subprocess
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from ctf import Defocus
from ctf_estimation import draw, search_range, spectrum_of
from ctf_fit import Fit, Range, judged
from ctf_results import Task, estimate_all
from lanekeeper_job import Job, JobFailed, main

PROGRAM = "ctffind"
RELEASE = "5."
FIGURE_PX = 512


@dataclass(frozen=True)
class Wanted:
    """What CTFFIND is asked for."""

    search: Range
    size: int
    step_A: float
    exhaustive: bool
    tolerance_A: float | None
    thickness: bool


def estimate(job: Job) -> None:
    """Run the program on every exposure."""
    params = job.params
    wanted = Wanted(
        search=search_range(job),
        size=int(params["psd_size"]),
        step_A=params["df_step"],
        exhaustive=params["exhaustive_search"],
        tolerance_A=params["astigmatism_A"] if params["restrain_astigmatism"] else None,
        thickness=params["find_thickness"],
    )
    estimate_all(job, "ctffind5", partial(fit_one, wanted=wanted))


def fit_one(task: Task, wanted: Wanted) -> Fit:
    """Run the program on one micrograph; our own fit is the check, and our figure shows both."""
    left = task.picture.replace("_ctf.png", "_ctffind.mrc")
    said = run(task, answers(task, wanted, left))
    defocus, correlation, fit_to_A = read_result(left.replace(".mrc", ".txt"), said)
    spectrum = spectrum_of(task, wanted.search, FIGURE_PX)
    found = judged(spectrum, task.microscope, wanted.search, defocus)
    found = replace(found, correlation=correlation, fit_to_A=fit_to_A)
    draw(task, spectrum, found)
    return found


def answers(task: Task, wanted: Wanted, target: str) -> list[str]:
    """To the questions of CTFFIND 5.0.2 about a single image, in their order."""
    search, scope = wanted.search, task.microscope
    given = [task.path, target, f"{task.psize_A:.6g}", f"{scope.accel_kv:g}"]
    given += [f"{scope.cs_mm:g}", f"{scope.amp_contrast:g}", str(wanted.size)]
    given += [f"{search.res_min_A:g}", f"{search.res_max_A:g}"]
    given += [f"{search.df_min_A:g}", f"{search.df_max_A:g}", f"{wanted.step_A:g}"]
    given += ["no", yes(wanted.exhaustive)]  # the astigmatism is not known
    given += ["no"] if wanted.tolerance_A is None else ["yes", f"{wanted.tolerance_A:g}"]
    given += ["no", "no"]  # no phase plate, no tilt
    # thickness: by a search in 1-D, then 2-D, from its nodes between 30 and 3 Å, plain and even
    given += ["yes", "yes", "yes", "30", "3", "no", "no"] if wanted.thickness else ["no"]
    return [*given, "no"]  # no expert options


def yes(value: bool) -> str:
    """An answer."""
    return "yes" if value else "no"


def run(task: Task, given: list[str]) -> str:
    """Run the program with answers, one a line; all that it has said comes back."""
    try:
        done = subprocess.run(
            [PROGRAM], input="\n".join(given) + "\n", capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise JobFailed(f"{PROGRAM} cannot be started: {error}") from error
    said = done.stdout + done.stderr
    if done.returncode != 0:
        last = said.strip().rsplit("\n", 1)[-1][:500]
        raise JobFailed(f"{PROGRAM} ended with exit code {done.returncode} on {task.path}: {last}")
    return said


def read_result(path: str, said: str) -> tuple[Defocus, float, float]:
    """Defocus, correlation and resolution (Å) of the fit.

    A row of numbers: micrograph, two defoci (Å), the azimuth of the first (°), phase shift (rad),
    correlation, and the spacing up to which rings were fitted (Å), which may be `inf`.
    """
    if not os.path.isfile(path):
        raise JobFailed(f"{PROGRAM} has left no {path}. It said: {said.strip()[-500:]}")
    with open(path) as file:
        first = file.readline()
    version = re.search(r"version (\S+?),", first)
    if version is None or not version[1].startswith(RELEASE):
        raise JobFailed(f"{PROGRAM} is not CTFFIND 5: its result begins with {first.strip()!r}.")
    row = np.loadtxt(path, comments="#", ndmin=2)[0]
    limit = float(row[6]) if np.isfinite(row[6]) else 999.0
    return Defocus(float(row[1]), float(row[2]), float(np.radians(row[3]))), float(row[5]), limit


if __name__ == "__main__":
    main(estimate)
