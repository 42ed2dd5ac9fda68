"""Tags and final results: the marks of all ancestors follow, whatever the graph looks like."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Job, Project, Tag
from domain.error_codes import ErrorCode
from domain.errors import DomainError
from domain.status import JobStatus
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobActionResult, JobTarget, Outcome
from domain.use_cases.labels import add_tags, remove_tags, set_final_result
from tests.conftest import NOON

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]


def target(uid: str) -> JobTarget:
    return JobTarget(Job.model_construct(project_uid="P1", uid=uid).key)


def codes(result: JobActionResult) -> list[ErrorCode]:
    return [error.code for error in result.errors]


async def stored(uid: str) -> Job:
    found = await Job.get(f"P1-{uid}")
    assert found is not None
    return found


async def marked() -> set[str]:
    """The uids of the jobs marked as ancestors of a final result."""
    return {job.uid for job in await Job.find({"is_ancestor_of_final_result": True}).to_list()}


@pytest.fixture
async def graph(make_project: MakeProject, make_job: Make) -> None:
    """A diamond J1 → J2, J3 → J4, then J4 → J5, J3 → J6, and J7 apart; all completed."""
    await make_project()
    parents: dict[str, list[str]] = {
        "J1": [],
        "J2": ["J1"],
        "J3": ["J1"],
        "J4": ["J2", "J3"],
        "J5": ["J4"],
        "J6": ["J3"],
        "J7": [],
    }
    for uid, above in parents.items():
        await make_job(uid, parents=above, status=JobStatus.COMPLETED)


@pytest.mark.usefixtures("graph")
async def test_all_ancestors_of_a_final_result_are_marked(request_context: Request) -> None:
    [result] = await set_final_result(request_context, [target("J4")], is_final=True)

    assert result.outcome is Outcome.APPLIED
    assert (await stored("J4")).is_final_result
    assert await marked() == {"J1", "J2", "J3"}


@pytest.mark.usefixtures("graph")
async def test_a_mark_taken_away_leaves_what_another_final_result_still_needs(
    request_context: Request,
) -> None:
    await set_final_result(request_context, [target("J4"), target("J6")], is_final=True)

    await set_final_result(request_context, [target("J4")], is_final=False)

    assert await marked() == {"J1", "J3"}
    assert not (await stored("J4")).is_final_result


@pytest.mark.usefixtures("graph")
async def test_a_final_result_above_another_is_marked_as_its_ancestor_too(
    request_context: Request,
) -> None:
    await set_final_result(request_context, [target("J5"), target("J4")], is_final=True)
    assert await marked() == {"J1", "J2", "J3", "J4"}

    await set_final_result(request_context, [target("J5")], is_final=False)
    assert await marked() == {"J1", "J2", "J3"}


@pytest.mark.usefixtures("graph")
async def test_after_the_last_mark_is_gone_no_ancestor_is_marked(request_context: Request) -> None:
    await set_final_result(request_context, [target("J5"), target("J7")], is_final=True)

    await set_final_result(request_context, [target("J5"), target("J7")], is_final=False)

    assert await marked() == set()


@pytest.mark.usefixtures("graph")
async def test_an_ancestor_whose_mark_changes_gets_a_new_revision_and_others_do_not(
    request_context: Request,
) -> None:
    await set_final_result(request_context, [target("J4")], is_final=True)
    await set_final_result(request_context, [target("J6")], is_final=True)

    revisions = {uid: (await stored(uid)).revision for uid in ("J1", "J3", "J6", "J7")}
    assert revisions == {"J1": 2, "J3": 2, "J6": 2, "J7": 1}


@pytest.mark.usefixtures("graph")
async def test_marking_twice_is_skipped(request_context: Request) -> None:
    await set_final_result(request_context, [target("J4")], is_final=True)

    [result] = await set_final_result(request_context, [target("J4")], is_final=True)

    assert (result.outcome, result.errors) == (Outcome.SKIPPED, [])
    assert (await stored("J4")).revision == 2


@pytest.mark.usefixtures("graph")
async def test_a_dry_run_marks_nothing(request_context: Request) -> None:
    [result] = await set_final_result(request_context, [target("J4")], is_final=True, dry_run=True)

    assert result.outcome is Outcome.PLANNED
    assert (await marked(), (await stored("J4")).is_final_result) == (set(), False)


@pytest.mark.parametrize("status", sorted(set(JobStatus) - {JobStatus.COMPLETED}))
async def test_only_a_completed_job_is_a_final_result(
    request_context: Request, make_project: MakeProject, make_job: Make, status: JobStatus
) -> None:
    await make_project()
    job = await make_job(status=status)

    [result] = await set_final_result(request_context, [JobTarget(job.key)], is_final=True)

    assert (result.outcome, codes(result)) == (Outcome.SKIPPED, [ErrorCode.NOT_COMPLETED])
    assert await stored("J1") == job


async def test_a_mark_can_be_taken_from_a_job_that_is_not_completed_any_more(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await make_project()
    await make_job(status=JobStatus.BUILDING, is_final_result=True)

    [result] = await set_final_result(request_context, [target("J1")], is_final=False)

    assert result.outcome is Outcome.APPLIED


@pytest.fixture
async def tags(make_project: MakeProject, make_job: Make) -> None:
    """Tags `good` (general), `todo` (job) and `ours` (project); J1 has `good`, J2 none."""
    await make_project()
    for uid, kind in (("good", "general"), ("todo", "job"), ("ours", "project")):
        await Tag(id=uid, title=uid, type=kind, created_at=NOON).insert()
    await make_job("J1", tags=["good"])
    await make_job("J2", status=JobStatus.RUNNING)


@pytest.mark.usefixtures("tags")
async def test_seed_084_tags_are_added_once_to_jobs_in_any_status(request_context: Request) -> None:
    jobs = [target("J1"), target("J2")]

    results = await add_tags(request_context, jobs, ["todo", "good", "todo"])

    assert [result.outcome for result in results] == [Outcome.APPLIED, Outcome.APPLIED]
    assert (await stored("J1")).tags == ["good", "todo"]
    assert (await stored("J2")).tags == ["todo", "good"]


@pytest.mark.usefixtures("tags")
async def test_seed_085_tags_are_removed_where_they_are(request_context: Request) -> None:
    jobs = [target("J1"), target("J2")]

    results = await remove_tags(request_context, jobs, ["good"])

    assert [result.outcome for result in results] == [Outcome.APPLIED, Outcome.SKIPPED]
    assert (await stored("J1")).tags == []


@pytest.mark.usefixtures("tags")
@pytest.mark.parametrize("uid", ["nothing", "ours"])
async def test_a_tag_that_does_not_exist_or_is_for_projects_is_refused(
    request_context: Request, uid: str
) -> None:
    with pytest.raises(DomainError):
        await add_tags(request_context, [target("J1")], ["todo", uid])

    assert (await stored("J1")).tags == ["good"]
