"""The interactive types: what they ask, and what an answer makes of it."""

import mrcfile
import numpy as np
import pytest

from domain.json_schema import violations
from tests.programs.given import given
from tests.programs.project import Json, Project, Run
from tests.programs.truth import table

CLASSES = [0, 0, 1, 2, 2, 2]
"""The class of each of six particles; there are four."""


def classified(project: Project, classes: list[int] | None = None) -> dict[str, list[Json]]:
    """Six particles in four classes of 16 px."""
    images = np.random.default_rng(1).normal(size=(4, 16, 16)).astype(np.float32)
    mrcfile.write(project.directory / "classes.mrcs", images, overwrite=True)
    paths = np.array([b"classes.mrcs"] * 4)
    numbers = np.arange(4, dtype=np.uint32)
    averages = [("blob/path", paths), ("blob/idx", numbers)]
    of_each = np.array(classes or CLASSES, dtype=np.uint32)
    return {
        "particles": given(project, "particles", [("alignments2D/class", of_each)], 6),
        "templates": given(project, "class_averages", averages, 4),
    }


def select(project: Project, answer: Json | None = None, classes: list[int] | None = None) -> Run:
    given = classified(project, classes)
    return project.run(
        "select_2D", answer=answer, particles=given["particles"], templates=given["templates"]
    )


def question(run: Run) -> Json:
    [asked] = run.said("waiting")
    assert run.code == 0, run.stderr
    assert not (run.directory / "outputs.json").exists()
    return asked


def test_the_question_shows_each_class_with_its_number_of_particles(own_project: Project) -> None:
    asked = question(select(own_project))

    classes = asked["data"]["classes"]
    assert (asked["kind"], [c["num_particles"] for c in classes]) == ("select_2D", [2, 1, 3, 0])
    for shown in (asked["data"]["image"], *(c["image"] for c in classes)):
        assert (own_project.directory / shown).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("answer", "is_good"),
    [
        ({"selected": [0, 2]}, True),
        ({"selected": []}, True),
        ({"selected": [4]}, False),
        ({"selected": [0, 0]}, False),
        ({}, False),
        ({"selected": [0], "other": 1}, False),
    ],
)
def test_only_answers_that_name_classes_are_taken(
    project: Project, answer: Json, is_good: bool
) -> None:
    schema = question(select(project))["submit_schema"]

    assert (not list(violations(answer, schema))) is is_good


def test_particles_go_with_the_classes_that_were_selected(own_project: Project) -> None:
    run = select(own_project, {"selected": [0, 2]})

    kept, left = (table(own_project, run, f"particles_{n}") for n in ("selected", "excluded"))
    averages = table(own_project, run, "templates_selected")
    assert list(kept["uid"]) == [1, 2, 4, 5, 6]
    assert list(left["uid"]) == [3]
    assert list(averages["blob/idx"]) == [0, 2]


def test_particles_of_another_classification_are_refused(own_project: Project) -> None:
    run = select(own_project, classes=[0, 0, 0, 0, 0, 7])

    assert run.error == "The particles and the class averages are of different classifications."


def test_exposures_are_offered_with_what_is_known_of_them(
    project: Project, simulated: Run, estimated: Run
) -> None:
    asked = question(project.run("curate_exposures_v2", exposures=estimated.connected("exposures")))

    names = [row["name"] for row in asked["data"]["exposures"]]
    assert names == [f"micrograph_{n:04d}" for n in (1, 2, 3)]
    assert set(asked["data"]["measures"]) == {
        *("defocus_A", "astigmatism_A", "ctf_fit_to_A", "cross_corr"),
    }


def test_exposures_and_their_particles_are_parted_by_limits_and_by_hand(
    project: Project, simulated: Run, estimated: Run
) -> None:
    defocus = np.mean([table(project, estimated, "exposures")[f"ctf/df{n}_A"] for n in (1, 2)], 0)
    lowest, middle, highest = np.argsort(defocus)
    limit = (defocus[lowest] + defocus[middle]) / 2
    answer = {
        "thresholds": {"defocus_A": {"min": None, "max": float(limit)}},
        "accepted": [int(highest)],
    }

    run = project.run(
        "curate_exposures_v2",
        answer=answer,
        exposures=estimated.connected("exposures"),
        particles=simulated.connected("truth"),
    )

    accepted = table(project, run, "exposures_accepted")
    particles = table(project, run, "particles_accepted")
    uids = table(project, estimated, "exposures")["uid"]
    assert set(accepted["uid"]) == {uids[lowest], uids[highest]}
    assert set(particles["location/micrograph_uid"]) == set(accepted["uid"])
    assert run.committed["particles_rejected"]["num_items"] == 90 - len(particles)


@pytest.fixture(scope="module")
def picked(project: Project, simulated: Run) -> Run:
    return project.run("blob_picker", micrographs=simulated.connected("micrographs"))


def inspected(project: Project, picked: Run, answer: Json | None = None) -> Run:
    return project.run(
        "inspect_picks_v2",
        answer=answer,
        micrographs=picked.connected("micrographs"),
        particles=picked.connected("particles"),
    )


def test_picks_are_shown_with_the_spread_of_their_scores(project: Project, picked: Run) -> None:
    asked = question(inspected(project, picked))

    score = table(project, picked, "particles")["pick_stats/ncc_score"]
    shown, schema = asked["data"], asked["submit_schema"]
    assert (asked["kind"], shown["num_particles"]) == ("inspect_picks", len(score))
    at = shown["scores"]["ncc_score"]
    np.testing.assert_allclose((at["min"], at["max"]), (score.min(), score.max()), atol=1e-4)
    assert at["min"] < at["10 %"] < at["50 %"] < at["90 %"] < at["max"]
    assert len(shown["images"]) == 4
    for image in shown["images"]:
        assert (project.directory / image).read_bytes().startswith(b"\x89PNG")
    assert list(violations({"ncc_score_min": "2"}, schema)) != []
    assert not list(violations({"ncc_score_min": 2}, schema))


def test_picks_within_all_limits_are_kept(project: Project, picked: Run) -> None:
    rows = table(project, picked, "particles")
    low, high = np.percentile(rows["pick_stats/ncc_score"], (30, 60))

    run = inspected(project, picked, {"ncc_score_min": float(low), "power_max": float(high)})

    score = rows["pick_stats/ncc_score"]
    kept = table(project, run, "particles")
    assert list(kept["uid"]) == list(rows["uid"][(score >= low) & (score <= high)])
    assert 0 < len(kept) < len(rows)
    assert run.committed["micrographs"]["num_items"] == 3
