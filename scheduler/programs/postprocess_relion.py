"""Job type `postprocess_relion`: a sharpened map and its FSC under a mask, by RELION."""

from children import StoppedEarly
from exposures import connected_table
from fsc_figure import save_curve
from lanekeeper_job import Job, JobFailed, main
from maps import map_table, read_map
from montage import save_slices
from numpy import array
from relion import RELION_3_TO_5, run
from relion_star import read_star_file
from results import report_table
from tables import Table, text

HALVES = ("map_half_A", "map_half_B")


def postprocess(job: Job) -> None:
    """Correct the FSC for the mask's effect, sharpen and filter."""
    volume = connected_table(job, "volume")
    if not all(f"{half}/path" in (volume.dtype.names or ()) for half in HALVES):
        raise JobFailed("The map has no halves; they come from a refinement that ended.")
    try:
        run(job, arguments(job, volume), release=RELION_3_TO_5)
    except StoppedEarly as early:
        raise JobFailed("It was stopped before the map was complete.") from early
    report(job, volume)


def arguments(job: Job, volume: Table) -> list[str]:
    """The command line."""
    params, psize = job.params, float(volume["map/psize_A"][0])
    first, second = (text(volume[f"{half}/path"][0]) for half in HALVES)
    argv = ["relion_postprocess", "--i", first, "--i2", second, "--o", job.path("postprocess")]
    argv += ["--angpix", f"{psize:.6f}"]
    if job.inputs.get("mask"):
        argv += ["--mask", text(connected_table(job, "mask")["mask/path"][0])]
    else:
        argv += ["--auto_mask"]
    if params["bfactor"] is None:
        return [*argv, "--auto_bfac", "--autob_lowres", f"{params['bfactor_lowest_A']:g}"]
    return [*argv, "--adhoc_bfac", f"{params['bfactor']:g}"]


def report(job: Job, volume: Table) -> None:
    """Report the sharpened map with its resolution and both curves."""
    found = read_star_file(job.path("postprocess.star"))
    resolution = float(found["general"]["rlnFinalResolution"][0])
    path = job.path("postprocess.mrc")
    voxels, psize = read_map(path)
    curve, slices = job.path("fsc.png"), job.path("map.png")
    fsc = array(found["fsc"]["rlnFourierShellCorrelationCorrected"], float)
    save_curve(fsc, len(voxels) * psize, 0.143, curve)
    save_slices(voxels, slices)
    job.plot(slices, "The sharpened map")
    job.plot(curve, f"FSC of the halves, corrected for the mask: {resolution:.1f} Å at 0.143")
    job.log(f"Final resolution {resolution:.2f} Å.")
    maps = {"map": text(volume["map/path"][0]), "map_sharp": path}
    maps |= {half: text(volume[f"{half}/path"][0]) for half in HALVES}
    table = map_table(maps, len(voxels), float(volume["map/psize_A"][0]))
    summary = {"resolution_A": round(resolution, 2)}
    report_table(job, "volume", table, summary=summary, image=curve, files=[path])


if __name__ == "__main__":
    main(postprocess)
