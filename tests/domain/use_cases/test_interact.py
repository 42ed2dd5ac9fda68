"""Answering a waiting job: the answer is checked, stored once, and never replaced."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Job, Project
from domain.documents.shapes import Interaction
from domain.error_codes import ErrorCode
from domain.status import JobStatus
from domain.use_cases.context import Request
from domain.use_cases.interact import submit_interaction
from domain.use_cases.job_results import JobActionResult, JobTarget, Outcome
from tests.conftest import NOON

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
SCHEMA = {"type": "object", "required": ["selected"]}


def codes(result: JobActionResult) -> list[ErrorCode]:
    return [error.code for error in result.errors]


async def stored() -> Job:
    found = await Job.get("P1-J1")
    assert found is not None
    return found


@pytest.fixture
async def waiting(make_project: MakeProject, make_job: Make) -> Job:
    """J1 asks which classes to keep."""
    await make_project()
    asked = Interaction(id="q1", kind="select_2D", title="Select", submit_schema=SCHEMA)
    return await make_job(status=JobStatus.WAITING, attempt=1, interaction=asked)


async def test_an_answer_is_stored_with_who_gave_it(request_context: Request, waiting: Job) -> None:
    [result] = await submit_interaction(
        request_context, JobTarget(waiting.key), {"selected": [0, 2]}
    )

    job = await stored()
    assert (result.outcome, job.status) == (Outcome.APPLIED, JobStatus.WAITING)
    assert job.interaction is not None
    answer = job.interaction.answer
    assert answer is not None
    assert (answer.data, answer.given_at) == ({"selected": [0, 2]}, NOON)
    assert answer.given_by == request_context.viewer.user_id


@pytest.mark.parametrize("data", [{}, [], {"selected": 2**70}, {"$where": 1, "selected": []}])
async def test_an_answer_that_breaks_its_schema_or_cannot_be_kept_is_refused(
    request_context: Request, waiting: Job, data: object
) -> None:
    [result] = await submit_interaction(request_context, JobTarget(waiting.key), data)

    assert (result.outcome, codes(result)) == (Outcome.FAILED, [ErrorCode.BAD_INPUT])
    assert result.errors[0].path[0] == "data"
    assert await stored() == waiting


async def test_the_same_answer_again_is_skipped_and_another_refused(
    request_context: Request, waiting: Job
) -> None:
    target = JobTarget(waiting.key)
    await submit_interaction(request_context, target, {"selected": [1]})

    [again] = await submit_interaction(request_context, target, {"selected": [1]})
    [other] = await submit_interaction(request_context, target, {"selected": [2]})

    assert (again.outcome, again.errors) == (Outcome.SKIPPED, [])
    assert (other.outcome, codes(other)) == (Outcome.SKIPPED, [ErrorCode.INVALID_STATUS])
    assert (await stored()).revision == waiting.revision + 1


@pytest.mark.parametrize("status", sorted(set(JobStatus) - {JobStatus.WAITING}))
async def test_only_a_waiting_job_takes_an_answer(
    request_context: Request, waiting: Job, status: JobStatus
) -> None:
    await Job.rows().update_one({"_id": waiting.id}, {"$set": {"status": status}})

    [result] = await submit_interaction(request_context, JobTarget(waiting.key), {"selected": []})

    assert codes(result) == [ErrorCode.INVALID_STATUS]
    assert (await stored()).revision == waiting.revision
