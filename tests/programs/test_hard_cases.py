"""What is no clean data: contradictions, dirt, equal names, an end before the end."""

import mrcfile
import numpy as np
import pytest

from tests.programs.project import Json, Project, Run
from tests.programs.truth import table

CTF, PICK, SIMULATE = "ctf_estimation", "blob_picker", "simulate_data"


def on(
    project: Project, type_: str, given: list[Json], params: Json | None = None, stop: bool = False
) -> Run:
    if type_ == CTF:
        return project.run(type_, params, stop=stop, exposures=given)
    return project.run(type_, params, stop=stop, micrographs=given)


@pytest.mark.parametrize(
    ("type_", "params", "sentence"),
    [
        (
            CTF,
            {"res_min_A": 4},
            "The lowest resolution (4 Å) must be a larger number than the highest (5 Å).",
        ),
        (
            CTF,
            {"res_min_A": 5.1},
            "{path} is too small, or its pixels too large, to see the CTF between 5.1 and 5 Å.",
        ),
        (
            PICK,
            {"diameter_A": 1},
            "A particle of 0.5 pixels cannot be seen in {path}; it takes 4.",
        ),
        (
            PICK,
            {"diameter_A": 2000},
            "A particle of 1000 pixels is larger than {path}.",
        ),
    ],
)
def test_params_that_make_no_sense_for_the_data_fail_with_one_sentence(
    project: Project, small: Run, type_: str, params: Json, sentence: str
) -> None:
    run = on(project, type_, small.connected("micrographs"), params)

    assert run.error == sentence.format(path=f"{small.uid}/micrograph_0001.mrc")


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        (
            {"df_min": 30000},
            "The lowest defocus (30000 Å) must not be above the highest (20000 Å).",
        ),
        (
            {"size": 256, "psize_A": 0.5},
            "A micrograph of 256 px has no room for a particle; "
            "at a pixel size of 0.5 Å it takes 309 px.",
        ),
    ],
)
def test_a_simulation_that_cannot_be_fails_with_one_sentence(
    own_project: Project, params: Json, sentence: str
) -> None:
    assert own_project.run(SIMULATE, params).error == sentence


def test_a_micrograph_takes_no_more_particles_than_fit(own_project: Project) -> None:
    run = own_project.run(SIMULATE, {"count": 1, "size": 256, "particles_per_micrograph": 5000})

    assert run.code == 0
    assert 1 <= run.committed["truth"]["num_items"] <= 9


def test_dirt_and_carbon_are_not_picked(project: Project, simulated: Run) -> None:
    path = project.directory / simulated.uid / "micrograph_0001.mrc"
    pixels = mrcfile.read(path)
    y, x = np.mgrid[:768, :768]
    carbon, dirt = x < 150, np.hypot(x - 500, y - 300) < 60
    pixels = pixels - pixels.std() * (8 * carbon + 30 * dirt)
    mrcfile.write(project.directory / "dirty.mrc", pixels.astype(np.float32), voxel_size=2.0)
    raw = project.run("import_micrographs", {"blob_paths": "dirty.mrc", "psize_A": 2.0})

    run = project.run(PICK, micrographs=raw.connected("imported_micrographs"))

    picks, truth = table(project, run, "particles"), table(project, simulated, "truth")
    first = f"{simulated.uid}/micrograph_0001.mrc".encode()
    here = truth[truth["location/micrograph_path"] == first]
    nearest = [
        768
        * np.hypot(
            here["location/center_x_frac"] - pick["location/center_x_frac"],
            here["location/center_y_frac"] - pick["location/center_y_frac"],
        ).min()
        for pick in picks
    ]
    assert len(picks) >= len(here) // 2
    assert max(nearest) <= 15


def test_nothing_found_is_a_warning_and_an_empty_table(project: Project, small: Run) -> None:
    run = on(project, PICK, small.connected("micrographs"), {"threshold_sigma": 1000})

    assert run.code == 0
    assert len(table(project, run, "particles")) == 0
    assert [r["text"] for r in run.said("log") if r["level"] == "warning"] == [
        "No particle was found. Try a lower threshold or another diameter."
    ]


def test_files_of_one_name_in_two_directories_have_their_own_pictures(
    project: Project, small: Run, small_again: Run
) -> None:
    both = small.connected("micrographs") + small_again.connected("micrographs")

    run = on(project, PICK, both)

    pictures = {record["files"][0]["path"] for record in run.said("plot")}
    assert len(pictures) == 4
    assert run.committed["micrographs"]["num_items"] == 4


def test_an_exposure_that_is_connected_twice_counts_once(project: Project, small: Run) -> None:
    run = on(project, PICK, small.connected("micrographs") * 2)

    assert run.committed["micrographs"]["num_items"] == 2


@pytest.mark.parametrize(("type_", "output"), [(CTF, "exposures"), (PICK, "micrographs")])
def test_an_early_end_keeps_what_is_done(
    project: Project, small: Run, type_: str, output: str
) -> None:
    run = on(project, type_, small.connected("micrographs"), stop=True)

    assert (run.code, run.outcome) == (0, "completed_early")
    assert run.committed[output]["num_items"] == 1


def test_a_simulation_ended_early_is_whole(own_project: Project) -> None:
    run = own_project.run(SIMULATE, {"size": 256, "particles_per_micrograph": 1}, stop=True)

    assert (run.code, run.outcome) == (0, "completed_early")
    counts = {name: output["num_items"] for name, output in run.committed.items()}
    assert counts == {"micrographs": 1, "truth": 1, "volume": 1}
