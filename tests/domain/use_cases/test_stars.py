"""A star is the viewer's own: it can be set again and again and stands in nobody's way."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from domain.documents import Job, Project, User
from domain.error_codes import ErrorCode
from domain.errors import NotFound, StatusRefused
from domain.permissions import Permission
from domain.uids import JobKey
from domain.use_cases.context import Request
from domain.use_cases.stars import star_job, star_project, star_workspace
from tests.conftest import viewer_of

MakeProject = Callable[..., Awaitable[Project]]
MakeJob = Callable[..., Awaitable[Job]]
MakeUser = Callable[..., Awaitable[User]]
J1 = JobKey("P1", "J1")


@pytest.fixture
async def anna(
    request_context: Request, make_user: MakeUser, make_project: MakeProject, make_job: MakeJob
) -> Request:
    """Anna, who sees P1 with W1 and J1, by a token that only reads."""
    viewer = viewer_of(await make_user())
    await make_project(users_with_access=["anna"])
    await make_job()
    return replace(request_context, viewer=replace(viewer, cap=Permission.READ))


async def test_a_star_is_set_and_taken_as_often_as_one_likes(anna: Request) -> None:
    for starred, expected in ((True, ["anna"]), (True, ["anna"]), (False, []), (False, [])):
        assert (await star_job(anna, J1, starred=starred)).starred_by == expected
        assert (await star_project(anna, "P1", starred=starred)).starred_by == expected
        assert (await star_workspace(anna, "P1", "W1", starred=starred)).starred_by == expected


async def test_a_star_is_no_change_that_others_could_conflict_with(
    anna: Request, request_context: Request
) -> None:
    job = await star_job(anna, J1, starred=True)
    both = await star_job(request_context, J1, starred=True)
    project = await star_project(anna, "P1", starred=True)
    workspace = await star_workspace(anna, "P1", "W1", starred=True)

    assert (job.revision, project.revision, workspace.revision) == (1, 1, 1)
    assert both.starred_by == ["anna", request_context.viewer.user_id]


async def test_an_archived_project_can_be_starred(anna: Request) -> None:
    await Project.rows().update_one({"_id": "P1"}, {"$set": {"archived": True}})

    assert (await star_project(anna, "P1", starred=True)).starred_by == ["anna"]
    assert (await star_job(anna, J1, starred=True)).starred_by == ["anna"]


async def test_what_is_out_of_sight_or_gone_is_not_starred(
    anna: Request, make_project: MakeProject, make_job: MakeJob
) -> None:
    await make_project("P2")
    await make_job("J1", "P2")
    await make_job("J9", deleted=True)

    with pytest.raises(NotFound):
        await star_project(anna, "P2", starred=True)
    with pytest.raises(NotFound):
        await star_workspace(anna, "P2", "W1", starred=True)
    with pytest.raises(NotFound):
        await star_workspace(anna, "P1", "W9", starred=True)
    with pytest.raises(NotFound):
        await star_job(anna, JobKey("P2", "J1"), starred=True)
    with pytest.raises(StatusRefused) as refused:
        await star_job(anna, JobKey("P1", "J9"), starred=True)

    assert refused.value.code is ErrorCode.JOB_DELETED
    assert await Project.find({"starred_by": "anna"}).count() == 0
    assert await Job.find({"starred_by": "anna"}).count() == 0
