"""Linking, unlinking and moving: one record shown in several workspaces, of one project."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from domain.actions import JobAction
from domain.documents import Counter, Job, Project, User, Workspace
from domain.error_codes import ErrorCode
from domain.errors import BadInput, NotFound
from domain.status import JobStatus
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobActionResult, JobTarget, NoticeCode, Outcome
from domain.use_cases.place import Destination, link, move, unlink
from tests.conftest import NOON, viewer_of

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
W2 = Destination(workspace_uid="W2")


def targets(*jobs: Job) -> list[JobTarget]:
    return [JobTarget(job.key) for job in jobs]


def codes(result: JobActionResult) -> list[ErrorCode]:
    return [error.code for error in result.errors]


async def workspaces_of(job: Job) -> list[str]:
    found = await Job.get(job.id)
    assert found is not None
    return found.workspace_uids


async def make_workspace(uid: str, project_uid: str = "P1", *, deleted: bool = False) -> None:
    await Workspace(
        id=f"{project_uid}-{uid}",
        project_uid=project_uid,
        uid=uid,
        uid_num=int(uid[1:]),
        created_by="admin",
        created_at=NOON,
        updated_at=NOON,
        deleted=deleted,
    ).insert()


@pytest.fixture
async def job(make_project: MakeProject, make_job: Make) -> Job:
    """J1 in W1 of P1; there is an empty W2."""
    await make_project()
    await make_workspace("W2")
    await Counter(id="P1:workspaces", last=2).insert()
    return await make_job()


async def test_seed_091_a_job_is_linked_to_an_existing_workspace(
    request_context: Request, job: Job
) -> None:
    placed = await link(request_context, targets(job), W2)

    [result] = placed.results
    assert (result.outcome, result.action) == (Outcome.APPLIED, JobAction.LINK)
    assert placed.workspace is not None
    assert placed.workspace.uid == "W2"
    assert await workspaces_of(job) == ["W1", "W2"]


async def test_seed_092_a_job_is_linked_to_a_workspace_made_at_that_moment(
    request_context: Request, job: Job
) -> None:
    new = Destination(new_title=" Second look ", new_description="What is left.")

    placed = await link(request_context, targets(job), new)

    assert placed.workspace is not None
    made = await Workspace.get(placed.workspace.id)
    assert made == placed.workspace
    assert (made.title, made.description) == ("Second look", "What is left.")
    assert await workspaces_of(job) == ["W1", made.uid]


async def test_linking_where_the_job_is_already_is_skipped_and_changes_nothing(
    request_context: Request, job: Job
) -> None:
    [result] = (await link(request_context, targets(job), Destination("W1"))).results

    assert (result.outcome, result.errors) == (Outcome.SKIPPED, [])
    assert [notice.code for notice in result.notices] == [NoticeCode.ALREADY_IN_DESIRED_STATE]
    assert await Job.get(job.id) == job


@pytest.mark.parametrize("status", list(JobStatus))
async def test_a_job_is_linked_and_moved_in_every_status(
    request_context: Request, make_project: MakeProject, make_job: Make, status: JobStatus
) -> None:
    await make_project()
    await make_workspace("W2")
    await make_workspace("W3")
    job = await make_job(status=status)

    [linked] = (await link(request_context, targets(job), W2)).results
    [moved] = (await move(request_context, targets(job), "W1", Destination("W3"))).results

    assert linked.outcome is moved.outcome is Outcome.APPLIED
    assert await workspaces_of(job) == ["W2", "W3"]


async def test_seed_095_the_last_workspace_cannot_be_unlinked(
    request_context: Request, job: Job
) -> None:
    [result] = await unlink(request_context, targets(job), "W1")

    assert (result.outcome, codes(result)) == (Outcome.SKIPPED, [ErrorCode.LAST_WORKSPACE])
    assert await Job.get(job.id) == job


async def test_seed_095_a_linked_job_is_unlinked(request_context: Request, job: Job) -> None:
    await link(request_context, targets(job), W2)

    [result] = await unlink(request_context, targets(job), "W1")

    assert result.outcome is Outcome.APPLIED
    assert await workspaces_of(job) == ["W2"]


async def test_a_job_is_not_unlinked_from_where_it_is_not(
    request_context: Request, job: Job
) -> None:
    await link(request_context, targets(job), W2)

    [result] = await unlink(request_context, targets(job), "W9")

    assert codes(result) == [ErrorCode.NOT_IN_WORKSPACE]
    assert await workspaces_of(job) == ["W1", "W2"]


async def test_seed_194_all_linked_jobs_are_unlinked_and_the_others_skipped(
    request_context: Request, job: Job, make_job: Make
) -> None:
    linked = await make_job("J2", workspace_uids=["W1", "W2"])

    results = await unlink(request_context, targets(job, linked), "W1")

    assert [result.outcome for result in results] == [Outcome.SKIPPED, Outcome.APPLIED]
    assert (await workspaces_of(job), await workspaces_of(linked)) == (["W1"], ["W2"])


async def test_seed_096_097_a_moved_job_leaves_the_one_and_is_in_the_other(
    request_context: Request, job: Job
) -> None:
    placed = await move(request_context, targets(job), "W1", W2)

    assert placed.results[0].outcome is Outcome.APPLIED
    assert await workspaces_of(job) == ["W2"]


async def test_a_job_that_is_in_the_destination_just_leaves(
    request_context: Request, job: Job
) -> None:
    await link(request_context, targets(job), W2)

    [result] = (await move(request_context, targets(job), "W1", W2)).results

    assert result.outcome is Outcome.APPLIED
    assert await workspaces_of(job) == ["W2"]


async def test_a_job_does_not_move_from_where_it_is_not(request_context: Request, job: Job) -> None:
    [result] = (await move(request_context, targets(job), "W2", Destination("W1"))).results

    assert codes(result) == [ErrorCode.NOT_IN_WORKSPACE]
    assert await Job.get(job.id) == job


async def test_moving_a_job_to_where_it_is_changes_nothing(
    request_context: Request, job: Job
) -> None:
    [result] = (await move(request_context, targets(job), "W1", Destination("W1"))).results

    assert result.outcome is Outcome.SKIPPED
    assert await Job.get(job.id) == job


async def test_seed_163_169_many_jobs_are_linked_and_moved_with_a_result_each(
    request_context: Request, job: Job, make_job: Make
) -> None:
    deleted = await make_job("J2", deleted=True)
    other = await make_job("J3")

    linked = await link(request_context, targets(job, deleted, other), W2)
    moved = await move(request_context, targets(job, deleted, other), "W1", W2)

    assert [r.outcome for r in linked.results][::2] == [Outcome.APPLIED, Outcome.APPLIED]
    assert codes(linked.results[1]) == codes(moved.results[1]) == [ErrorCode.JOB_DELETED]
    assert await workspaces_of(job) == await workspaces_of(other) == ["W2"]
    assert await workspaces_of(deleted) == ["W1"]


async def test_seed_166_172_many_jobs_share_the_one_new_workspace(
    request_context: Request, job: Job, make_job: Make
) -> None:
    other = await make_job("J2")
    before = await Workspace.count()

    placed = await link(request_context, targets(job, other), Destination(new_title="New"))

    assert placed.workspace is not None
    assert await Workspace.count() == before + 1
    assert (await workspaces_of(other))[-1] == placed.workspace.uid


async def test_a_dry_run_makes_no_workspace_and_moves_nothing(
    request_context: Request, job: Job
) -> None:
    before = await Workspace.count()

    placed = await move(
        request_context, targets(job), "W1", Destination(new_title="New"), dry_run=True
    )

    assert [result.outcome for result in placed.results] == [Outcome.PLANNED]
    assert (placed.workspace, await Workspace.count()) == (None, before)
    assert await Job.get(job.id) == job


async def test_no_workspace_is_made_for_jobs_that_cannot_be_moved(
    request_context: Request, job: Job
) -> None:
    before = await Workspace.count()

    placed = await move(request_context, targets(job), "W9", Destination(new_title="New"))

    assert codes(placed.results[0]) == [ErrorCode.NOT_IN_WORKSPACE]
    assert (placed.workspace, await Workspace.count()) == (None, before)


async def test_jobs_of_several_projects_are_refused_as_a_whole(
    request_context: Request, job: Job, make_project: MakeProject, make_job: Make
) -> None:
    await make_project("P2")
    foreign = await make_job("J1", "P2")

    with pytest.raises(BadInput) as refusal:
        await link(request_context, targets(job, foreign), W2)
    with pytest.raises(BadInput):
        await unlink(request_context, targets(job, foreign), "W1")

    assert refusal.value.code is ErrorCode.MIXED_PROJECTS
    assert await Job.get(job.id) == job


@pytest.mark.parametrize("uid", ["W7", "W8"])
async def test_a_workspace_that_is_missing_or_deleted_is_no_destination(
    request_context: Request, job: Job, uid: str
) -> None:
    await make_workspace("W8", deleted=True)

    with pytest.raises(NotFound):
        await link(request_context, targets(job), Destination(uid))

    assert await Job.get(job.id) == job


@pytest.mark.parametrize(
    "destination", [Destination(), Destination("W2", "New"), Destination(new_title="  ")]
)
async def test_a_destination_is_one_workspace_with_a_title(
    request_context: Request, job: Job, destination: Destination
) -> None:
    with pytest.raises(BadInput):
        await move(request_context, targets(job), "W1", destination)

    assert await Job.get(job.id) == job


async def test_the_workspace_of_a_foreign_project_is_not_shown_by_naming_it_as_a_destination(
    request_context: Request, make_user: Callable[..., Awaitable[User]], job: Job
) -> None:
    stranger = replace(request_context, viewer=viewer_of(await make_user("ben")))

    with pytest.raises(NotFound):
        await link(stranger, targets(job), W2)
    with pytest.raises(NotFound):
        await move(stranger, targets(job), "W1", W2)

    assert await workspaces_of(job) == ["W1"]
