"""The sets tools: what is in both sets, in one of them, or in a random part."""

import pytest

from tests.programs.given import given
from tests.programs.project import Json, Project, Run
from tests.programs.truth import table


def particles(project: Project, name: str, rows: int) -> list[Json]:
    """Particles with uids 1 to `rows`."""
    return given(project, name, [("pick_stats/power", 1.0)], rows)


def uids(project: Project, run: Run, output: str) -> list[int]:
    return [int(uid) for uid in table(project, run, output)["uid"]]


def test_two_sets_are_compared_by_uid(own_project: Project) -> None:
    large, small = particles(own_project, "large", 5), particles(own_project, "small", 3)

    run = own_project.run("particle_sets", A=large, B=small)

    assert uids(own_project, run, "intersect") == [1, 2, 3]
    assert uids(own_project, run, "A_minus_B") == [4, 5]
    assert uids(own_project, run, "B_minus_A") == []


def test_a_split_parts_a_set_the_same_way_for_the_same_seed(own_project: Project) -> None:
    given = particles(own_project, "all", 20)
    params = {"action": "split", "count": 6}

    first = own_project.run("particle_sets", params, A=given)
    again = own_project.run("particle_sets", params, A=given)
    other = own_project.run("particle_sets", {**params, "seed": 2}, A=given)

    part, rest = (uids(own_project, first, f"split_{n}") for n in (0, 1))
    assert (len(part), sorted(part + rest)) == (6, list(range(1, 21)))
    assert uids(own_project, again, "split_0") == part
    assert uids(own_project, other, "split_0") != part


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"action": "split", "count": 21}, "A set of 20 cannot give 21."),
        ({"action": "compare"}, "To compare two sets, connect the second one to B."),
    ],
)
def test_what_cannot_be_done_fails_with_one_sentence(
    own_project: Project, params: Json, sentence: str
) -> None:
    run = own_project.run("particle_sets", params, A=particles(own_project, "all", 20))

    assert run.error == sentence
