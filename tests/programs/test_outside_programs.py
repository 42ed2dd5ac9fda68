"""The types for programs that are not installed here, with stand-ins that know their options."""

from pathlib import Path

import mrcfile
import numpy as np
import pytest

from tests.programs.project import Project, Run
from tests.programs.stand_ins import install
from tests.programs.truth import frames_of, table


@pytest.fixture(autouse=True)
def _stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Topaz and MotionCor3 on the PATH."""
    install(monkeypatch, tmp_path / "bin", topaz="topaz.py", MotionCor3="motioncor3.py")


def test_picks_of_topaz_come_to_their_micrograph_and_place(project: Project, small: Run) -> None:
    run = project.run("topaz_extract", micrographs=small.connected("micrographs"))

    rows, micrographs = (table(project, run, name) for name in ("particles", "micrographs"))
    assert list(rows["location/micrograph_uid"]) == list(np.repeat(micrographs["uid"], 2))
    np.testing.assert_allclose(rows["pick_stats/ncc_score"], [2.5, -1.5] * 2)
    np.testing.assert_allclose(rows["location/center_x_frac"] * 256, [240, 80] * 2)
    np.testing.assert_allclose(rows["location/center_y_frac"] * 256, [40, 160] * 2)
    assert {"Topaz": "0.3.20"}.items() <= run.said("versions")[0]["versions"].items()
    assert list((run.directory / "prepared").iterdir()) == []


def test_motioncor3_is_told_dose_gain_and_pixel_size(project: Project, movie: Run) -> None:
    given = movie.connected("imported_movies")

    run = project.run("motion_correction_motioncor3", {"bin_factor": 2}, movies=given)

    [row] = table(project, run, "micrographs")
    path = bytes(row["micrograph_blob/path"]).decode()
    gain = mrcfile.read(project.directory / "gain.mrc")
    assert path == f"{run.uid}/movie_0001_DW.mrc"
    np.testing.assert_allclose(
        mrcfile.read(project.directory / path),
        frames_of(project, movie).sum(axis=0) * gain / 2.5,
        rtol=1e-6,
    )
    assert row["micrograph_blob/psize_A"] == 4.0
    [command] = [r["text"] for r in run.said("log") if r["text"].startswith("$ MotionCor3")]
    assert "-kV 300" in command
    assert "-PixSize 2 " in command
