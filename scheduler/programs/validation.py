"""Job type `validation`: the Fourier shell correlation of half maps, or with a known map."""

import numpy as np
from exposures import connected_table
from fsc_figure import save_curve
from lanekeeper_job import Job, main
from maps import connected_map, fitted, fourier_shell_correlation, read_map, resolution_at
from montage import save_slices
from numpy.typing import NDArray
from results import report_table
from tables import text

Array = NDArray[np.floating]
GOLD_STANDARD, TO_TRUTH = 0.143, 0.5
"""Rosenthal & Henderson 2003: two halves of the data agree less than the map with the truth."""


def validate(job: Job) -> None:
    """Correlate, say the resolution, draw the curve; the map goes on with its resolution."""
    volume = connected_table(job, "volume")
    voxels, psize = connected_map(volume)
    mask = solvent_mask(job, len(voxels), psize)
    if job.inputs.get("reference"):
        other, other_A = connected_map(connected_table(job, "reference"))
        pair = (voxels, fitted(other, other_A, len(voxels), psize))
        threshold, words = TO_TRUTH, "the reference"
    else:
        halves = [connected_map(volume, slot)[0] for slot in ("map_half_A", "map_half_B")]
        pair, threshold, words = (halves[0], halves[1]), GOLD_STANDARD, "half maps"
    report(job, (pair[0] * mask, pair[1] * mask), psize, threshold, words)


def solvent_mask(job: Job, size: int, psize_A: float) -> Array | float:
    """The connected mask in the map's box; 1 without one."""
    if not job.inputs.get("mask"):
        return 1.0
    table = connected_table(job, "mask")
    voxels, _ = read_map(text(table["mask/path"][0]))
    return np.clip(fitted(voxels, float(table["mask/psize_A"][0]), size, psize_A), 0, 1)


def report(
    job: Job,
    pair: tuple[Array, Array],
    psize_A: float,
    threshold: float,
    words: str,
) -> None:
    """Tell the resolution and the correlation, and report the map with them."""
    size = len(pair[0])
    fsc = fourier_shell_correlation(*pair)
    resolution = resolution_at(fsc, threshold, size, psize_A)
    correlation = float(np.corrcoef(pair[0].ravel(), pair[1].ravel())[0, 1])
    curve, slices = job.path("fsc.png"), job.path("map.png")
    save_curve(fsc, size * psize_A, threshold, curve)
    save_slices(pair[0], slices)
    job.plot(slices, "The map")
    job.plot(curve, f"FSC with {words}: {resolution:.1f} Å at {threshold:g}")
    for shell, value in enumerate(fsc):
        job.metric("fsc", shell / (size * psize_A), float(value))
    listed = " ".join(f"{value:.3f}" for value in fsc)
    job.log(f"FSC by shell, from the lowest: {listed}")
    job.log(
        f"FSC with {words} falls below {threshold:g} at {resolution:.1f} Å; "
        f"correlation in real space {correlation:.3f}."
    )
    summary = {"resolution_A": round(resolution, 2), "correlation": round(correlation, 4)}
    report_table(job, "volume", connected_table(job, "volume"), summary=summary, image=curve)


if __name__ == "__main__":
    main(validate)
