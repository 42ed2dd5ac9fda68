"""Job type `ctf_estimation_aspire`: the CTF of each micrograph by ASPIRE, a program of its own."""

import math
import os
import subprocess
from functools import partial

from ctf import Defocus
from ctf_estimation import draw, search_range, spectrum_of
from ctf_fit import Fit, Range, judged
from ctf_results import Task, estimate_all
from exposures import stem
from lanekeeper_job import Job, JobFailed, main
from relion_star import read_star_file

PROGRAM = "aspire"


def estimate(job: Job) -> None:
    """Run the program on every exposure."""
    size = int(job.params["psd_size"])
    estimate_all(job, "aspire", partial(fit_one, search=search_range(job), size=size))


def fit_one(task: Task, search: Range, size: int) -> Fit:
    """Run the program on one micrograph; how good its fit is, we say, for it does not."""
    spectrum = spectrum_of(task, search, size)
    folder = task.picture.replace("_ctf.png", "_aspire")
    found = judged(spectrum, task.microscope, search, run(task, search, size, folder))
    draw(task, spectrum, found)
    return found


def run(task: Task, search: Range, size: int, folder: str) -> Defocus:
    """Run it in a folder of its own: it takes all that is in one, and writes logs where it is."""
    os.makedirs(f"{folder}/in", exist_ok=True)
    link = f"{folder}/in/micrograph.mrc"
    if not os.path.lexists(link):
        os.symlink(os.path.abspath(task.path), link)
    argv = arguments(task, search, size)
    try:
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise JobFailed(f"{PROGRAM} cannot be started: {error}") from error
    star = f"{folder}/out/{stem(link)}.star"
    if done.returncode != 0 or not os.path.isfile(star):
        last = (done.stdout + done.stderr).strip().rsplit("\n", 1)[-1][:500]
        raise JobFailed(f"{PROGRAM} has left no CTF of {task.path}: {last}")
    return read_defocus(star)


def arguments(task: Task, search: Range, size: int) -> list[str]:
    """The command line; the options are those of ASPIRE 0.14.3."""
    scope = task.microscope
    argv = [PROGRAM, "estimate-ctf", "--data_folder", "in", "--output_dir", "out"]
    argv += ["--pixel_size", f"{task.psize_A:.6g}", "--voltage", f"{scope.accel_kv:g}"]
    argv += ["--cs", f"{scope.cs_mm:g}", "--amplitude_contrast", f"{scope.amp_contrast:g}"]
    argv += ["--g_min", f"{search.res_min_A:g}", "--g_max", f"{search.res_max_A:g}"]
    return [*argv, "--psd_size", str(size)]


def read_defocus(star: str) -> Defocus:
    """What it has found: two defoci in Å, and the angle of the first in degrees."""
    [block] = read_star_file(star).values()
    values = [float(block[f"rlnDefocus{name}"][0]) for name in ("U", "V", "Angle")]
    return Defocus(values[0], values[1], math.radians(values[2]) % math.pi)


if __name__ == "__main__":
    main(estimate)
