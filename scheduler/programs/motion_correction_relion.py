"""Job type `motion_correction_relion`: frames aligned and summed by RELION's own algorithm."""

import os

import mrcfile
import numpy as np
from children import StoppedEarly
from exposures import connected_table, read_micrograph, stem
from lanekeeper_job import Job, JobFailed, main
from pictures import save_thumbnail
from relion import run
from relion_inputs import staged, write_movies
from relion_star import read_star_file
from results import report_table
from tables import Table, text, with_slots

MADE = ("micrograph_blob", "rigid_motion")


def correct(job: Job) -> None:
    """Correct all movies; a version is reported as soon as each of them is complete."""
    movies = connected_table(job, "movies")
    links = staged(job, movies, "movie_blob/path")
    found = Corrected(job, with_slots(movies, MADE), links)
    try:
        run(job, arguments(job, movies, write_movies(job, movies, links)), watch=found.look)
    except StoppedEarly:
        found.end()
        job.check()
    found.end()


def arguments(job: Job, movies: Table, star: str) -> list[str]:
    """The command line."""
    params, frames = job.params, int(movies["movie_blob/shape"][0][0])
    dose = float(movies["mscope_params/total_dose_e_per_A2"][0]) / frames
    argv = ["relion_run_motioncorr", "--use_own", "--i", star, "--o", f"{job.dir}/"]
    argv += ["--j", str(max(1, len(job.resources["cpu"])))]
    argv += ["--bin_factor", f"{params['bin_factor']:g}", "--bfactor", f"{params['bfactor']:g}"]
    argv += ["--patch_x", str(params["patch_x"]), "--patch_y", str(params["patch_y"])]
    argv += ["--dose_per_frame", f"{params['dose_per_frame'] or dose:.4f}"]
    argv += ["--dose_weighting"] if params["dose_weighting"] else []
    if "gain_ref_blob/path" in (movies.dtype.names or ()):
        argv += ["--gainref", text(movies["gain_ref_blob/path"][0])]
    return argv


class Corrected:
    """The micrographs as they appear, in the order of the movies; `table` has a row for each."""

    def __init__(self, job: Job, table: Table, links: list[str]) -> None:
        self.job, self.table = job, table
        self.stars = [job.path(link.rsplit(".", 1)[0] + ".star") for link in links]
        self.done = 0

    def look(self) -> None:
        """Report those that are complete since the last look: their STAR file is written last."""
        before = self.done
        while self.done < len(self.stars) and os.path.exists(self.stars[self.done]):
            fill(self.job, self.table[self.done], self.stars[self.done])
            self.done += 1
            self.job.progress(self.done, len(self.stars), "movies")
        if before < self.done < len(self.stars):
            self._report(version=self.done)

    def end(self) -> None:
        """Report all as the final version."""
        self.look()
        if self.done == 0:
            raise JobFailed("No movie was corrected.")
        self._report()

    def _report(self, version: int | None = None) -> None:
        image = text(self.table[0]["micrograph_blob/path"]).replace(".mrc", ".png")
        table = self.table[: self.done]
        report_table(self.job, "micrographs", table, version=version, image=image)


def fill(job: Job, row: np.void, star: str) -> None:
    """Write what became of a movie into its row, and its picture into the event log."""
    path = star.replace(".star", ".mrc")
    way = shifts(star)
    with mrcfile.mmap(path, mode="r") as file:
        row["micrograph_blob/shape"] = file.data.shape
    psize = float(row["movie_blob/psize_A"]) * job.params["bin_factor"]
    row["micrograph_blob/path"], row["micrograph_blob/psize_A"] = path.encode(), psize
    row["micrograph_blob/format"] = b"MRC/1"
    np.save(path.replace(".mrc", "_motion.npy"), way)
    row["rigid_motion/path"] = path.replace(".mrc", "_motion.npy").encode()
    row["rigid_motion/frame_end"] = len(way)
    row["rigid_motion/psize_A"] = row["movie_blob/psize_A"]
    picture = path.replace(".mrc", ".png")
    save_thumbnail(read_micrograph(path), psize, picture)
    steps = np.hypot(*np.diff(way, axis=0).T) * float(row["movie_blob/psize_A"])
    job.plot(picture, f"{stem(text(row['movie_blob/path']))}: drift {steps.sum():.1f} Å")


def shifts(star: str) -> np.ndarray:
    """Pixels (x, y) that the sample has moved at each frame since the first."""
    frames = read_star_file(star)["global_shift"]
    columns = (frames["rlnMicrographShiftX"], frames["rlnMicrographShiftY"])
    way: np.ndarray = np.array(columns, dtype=float).T
    return way


if __name__ == "__main__":
    main(correct)
