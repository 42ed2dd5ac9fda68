"""The graph of jobs: chains between two of them."""

from hypothesis import given
from hypothesis import strategies as st

from domain.job_tree import ancestors, chain, descendants

Graph = dict[str, list[str]]
DIAMOND: Graph = {"J1": [], "J2": ["J1"], "J3": ["J1"], "J10": ["J2", "J3"], "J11": ["J10"]}


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Jobs J1 to Jn, whose parents are any of those with a smaller number."""
    count = draw(st.integers(2, 9))
    above = [[f"J{n}" for n in range(1, number)] for number in range(1, count + 1)]
    parents = [draw(st.lists(st.sampled_from(a), unique=True)) if a else [] for a in above]
    return {f"J{number}": jobs for number, jobs in enumerate(parents, 1)}


jobs = st.integers(1, 9).map("J{}".format)


def test_a_chain_has_every_way_between_its_ends_and_nothing_beside_them() -> None:
    assert chain("J1", "J10", DIAMOND) == ["J1", "J2", "J3", "J10"]


def test_a_chain_may_be_given_from_its_end() -> None:
    assert chain("J11", "J2", DIAMOND) == ["J2", "J10", "J11"]


def test_unrelated_jobs_have_no_chain() -> None:
    assert chain("J2", "J3", DIAMOND) == []


def test_a_job_is_the_chain_from_itself_to_itself() -> None:
    assert chain("J2", "J2", DIAMOND) == ["J2"]


@given(graphs(), jobs, jobs)
def test_a_chain_is_what_is_below_one_end_and_above_the_other(
    graph: Graph, start: str, end: str
) -> None:
    found = chain(start, end, graph)

    top, bottom = (start, end) if start == end or start in ancestors(end, graph) else (end, start)
    below, above = descendants(top, graph) | {top}, ancestors(bottom, graph) | {bottom}
    assert len(found) == len(set(found))
    assert set(found) == below & above


@given(graphs(), jobs, jobs)
def test_every_job_of_a_chain_stands_behind_its_parents(graph: Graph, start: str, end: str) -> None:
    found = chain(start, end, graph)

    for place, job in enumerate(found):
        assert set(graph.get(job, [])) & set(found) <= set(found[:place])


@given(graphs(), jobs, jobs)
def test_the_order_of_the_ends_does_not_matter(graph: Graph, start: str, end: str) -> None:
    assert chain(start, end, graph) == chain(end, start, graph)


@given(graphs(), jobs, jobs)
def test_descendants_and_ancestors_are_two_views_of_one_relation(
    graph: Graph, one: str, other: str
) -> None:
    assert (one in descendants(other, graph)) == (other in ancestors(one, graph))
