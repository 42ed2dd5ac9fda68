"""What wrappers put before RELION: files of their inputs by names of the job's own, and STAR."""

import os
from collections import Counter

from exposures import stem
from lanekeeper_job import Job
from relion_star import Columns, numbers, optics_groups, write_star_file
from tables import Table, text


def staged(job: Job, table: Table, field: str) -> list[str]:
    """Links in the job's directory to the files of `field`, one a row, each of its own name.

    RELION repeats the names of its inputs below its output directory; so they are short, relative
    and different, wherever the files lie.
    """
    folder = job.path("in")
    os.makedirs(folder, exist_ok=True)
    paths = [text(path) for path in table[field]]
    times, links = Counter(stem(path) for path in paths), []
    for uid, path in zip(table["uid"], paths, strict=True):
        name = stem(path) if times[stem(path)] == 1 else f"{stem(path)}_{int(uid):016x}"
        link = os.path.join(folder, f"{name}.{path.rsplit('.', 1)[-1]}")
        if not os.path.lexists(link):
            os.symlink(os.path.abspath(path), link)
        links.append(link)
    return links


def write_movies(job: Job, table: Table, links: list[str]) -> str:
    """The STAR file of movies; its path."""
    optics, groups = optics_groups(table, "mscope_params", "movie_blob/psize_A", None)
    optics["rlnMicrographOriginalPixelSize"] = optics.pop("rlnMicrographPixelSize")
    columns: Columns = {"rlnMicrographMovieName": links, "rlnOpticsGroup": groups}
    path = job.path("in/movies.star")
    write_star_file(path, {"optics": optics, "movies": columns})
    return path


def write_micrographs(job: Job, table: Table, links: list[str]) -> str:
    """The STAR file of micrographs, with their CTF if it is known; its path."""
    optics, groups = optics_groups(table, "mscope_params", "micrograph_blob/psize_A", None)
    optics["rlnMicrographOriginalPixelSize"] = optics["rlnMicrographPixelSize"]
    columns: Columns = {"rlnMicrographName": links, "rlnOpticsGroup": groups}
    if "ctf/df1_A" in (table.dtype.names or ()):
        columns["rlnDefocusU"] = numbers(table["ctf/df1_A"])
        columns["rlnDefocusV"] = numbers(table["ctf/df2_A"])
        columns["rlnDefocusAngle"] = numbers(table["ctf/df_angle_rad"] * 180 / 3.141592653589793)
    path = job.path("in/micrographs.star")
    write_star_file(path, {"optics": optics, "micrographs": columns})
    return path
