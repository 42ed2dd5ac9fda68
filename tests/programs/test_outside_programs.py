"""The types for programs that are not installed here, with stand-ins that know their options."""

from pathlib import Path

import mrcfile
import numpy as np
import pytest

from tests.programs.given import given
from tests.programs.project import Project, Run
from tests.programs.stand_ins import install
from tests.programs.truth import frames_of, table


@pytest.fixture(autouse=True)
def _stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them on the PATH."""
    names = ("topaz", "model_angelo", "cryodrgn")
    others = {"MotionCor3": "motioncor3", "cryolo_predict_py": "cryolo_predict"}
    install(monkeypatch, tmp_path / "bin", **dict(zip(names, names, strict=True)), **others)


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
    movies = movie.connected("imported_movies")

    run = project.run("motion_correction_motioncor3", {"bin_factor": 2}, movies=movies)

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


def test_picks_of_cryolo_are_centres_with_the_confidence_of_their_boxes(
    project: Project, small: Run
) -> None:
    micrographs = small.connected("micrographs")

    run = project.run("cryolo_predict", {"model_path": "general.h5"}, micrographs=micrographs)

    assert run.code == 0, run.stderr
    rows, exposures = (table(project, run, name) for name in ("particles", "micrographs"))
    assert list(rows["location/micrograph_uid"]) == [exposures["uid"][1]] * 2
    np.testing.assert_allclose(rows["pick_stats/ncc_score"], [0.9, 0.4])
    np.testing.assert_allclose(rows["location/center_x_frac"] * 256, [120.5, 40])
    np.testing.assert_allclose(rows["location/center_y_frac"] * 256, [60.25, 200])


def test_a_want_of_memory_fails_though_cryolo_ends_well(project: Project, small: Run) -> None:
    micrographs = small.connected("micrographs")

    run = project.run("cryolo_predict", {"model_path": "too_large"}, micrographs=micrographs)

    assert run.error == "crYOLO has not enough GPU memory."


def test_modelangelo_gets_the_sharpened_map_and_the_sequences(project: Project) -> None:
    for name, value in (("plain", 1), ("sharp", 2)):
        voxels = np.full((4, 4, 4), value, np.float32)
        mrcfile.write(project.directory / f"{name}.mrc", voxels, overwrite=True)
    (project.directory / "protein.fasta").write_text("GAVL")
    (project.directory / "rna.fa").write_text("ACGU")
    columns = [("map/path", np.array(b"plain.mrc")), ("map_sharp/path", np.array(b"sharp.mrc"))]
    sequences = {"protein_fasta": "protein.fasta", "rna_fasta": "rna.fa"}

    run = project.run(
        "model_angelo_build", sequences, volume=given(project, "sharpened", columns, 1)
    )

    assert run.code == 0, run.stderr
    model = project.directory / run.committed["model"]["metafile"]
    assert model.read_text() == "data_model\n# 2.0 ['GAVL', 'ACGU']\n"
    assert [(r["done"], r["total"]) for r in run.said("progress")][-1] == (3, 3)


def test_the_models_of_cryodrgn_are_versions_and_its_maps_outputs(
    project: Project, true_particles: Run
) -> None:
    params = {"num_epochs": 3, "num_volumes": 2, "zdim": 4, "compute_num_gpus": 2, "lazy": True}

    run = project.run("cryodrgn_train_vae", params, particles=true_particles.connected("particles"))

    assert run.code == 0, run.stderr
    models = [r["version"] for r in run.said("result") if r["output"] == "model"]
    assert models == [1, 2, "F"]
    assert [(r["x"], r["y"]) for r in run.said("metric")][:2] == [(1, 1.0), (2, 0.5)]
    assert {path.name for path in (run.directory / "model").glob("*.pkl")} == {
        "weights.3.pkl",
        "z.3.pkl",
    }
    [row] = table(project, run, "volume_1")
    assert row["map/path"] == f"{run.uid}/model/analyze.3/kmeans2/vol_002.mrc".encode()
