"""The job types that wrap RELION, on the simulated set: from movies to a map, against the truth."""

import subprocess
import sys
from pathlib import Path

import mrcfile
import numpy as np
import pytest
import starfile

from scheduler.job_file import PROGRAMS
from tests.programs.project import Project, Run
from tests.programs.test_contract import Program
from tests.programs.truth import matches, table

pytestmark = pytest.mark.relion
FAST = {"diameter_A": 130, "offset_range_pix": 2, "offset_step_pix": 1}
CLASSES = {**FAST, "class2D_K": 3, "num_iterations": 3, "psi_step_deg": 12}
MAP = {**FAST, "num_iterations": 3, "healpix_order": 1}


@pytest.fixture(scope="module")
def picked(project: Project, estimated: Run) -> Run:
    return project.run("log_picker_relion", micrographs=estimated.connected("exposures"))


@pytest.fixture(scope="module")
def extracted(project: Project, estimated: Run, picked: Run) -> Run:
    return project.run(
        "extract_micrographs_cpu_parallel",
        {"box_size_pix": 80, "bin_size_pix": 32},
        micrographs=estimated.connected("exposures"),
        particles=picked.connected("particles"),
    )


@pytest.fixture(scope="module")
def classified(project: Project, extracted: Run) -> Run:
    return project.run(
        "class_2D_relion", CLASSES, cores=2, particles=extracted.connected("particles")
    )


@pytest.fixture(scope="module")
def refined(project: Project, simulated: Run, extracted: Run) -> Run:
    return project.run(
        "homo_refine_relion",
        MAP,
        cores=2,
        particles=extracted.connected("particles"),
        volume=simulated.connected("volume"),
    )


def test_drifting_movies_are_aligned_and_keep_their_truth(own_project: Project) -> None:
    params = {"count": 2, "size": 512, "frames": 6, "particles_per_micrograph": 20}
    own_project.run("simulate_data", params)
    taken = own_project.run(
        "import_movies",
        {"blob_paths": "J1/movie_*.mrc", "psize_A": 2.0, "total_dose_e_per_A2": 6},
    )

    run = own_project.run("motion_correction_relion", movies=taken.connected("imported_movies"))

    assert run.code == 0, run.stderr
    rows = table(own_project, run, "micrographs")
    for row in rows:
        way = np.load(own_project.directory / row["rigid_motion/path"].decode())
        assert len(way) == 6
        assert 8 <= np.hypot(*(way[-1] - way[0])) * 2.0 <= 16  # the sample drifts by 12 Å
    assert [Path(p.decode()).name for p in rows["micrograph_blob/path"]] == [
        "movie_0001.mrc",
        "movie_0002.mrc",
    ]


def test_log_picks_match_the_true_particles(project: Project, simulated: Run, picked: Run) -> None:
    truth, picks = table(project, simulated, "truth"), table(project, picked, "particles")

    hit, right = matches(truth, picks)

    assert hit / len(truth) >= 0.75
    assert right / len(picks) >= 0.9


def test_picks_by_class_averages_match_the_true_particles(
    project: Project, simulated: Run, estimated: Run, classified: Run
) -> None:
    run = project.run(
        "template_picker_relion",
        {"diameter_A": 130, "min_distance_A": 80, "angle_step_deg": 30},
        micrographs=estimated.connected("exposures"),
        templates=classified.connected("class_averages"),
    )

    assert run.code == 0, run.stderr
    truth, picks = table(project, simulated, "truth"), table(project, run, "particles")
    hit, right = matches(truth, picks)
    assert hit / len(truth) >= 0.9
    assert right / len(picks) >= 0.95
    assert set(picks["pick_stats/template_idx"]) <= {0, 1, 2}
    assert np.all(picks["pick_stats/power"] >= 0.2)


def test_nothing_picked_is_a_warning_though_relion_breaks(project: Project, estimated: Run) -> None:
    exposures = estimated.connected("exposures")

    run = project.run("log_picker_relion", {"threshold": 10}, micrographs=exposures)

    assert (run.code, run.committed["particles"]["num_items"]) == (0, 0), run.stderr
    assert run.committed["micrographs"]["num_items"] == 3
    assert run.said("log")[-1]["text"].startswith("No particle was found.")


def test_particles_are_those_picks_whose_box_fits(
    project: Project, picked: Run, extracted: Run
) -> None:
    picks = table(project, picked, "particles")
    centres = np.stack([picks[f"location/center_{axis}_frac"] for axis in "xy"]) * 768
    inside = np.all((np.rint(centres) >= 40) & (np.rint(centres) <= 728), axis=0)

    particles = table(project, extracted, "particles")

    assert set(particles["uid"]) == set(picks["uid"][inside])
    assert {"blob/path", "ctf/df1_A", "location/center_x_frac"} <= set(particles.dtype.names or ())


def test_relion_extracts_the_same_particles(
    project: Project, estimated: Run, picked: Run, extracted: Run
) -> None:
    run = project.run(
        "extract_relion",
        {"box_size_pix": 80, "bin_size_pix": 32},
        micrographs=estimated.connected("exposures"),
        particles=picked.connected("particles"),
    )

    assert run.code == 0, run.stderr
    ours, theirs = table(project, extracted, "particles"), table(project, run, "particles")
    assert list(theirs["uid"]) == list(ours["uid"])
    rows = starfile.read(run.directory / "relion.star")["particles"]
    names = zip(theirs["blob/idx"] + 1, theirs["blob/path"], strict=True)
    assert list(rows["rlnImageName"]) == [f"{n:06d}@{path.decode()}" for n, path in names]
    np.testing.assert_allclose(rows["rlnDefocusU"], theirs["ctf/df1_A"], atol=0.01)
    images = [
        mrcfile.read(project.directory / rows["blob/path"][0].decode()) for rows in (ours, theirs)
    ]
    assert images[0].shape == images[1].shape
    assert np.corrcoef(images[0].ravel(), images[1].ravel())[0, 1] >= 0.95


def test_every_iteration_of_a_classification_is_a_version(classified: Run) -> None:
    said = [(r["output"], r["version"]) for r in classified.said("result")]

    names = ("particles", "class_averages")
    assert said == [(name, version) for version in (1, 2, "F") for name in names]
    assert [r["done"] for r in classified.said("progress")][-1] == 3


def test_a_classification_leaves_the_files_of_its_newest_iteration_alone(classified: Run) -> None:
    kept = {path.name[:9] for path in classified.directory.glob("run_it*")}
    tables = {path.name for path in classified.directory.glob("*.cs")}

    assert kept == {"run_it003"}
    assert tables == {"particles.cs", "class_averages.cs"}


def test_each_particle_has_the_class_that_relion_wrote(
    project: Project, extracted: Run, classified: Run
) -> None:
    rows = starfile.read(classified.directory / "run_it003_data.star")["particles"]
    found = table(project, classified, "particles")

    assert list(found["uid"]) == list(table(project, extracted, "particles")["uid"])
    assert list(found["alignments2D/class"] + 1) == list(rows["rlnClassNumber"])
    np.testing.assert_allclose(
        found["alignments2D/shift"][:, 0] * 5.0, rows["rlnOriginXAngst"], atol=1e-3
    )


def test_a_refined_map_correlates_with_the_truth(
    project: Project, simulated: Run, refined: Run
) -> None:
    run = project.run(
        "validation",
        volume=refined.connected("volume"),
        reference=simulated.connected("volume"),
    )

    summary = run.committed["volume"]["summary"]
    assert summary["correlation"] >= 0.85
    assert summary["resolution_A"] <= 45
    assert "FSC with the reference falls below 0.5" in run.said("log")[-1]["text"]


def test_particles_in_their_true_poses_make_the_true_map(
    project: Project, simulated: Run, true_particles: Run
) -> None:
    """Poses, shifts and the contrast mean to RELION what they mean to the simulation."""
    made = project.run("reconstruct_relion", particles=true_particles.connected("particles"))

    run = project.run(
        "validation", volume=made.connected("volume"), reference=simulated.connected("volume")
    )

    assert run.committed["volume"]["summary"]["resolution_A"] <= 40


def test_a_mask_holds_the_particle_and_its_map_is_sharpened_under_it(
    project: Project, refined: Run
) -> None:
    volume = refined.connected("volume")
    mask = project.run("mask_create_relion", {"inside_fraction": 0.1}, volume=volume)

    run = project.run(
        "postprocess_relion", {"bfactor": -100}, volume=volume, mask=mask.connected("mask")
    )

    voxels = mrcfile.read(project.directory / mask.uid / "mask.mrc")
    assert (voxels.min(), voxels.max()) == (0, 1)
    assert voxels[16, 16, 16] == 1
    assert 10 <= run.committed["volume"]["summary"]["resolution_A"] <= 60
    assert {"map_sharp/path", "map_half_A/path"} <= set(
        table(project, run, "volume").dtype.names or ()
    )


def test_angles_come_back_from_rotation_vectors() -> None:
    code = """
import numpy as np
from relion_star import euler_angles, rotation_vectors
angles = np.random.default_rng(1).uniform((-179, 1, -179), (179, 179, 179), (100, 3))
assert np.allclose(euler_angles(rotation_vectors(angles)), angles)
"""
    subprocess.run([sys.executable, "-c", code], cwd=PROGRAMS, check=True)


def test_a_stopped_classification_keeps_its_last_complete_iteration(
    project: Project, extracted: Run
) -> None:
    many = {**CLASSES, "num_iterations": 200}
    inputs = extracted.connected("particles")

    run = project.run("class_2D_relion", many, cores=2, stop_after="result", particles=inputs)

    assert (run.code, run.outcome) == (0, "completed_early")
    assert run.stopped_in_s <= 15  # within 2 s on an idle machine; the whole run takes minutes
    assert run.committed["particles"]["num_items"] == len(table(project, extracted, "particles"))


def test_an_option_that_this_version_does_not_know_is_an_error(tmp_path: Path) -> None:
    body = 'from relion import run\nrun(job, ["relion_refine", "--grad", "--i", "x.star"])'
    program = Program(tmp_path, body)

    assert program.run() == 1
    [error] = [r.content["text"] for r in program.records if r.type == "error"]
    assert error == "relion_refine of this version has no option --grad."


def test_relions_own_words_tell_why_it_failed(tmp_path: Path) -> None:
    body = 'from relion import run\nrun(job, ["relion_refine", "--i", "x.star", "--o", "J1/run"])'
    program = Program(tmp_path, body)

    assert program.run() == 1
    [error] = [r.content["text"] for r in program.records if r.type == "error"]
    assert error.startswith("relion_refine failed: ")
