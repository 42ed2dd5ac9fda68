"""A project is changed by those who may, at the revision they saw, while it can be changed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from domain.documents import Job, Project, Tag, User
from domain.documents.tag import TagType
from domain.errors import (
    BadInput,
    DomainError,
    Forbidden,
    InUse,
    NotFound,
    ProjectRefused,
    RevisionConflict,
)
from domain.status import ACTIVE, JobStatus
from domain.use_cases.collaborators import add_collaborator, remove_collaborator
from domain.use_cases.context import Request
from domain.use_cases.edit_project import ProjectChanges, update_project
from domain.use_cases.users import UserRef
from domain.use_cases.workspaces import update_workspace
from tests.conftest import NOON, viewer_of

MakeProject = Callable[..., Awaitable[Project]]
MakeJob = Callable[..., Awaitable[Job]]
MakeUser = Callable[..., Awaitable[User]]


async def stored(uid: str = "P1") -> Project:
    found = await Project.get(uid)
    assert found is not None
    return found


@pytest.fixture
async def member(
    request_context: Request, make_user: MakeUser, make_project: MakeProject
) -> Request:
    """A request of anna, who was given access to P1, which ben owns."""
    await make_user("ben")
    await make_project(owner_user_id="ben", users_with_access=["anna"])
    return replace(request_context, viewer=viewer_of(await make_user("anna")))


@pytest.fixture
async def owner(member: Request) -> Request:
    """A request of ben, who owns P1."""
    ben = await User.get("ben")
    assert ben is not None
    return replace(member, viewer=viewer_of(ben))


async def test_a_member_changes_the_words_and_pauses_the_queue(member: Request) -> None:
    changes = ProjectChanges(title=" Ribosome ", description="# 70S", queue_paused=True)

    project = await update_project(member, "P1", changes, expected_revision=1)

    assert project == await stored()
    assert (project.title, project.description, project.revision) == ("Ribosome", "# 70S", 2)
    assert project.queue_paused
    assert not project.archived


async def test_what_is_left_out_stays(member: Request) -> None:
    await update_project(member, "P1", {"description": "kept"})

    project = await update_project(member, "P1", {"title": "New"})

    assert (project.title, project.description) == ("New", "kept")


async def test_no_change_writes_nothing(member: Request) -> None:
    assert (await update_project(member, "P1", {}, expected_revision=1)).revision == 1
    with pytest.raises(RevisionConflict):
        await update_project(member, "P1", {}, expected_revision=2)


async def test_an_old_revision_changes_nothing(member: Request) -> None:
    await update_project(member, "P1", {"title": "First"})

    with pytest.raises(RevisionConflict) as refused:
        await update_project(member, "P1", {"title": "Second"}, expected_revision=1)

    assert (refused.value.expected, refused.value.current) == (1, 2)
    assert (refused.value.kind, refused.value.object_id) == ("project", "P1")
    assert (await stored()).title == "First"


@pytest.mark.parametrize("archived", [True, False])
async def test_a_member_neither_archives_nor_brings_back(member: Request, archived: bool) -> None:
    before = await stored()

    with pytest.raises(Forbidden):
        await update_project(member, "P1", {"archived": archived})

    assert await stored() == before


async def test_nobody_changes_a_project_out_of_sight(
    request_context: Request, make_user: MakeUser, make_project: MakeProject
) -> None:
    await make_project()
    stranger = replace(request_context, viewer=viewer_of(await make_user()))

    with pytest.raises(NotFound):
        await update_project(stranger, "P1", {"title": "Mine"})
    with pytest.raises(NotFound):
        await add_collaborator(stranger, "P1", UserRef(name="anna"))
    with pytest.raises(NotFound):
        await update_workspace(stranger, "P1", "W1", {"title": "Mine"})

    assert (await stored()).title == "P1"


async def test_the_owner_archives_and_brings_back(owner: Request) -> None:
    assert (await update_project(owner, "P1", {"archived": True})).archived
    assert (await update_project(owner, "P1", {"archived": True})).archived

    with pytest.raises(ProjectRefused):
        await update_project(owner, "P1", {"title": "Too late"})
    with pytest.raises(ProjectRefused):
        await update_project(owner, "P1", {"archived": True, "title": "Too late"})
    with pytest.raises(ProjectRefused):
        await update_workspace(owner, "P1", "W1", {"title": "Too late"})
    project = await update_project(owner, "P1", {"archived": False, "title": "Back"})

    assert (project.archived, project.title) == (False, "Back")


@pytest.mark.parametrize("status", sorted(ACTIVE))
async def test_a_project_with_active_jobs_is_not_archived(
    owner: Request, make_job: MakeJob, status: JobStatus
) -> None:
    await make_job("J4", status=status)
    await make_job("J5", status=JobStatus.QUEUED)

    with pytest.raises(InUse, match="J4") as refused:
        await update_project(owner, "P1", {"archived": True})

    assert refused.value.job_ids == ["P1-J4"]
    assert not (await stored()).archived


async def test_a_project_whose_jobs_are_being_cleared_is_not_archived(
    owner: Request, make_job: MakeJob
) -> None:
    await make_job("J1", status=JobStatus.COMPLETED, active_operation="operation")

    with pytest.raises(InUse, match="J1"):
        await update_project(owner, "P1", {"archived": True})

    assert not (await stored()).archived


async def test_a_project_with_queued_and_done_jobs_is_archived(
    owner: Request, make_job: MakeJob
) -> None:
    await make_job("J1", status=JobStatus.QUEUED)
    await make_job("J2", status=JobStatus.FAILED)
    await make_job("J3", status=JobStatus.RUNNING, deleted=True)

    assert (await update_project(owner, "P1", {"archived": True})).archived


async def test_tags_are_replaced_each_once_and_in_order(member: Request) -> None:
    for uid, type in (("a", TagType.GENERAL), ("b", TagType.PROJECT)):
        await Tag(id=uid, title=uid, type=type, created_at=NOON).insert()

    project = await update_project(member, "P1", {"tag_uids": ["b", "a", "b"]})

    assert project.tags == ["b", "a"]
    assert (await update_project(member, "P1", {"tag_uids": []})).tags == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (ProjectChanges(title="  "), BadInput),
        (ProjectChanges(title="x" * 201), BadInput),
        (ProjectChanges(tag_uids=["nowhere"]), NotFound),
        (ProjectChanges(tag_uids=["for jobs"]), BadInput),
    ],
)
async def test_bad_values_change_nothing(
    member: Request, changes: ProjectChanges, refusal: type[DomainError]
) -> None:
    await Tag(id="for jobs", title="j", type=TagType.JOB, created_at=NOON).insert()
    before = await stored()

    with pytest.raises(refusal):
        await update_project(member, "P1", changes)

    assert await stored() == before


async def test_a_collaborator_sees_the_project_until_taken_away(
    owner: Request, make_user: MakeUser
) -> None:
    carl = replace(owner, viewer=viewer_of(await make_user("carl")))
    await add_collaborator(owner, "P1", UserRef(name="carl"), expected_revision=1)

    await update_project(carl, "P1", {"title": "By Carl"})
    project = await remove_collaborator(owner, "P1", UserRef(id="carl"))

    assert project.users_with_access == ["anna"]
    with pytest.raises(NotFound):
        await update_project(carl, "P1", {"title": "Again"})


async def test_giving_or_taking_access_twice_changes_nothing(owner: Request) -> None:
    before = await stored()

    await add_collaborator(owner, "P1", UserRef(name="anna"))
    await add_collaborator(owner, "P1", UserRef(name="ben"))
    await remove_collaborator(owner, "P1", UserRef(name="admin"))

    assert await stored() == before


async def test_only_the_owner_and_administrators_say_who_has_access(
    member: Request, request_context: Request, make_user: MakeUser
) -> None:
    await make_user("carl")

    with pytest.raises(Forbidden):
        await add_collaborator(member, "P1", UserRef(name="carl"))
    with pytest.raises(Forbidden):
        await remove_collaborator(member, "P1", UserRef(name="anna"))
    project = await add_collaborator(request_context, "P1", UserRef(name="carl"))

    assert project.users_with_access == ["anna", "carl"]


async def test_the_owner_keeps_access_and_unknown_users_get_none(owner: Request) -> None:
    before = await stored()

    with pytest.raises(BadInput):
        await remove_collaborator(owner, "P1", UserRef(name="ben"))
    with pytest.raises(NotFound):
        await add_collaborator(owner, "P1", UserRef(name="nobody"))
    with pytest.raises(RevisionConflict):
        await remove_collaborator(owner, "P1", UserRef(name="anna"), expected_revision=7)

    assert await stored() == before


async def test_a_workspace_is_renamed_described_and_tagged(member: Request) -> None:
    await Tag(id="w", title="w", type=TagType.WORKSPACE, created_at=NOON).insert()

    workspace = await update_workspace(
        member,
        "P1",
        "W1",
        {"title": "Picking", "description": None, "tag_uids": ["w"]},
        expected_revision=1,
    )

    assert (workspace.title, workspace.description, workspace.tags) == ("Picking", None, ["w"])
    assert workspace.revision == 2
    with pytest.raises(RevisionConflict):
        await update_workspace(member, "P1", "W1", {"title": "Old"}, expected_revision=1)
    with pytest.raises(NotFound):
        await update_workspace(member, "P1", "W9", {"title": "None"})
