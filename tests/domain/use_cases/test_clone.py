"""Cloning one job, many, and a chain: what is copied, what is made again, what never is."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.documents import Counter, Job, Project, Workspace
from domain.documents.shapes import Connection, JobInput, JobOutput, OutputVersion
from domain.error_codes import ErrorCode
from domain.errors import BadInput
from domain.status import JobStatus
from domain.use_cases.build import JobEdit, connect, disconnect, update
from domain.use_cases.clone import clone
from domain.use_cases.connections import NewConnection
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobTarget, NoticeCode, Outcome
from domain.use_cases.place import Destination, Placed
from tests.conftest import NOON

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]


def targets(*uids: str) -> list[JobTarget]:
    return [JobTarget(Job.model_construct(project_uid="P1", uid=uid).key) for uid in uids]


def clone_of(placed: Placed, index: int = 0) -> Job:
    made = placed.results[index].created_job
    assert made is not None
    return made


def fed_by(*uids: str) -> dict[str, Any]:
    """Values of a job that takes the `exposures` of others."""
    connections = [Connection(job_uid=uid, output="exposures") for uid in uids]
    inputs = {"exposures": JobInput(connections=connections)}
    return {"type": "ctf_estimation", "inputs": inputs, "parents": list(uids)}


def connections_of(job: Job) -> list[Connection]:
    return job.inputs["exposures"].connections


@pytest.fixture
async def chained(make_project: MakeProject, make_job: Make) -> None:
    """J1 → J2 → J3 and J2 → J4 in W1, where J3 is in W2 too; W2 is there, 4 numbers are given."""
    await make_project()
    await Workspace(
        id="P1-W2",
        project_uid="P1",
        uid="W2",
        uid_num=2,
        created_by="admin",
        created_at=NOON,
        updated_at=NOON,
    ).insert()
    await Counter(id="P1:jobs", last=4).insert()
    await Counter(id="P1:workspaces", last=2).insert()
    version = OutputVersion(version=0, final=True, metafile="J1/x", num_items=1, created_at=NOON)
    await make_job(
        "J1",
        type="import_micrographs",
        category="import",
        params={"psize_A": 1.5},
        outputs={"exposures": JobOutput(versions=[version])},
        status=JobStatus.COMPLETED,
    )
    await make_job("J2", **fed_by("J1"), status=JobStatus.RUNNING, attempt=2)
    await make_job("J3", **fed_by("J2"), workspace_uids=["W1", "W2"])
    await make_job("J4", **fed_by("J2"))


@pytest.mark.usefixtures("chained")
async def test_seed_125_a_clone_has_params_and_connections_but_no_results(
    request_context: Request,
) -> None:
    placed = await clone(request_context, targets("J1"))

    made, source = clone_of(placed), await Job.get("P1-J1")
    assert source is not None
    assert (made.uid, made.status, made.cloned_from) == ("J5", JobStatus.BUILDING, "J1")
    assert (made.type, made.params) == (source.type, {"psize_A": 1.5})
    assert (made.outputs, made.attempt, made.completed_at) == ({}, 0, None)
    assert await Job.get("P1-J5") == made


@pytest.mark.usefixtures("chained")
async def test_seed_125_a_clone_is_connected_to_the_parents_of_its_source(
    request_context: Request,
) -> None:
    made = clone_of(await clone(request_context, targets("J2")))

    assert connections_of(made) == [Connection(job_uid="J1", output="exposures")]
    assert (made.parents, made.build_errors) == (["J1"], [])


@pytest.mark.usefixtures("chained")
async def test_texts_and_tags_are_kept_but_no_marks(request_context: Request) -> None:
    marks = {"is_final_result": True, "is_ancestor_of_final_result": True, "starred_by": ["admin"]}
    texts = {"title": "Test", "description": "*first*", "tags": ["good"]}
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": marks | texts | {"priority": 9}})

    made = clone_of(await clone(request_context, targets("J1")))

    assert (made.title, made.description, made.tags) == ("Test", "*first*", ["good"])
    assert (made.is_final_result, made.is_ancestor_of_final_result) == (False, False)
    assert (made.starred_by, made.priority, made.revision) == ([], 0, 1)


@pytest.mark.usefixtures("chained")
async def test_seed_124_a_clone_goes_to_the_current_workspace_by_default(
    request_context: Request,
) -> None:
    here = await clone(request_context, targets("J3"), "W2")
    nowhere = await clone(request_context, targets("J3"))

    assert clone_of(here).workspace_uids == ["W2"]
    assert clone_of(nowhere).workspace_uids == ["W1"]
    assert here.workspace is not None
    assert nowhere.workspace is not None
    assert (here.workspace.uid, nowhere.workspace.uid) == ("W2", "W1")


@pytest.mark.usefixtures("chained")
async def test_seed_126_128_a_clone_can_be_edited_and_is_not_queued(
    request_context: Request,
) -> None:
    made = clone_of(await clone(request_context, targets("J1")))

    [result] = await update(request_context, JobTarget(made.key), JobEdit(params={"psize_A": 2}))

    assert result.job is not None
    assert (result.job.status, result.job.params["psize_A"]) == (JobStatus.BUILDING, 2)


@pytest.mark.usefixtures("chained")
async def test_seed_127_the_connections_of_a_clone_can_be_changed(request_context: Request) -> None:
    made = clone_of(await clone(request_context, targets("J3")))
    target = JobTarget(made.key)

    await disconnect(request_context, target, "exposures")
    wanted = NewConnection("exposures", "J4", "exposures")
    [result] = await connect(request_context, target, wanted)

    assert result.job is not None
    assert result.job.parents == ["J4"]


@pytest.mark.usefixtures("chained")
async def test_seed_175_connections_among_the_cloned_are_made_again_among_the_clones(
    request_context: Request,
) -> None:
    placed = await clone(request_context, targets("J3", "J1", "J2"))

    of_j3, of_j1, of_j2 = (clone_of(placed, i) for i in range(3))
    assert (of_j1.uid, of_j2.uid, of_j3.uid) == ("J5", "J6", "J7")
    assert (of_j1.parents, of_j2.parents, of_j3.parents) == ([], ["J5"], ["J6"])
    assert [result.notices for result in placed.results] == [[], [], []]


@pytest.mark.usefixtures("chained")
async def test_connections_to_jobs_that_are_not_cloned_are_kept_and_told(
    request_context: Request,
) -> None:
    placed = await clone(request_context, targets("J3", "J4"))

    assert [clone_of(placed, i).parents for i in range(2)] == [["J2"], ["J2"]]
    codes = [notice.code for result in placed.results for notice in result.notices]
    assert codes == [NoticeCode.PARENT_NOT_INCLUDED] * 2


@pytest.mark.usefixtures("chained")
async def test_a_parent_that_could_not_be_cloned_is_not_among_the_clones(
    request_context: Request,
) -> None:
    await Job.rows().update_one({"_id": "P1-J2"}, {"$set": {"deleted": True}})

    placed = await clone(request_context, targets("J2", "J3"))

    assert [result.outcome for result in placed.results] == [Outcome.FAILED, Outcome.APPLIED]
    [connection] = connections_of(clone_of(placed, 1))
    assert (connection.job_uid, connection.source_missing) == ("J2", True)


@pytest.mark.usefixtures("chained")
async def test_a_connection_to_a_deleted_parent_stays_broken(request_context: Request) -> None:
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"deleted": True}})

    made = clone_of(await clone(request_context, targets("J2")))

    assert [connection.source_missing for connection in connections_of(made)] == [True]
    assert [error.type for error in made.build_errors] == ["source_missing"]


@pytest.mark.usefixtures("chained")
@pytest.mark.parametrize("destination", [Destination("W2"), Destination(new_title="New")])
async def test_seed_177_178_clones_go_to_another_or_a_new_workspace(
    request_context: Request, destination: Destination
) -> None:
    placed = await clone(request_context, targets("J1", "J2"), "W1", destination)

    assert placed.workspace is not None
    assert placed.workspace.uid == (destination.workspace_uid or "W3")
    assert [clone_of(placed, i).workspace_uids for i in range(2)] == [[placed.workspace.uid]] * 2


@pytest.mark.usefixtures("chained")
async def test_a_dry_run_makes_nothing_and_gives_no_number(request_context: Request) -> None:
    new = Destination(new_title="New")

    placed = await clone(request_context, targets("J3", "J4"), "W1", new, dry_run=True)

    assert [result.outcome for result in placed.results] == [Outcome.PLANNED] * 2
    assert [len(result.notices) for result in placed.results] == [1, 1]
    assert (placed.workspace, await Workspace.count(), await Job.count()) == (None, 2, 4)
    assert clone_of(await clone(request_context, targets("J3"))).uid == "J5"


@pytest.mark.usefixtures("chained")
async def test_the_sources_are_left_as_they_are(request_context: Request) -> None:
    before = await Job.find_all().sort("_id").to_list()

    await clone(request_context, targets("J1", "J2", "J3"))

    after = await Job.find({"cloned_from": None}).sort("_id").to_list()
    assert after == before


async def test_jobs_of_several_projects_are_not_cloned_together(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await make_project()
    await make_project("P2")
    jobs = [await make_job(), await make_job("J1", "P2")]

    with pytest.raises(BadInput) as refusal:
        await clone(request_context, [JobTarget(job.key) for job in jobs])

    assert refusal.value.code is ErrorCode.MIXED_PROJECTS
    assert await Job.count() == 2
