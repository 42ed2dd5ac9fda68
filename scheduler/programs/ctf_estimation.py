"""Job type `ctf_estimation`: defocus and astigmatism of each micrograph."""

from functools import partial

from ctf_figure import save_figure
from ctf_fit import Fit, Range, Spectrum, fit, power_spectrum, rings
from ctf_results import Task, estimate_all
from exposures import read_micrograph
from lanekeeper_job import Job, JobFailed, main

FEWEST_RINGS = 16
"""Radial samples within the range; with fewer any defocus fits."""


def estimate(job: Job) -> None:
    """Fit every exposure by the method of our own."""
    size = int(job.params["psd_size"])
    estimate_all(job, "own", partial(fit_one, search=search_range(job), size=size))


def search_range(job: Job) -> Range:
    """Where to look, from the params; raises JobFailed if they contradict each other."""
    params = job.params
    search = Range(params["res_min_A"], params["res_max_A"], params["df_min"], params["df_max"])
    if search.res_min_A <= search.res_max_A:
        raise JobFailed(
            f"The lowest resolution ({search.res_min_A:g} Å) must be a larger number "
            f"than the highest ({search.res_max_A:g} Å)."
        )
    if search.df_min_A >= search.df_max_A:
        raise JobFailed(
            f"The lowest defocus ({search.df_min_A:g} Å) must be below "
            f"the highest ({search.df_max_A:g} Å)."
        )
    return search


def fit_one(task: Task, search: Range, size: int) -> Fit:
    """Fit one micrograph and draw its figure."""
    spectrum = spectrum_of(task, search, size)
    found = fit(spectrum, task.microscope, search)
    draw(task, spectrum, found)
    return found


def spectrum_of(task: Task, search: Range, size: int) -> Spectrum:
    """The spectrum of a micrograph; raises JobFailed if no CTF can be seen in it."""
    spectrum = power_spectrum(read_micrograph(task.path), size, task.psize_A)
    if rings(spectrum, search) < FEWEST_RINGS:
        raise JobFailed(
            f"{task.path} is too small, or its pixels too large, to see the CTF between "
            f"{search.res_min_A:g} and {search.res_max_A:g} Å."
        )
    return spectrum


def draw(task: Task, spectrum: Spectrum, found: Fit) -> None:
    """The figure of a fit."""
    save_figure(spectrum, found, task.microscope, task.path.rsplit("/", 1)[-1], task.picture)


if __name__ == "__main__":
    main(estimate)
