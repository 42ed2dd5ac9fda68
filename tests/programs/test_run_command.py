"""Programs that know nothing of us, run by their declaration: what is written, heard, collected."""

from pathlib import Path

import mrcfile
import numpy as np
import pytest

from tests.programs.given import given
from tests.programs.project import Project, Run
from tests.programs.site import run
from tests.programs.truth import table

DECLARATION = """
type = "copy_map"
version = 1
title = "Copy a map"
category = "utilities"
description = "Copies."
[run]
command = ["sh", "/opt/site/copy.sh", "{exports.volume}", "{job_dir}/copy.mrc"]
[[run.watch]]
regex = 'at (?P<done>\\d+): (?P<value>\\S+)'
emit = "metric"
name = "resolution_A"
[[run.watch]]
regex = 'warning: (?P<text>.*)'
emit = "warning"
[[run.watch]]
regex = '^ERROR'
emit = "error"
[[run.watch]]
regex = '^(a+)+$'
emit = "warning"
[run.collect.volume]
file = "{job_dir}/copy.mrc"
importer = "map"
[inputs.volume]
type = "volume"
slots = ["map"]
exporter = "map_mrc"
[outputs.volume]
type = "volume"
"""


def copied(directory: Path, program: str) -> Run:
    """Run `program` on a map of 8 px."""
    project = Project(directory / "project")
    project.directory.mkdir()
    mrcfile.write(project.directory / "given.mrc", CUBE, voxel_size=3)
    columns = [("map/path", np.array([b"given.mrc"])), ("map/psize_A", np.float32(3))]
    volume = given(project, "given", columns, 1)
    return run(directory, DECLARATION, program, {}, {"volume": volume})


CUBE = np.random.default_rng(2).normal(size=(8, 8, 8)).astype(np.float32)


def test_a_map_goes_in_and_comes_back_with_what_was_said_on_the_way(tmp_path: Path) -> None:
    said = r"printf 'at 1: 12.5\rat 2: 9.5\nwarning: it is cold\n'"

    done = copied(tmp_path, f"{said}; cp $1 $2")

    assert done.code == 0, done.stderr
    curve = [(r["name"], r["x"], r["y"]) for r in done.said("metric")]
    assert curve == [("resolution_A", 1, 12.5), ("resolution_A", 2, 9.5)]
    warnings = [r["text"] for r in done.said("log") if r["level"] == "warning"]
    assert warnings == ["it is cold"]
    [row] = table(Project(tmp_path / "project"), done, "volume")
    assert (row["map/path"], row["map/psize_A"]) == (b"J1/copy.mrc", 3)
    np.testing.assert_array_equal(mrcfile.read(done.directory / "copy.mrc"), CUBE)


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("echo fine", "The program ended without error, but J1/copy.mrc is not there."),
        ("cp $1 $2; echo 'ERROR: no peak'", "ERROR: no peak"),
        ("echo 'ERROR: no peak'; exit 3", "ERROR: no peak"),
        (
            "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
            "A watch rule has looked at one line for more than 1 s.",
        ),
    ],
)
def test_what_goes_wrong_is_said_in_one_sentence(
    tmp_path: Path, program: str, sentence: str
) -> None:
    assert copied(tmp_path, program).error == sentence
