"""Job type `motion_correction_motioncor3`: frames aligned and summed by MotionCor3, on a GPU."""

import os

import numpy as np
from children import StoppedEarly, follow, version_of
from exposures import connected_table, read_micrograph, stem
from lanekeeper_job import Job, JobFailed, main
from pictures import save_thumbnail
from relion_inputs import staged
from results import report_table
from tables import Table, path_field, text, with_slots

PROGRAM = "MotionCor3"
VERSION_EVERY = 10


def correct(job: Job) -> None:
    """Correct movie by movie; report versions on the way."""
    job.uses(PROGRAM, version_of(PROGRAM))
    movies = connected_table(job, "movies")
    table = with_slots(movies, ("micrograph_blob",))
    links, done = staged(job, movies, "movie_blob/path"), 0
    for row, link in zip(table, links, strict=True):
        try:
            correct_one(job, row, link)
        except StoppedEarly:
            break
        done += 1
        job.progress(done, len(table), "movies")
        if done % VERSION_EVERY == 0 and done < len(table):
            report(job, table[:done], version=done)
    if done == 0:
        raise JobFailed("No movie was corrected.")
    report(job, table[:done])
    job.check()


def correct_one(job: Job, row: np.void, link: str) -> None:
    """Run the program on one movie, and write its row and its picture."""
    target = job.path(f"{stem(link)}.mrc")
    argv = arguments(job, row, link, target)
    follow(job, argv)
    path = target.replace(".mrc", "_DW.mrc") if "-FmDose" in argv else target
    if not os.path.isfile(path):
        raise JobFailed(f"{PROGRAM} has not written {path}.")
    pixels = read_micrograph(path)
    psize = float(row["movie_blob/psize_A"]) * job.params["bin_factor"]
    row["micrograph_blob/path"], row["micrograph_blob/shape"] = path_field(path), pixels.shape
    row["micrograph_blob/psize_A"], row["micrograph_blob/format"] = psize, b"MRC/1"
    save_thumbnail(pixels, psize, path.replace(".mrc", ".png"))
    job.plot(path.replace(".mrc", ".png"), stem(text(row["movie_blob/path"])))


def arguments(job: Job, row: np.void, movie: str, target: str) -> list[str]:
    """The command line; the options are those of version 1.2.1 (CInput.cpp).

    The GPU is the first of those that CUDA_VISIBLE_DEVICES shows.
    """
    params = job.params
    argv = [PROGRAM, "-InMrc", movie, "-OutMrc", target, "-Gpu", "0"]
    argv += ["-Patch", str(params["patch_x"]), str(params["patch_y"])]
    argv += ["-Bft", f"{params['bfactor']:g}", f"{params['bfactor_local']:g}"]
    argv += ["-Iter", str(params["iterations"]), "-Tol", f"{params['tolerance']:g}"]
    argv += ["-FtBin", f"{params['bin_factor']:g}"]
    argv += ["-PixSize", f"{float(row['movie_blob/psize_A']):.6g}"]
    argv += ["-kV", f"{float(row['mscope_params/accel_kv']):.0f}"]
    if params["dose_weighting"]:
        total = float(row["mscope_params/total_dose_e_per_A2"])
        argv += ["-FmDose", f"{total / int(row['movie_blob/shape'][0]):.6g}"]
    if "gain_ref_blob/path" in (row.dtype.names or ()) and row["gain_ref_blob/path"]:
        argv += ["-Gain", text(row["gain_ref_blob/path"])]
    return argv


def report(job: Job, table: Table, version: int | None = None) -> None:
    """Report the micrographs that are written."""
    image = text(table["micrograph_blob/path"][0]).replace(".mrc", ".png")
    report_table(job, "micrographs", table, version=version, image=image)


if __name__ == "__main__":
    main(correct)
