"""Cloning a chain: all jobs between two, in either order, with the links among them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.actions import JobAction
from domain.documents import Counter, Job, Project
from domain.documents.shapes import Connection, JobInput
from domain.errors import InvalidChain, NotFound
from domain.use_cases.clone_chain import clone_chain
from domain.use_cases.context import Request
from domain.use_cases.place import Placed

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]


def clone_of(placed: Placed, index: int) -> Job:
    made = placed.results[index].created_job
    assert made is not None
    return made


def fed_by(*uids: str) -> dict[str, Any]:
    """Values of a job that takes the `exposures` of others."""
    connections = [Connection(job_uid=uid, output="exposures") for uid in uids]
    inputs = {"exposures": JobInput(connections=connections)}
    return {"type": "ctf_estimation", "inputs": inputs, "parents": list(uids)}


@pytest.fixture
async def chained(make_project: MakeProject, make_job: Make) -> None:
    """J1 → J2 → J3 and J2 → J4; 4 numbers are given."""
    await make_project()
    await Counter(id="P1:jobs", last=4).insert()
    await make_job("J1")
    await make_job("J2", **fed_by("J1"))
    await make_job("J3", **fed_by("J2"))
    await make_job("J4", **fed_by("J2"))


@pytest.mark.usefixtures("chained")
@pytest.mark.parametrize(("start", "end"), [("J1", "J3"), ("J3", "J1")])
async def test_seed_183_190_a_chain_is_cloned_with_links_among_the_clones(
    request_context: Request, start: str, end: str
) -> None:
    placed = await clone_chain(request_context, "P1", start, end)

    assert [result.key.job_uid for result in placed.results] == ["J1", "J2", "J3"]
    assert {result.action for result in placed.results} == {JobAction.CLONE_CHAIN}
    assert [clone_of(placed, i).parents for i in range(3)] == [[], ["J5"], ["J6"]]


@pytest.mark.usefixtures("chained")
async def test_seed_187_a_dry_run_lists_all_jobs_between_the_two(request_context: Request) -> None:
    placed = await clone_chain(request_context, "P1", "J1", "J4", dry_run=True)

    assert [result.key.job_uid for result in placed.results] == ["J1", "J2", "J4"]
    assert await Job.count() == 4


@pytest.mark.usefixtures("chained")
async def test_seed_184_185_two_jobs_that_are_not_related_are_no_chain(
    request_context: Request,
) -> None:
    with pytest.raises(InvalidChain) as refusal:
        await clone_chain(request_context, "P1", "J3", "J4")

    assert (refusal.value.start, refusal.value.end) == ("J3", "J4")
    assert await Job.count() == 4


@pytest.mark.usefixtures("chained")
async def test_a_chain_needs_both_of_its_ends(request_context: Request) -> None:
    with pytest.raises(NotFound) as refusal:
        await clone_chain(request_context, "P1", "J1", "J9")

    assert refusal.value.path == ["endJobUid"]
