"""Quick actions: the next job is built with its inputs connected, and queued only if it can be."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Job, Project
from domain.documents.shapes import Connection, JobInput, OutputVersion
from domain.error_codes import ErrorCode
from domain.status import JobStatus
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobActionResult, JobTarget, Outcome
from domain.use_cases.queue import QueueOptions
from domain.use_cases.quick_action import CONTINUE, run_quick_action
from tests.conftest import NOON

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
MakeTarget = Callable[..., Awaitable[object]]


def codes(result: JobActionResult) -> list[ErrorCode]:
    return [error.code for error in result.errors]


@pytest.fixture
async def source(make_project: MakeProject, make_job: Make, make_target: MakeTarget) -> Job:
    """J8, a CTF estimation in building."""
    await make_project()
    await make_target()
    return await make_job("J8", type="ctf_estimation", category="ctf_estimation")


@pytest.mark.parametrize("status", [JobStatus.BUILDING, JobStatus.RUNNING, JobStatus.COMPLETED])
async def test_seed_082_the_next_job_is_built_with_its_inputs_connected(
    request_context: Request, source: Job, status: JobStatus
) -> None:
    await Job.rows().update_one({"_id": source.id}, {"$set": {"status": status}})

    [result] = await run_quick_action(request_context, JobTarget(source.key), "blob_picker", "W1")

    made = result.created_job
    assert made is not None
    assert (result.outcome, made.type, made.status) == (
        *(Outcome.APPLIED, "blob_picker"),
        JobStatus.BUILDING,
    )
    [connection] = made.inputs["micrographs"].connections
    assert (connection.job_uid, connection.output, made.build_errors) == ("J8", "exposures", [])
    assert await Job.get(made.id) == made


async def test_the_new_job_is_queued_in_the_same_breath(
    request_context: Request, source: Job
) -> None:
    [result] = await run_quick_action(
        request_context, JobTarget(source.key), "blob_picker", "W1", QueueOptions(priority=7)
    )

    made = result.created_job
    assert made is not None
    assert (made.status, made.queued_to_lane, made.priority) == (JobStatus.QUEUED, "default", 7)
    assert await Job.get(made.id) == made


async def test_a_job_that_could_not_be_queued_is_not_made(
    request_context: Request, source: Job
) -> None:
    options = QueueOptions(lane="nowhere")

    [result] = await run_quick_action(
        request_context, JobTarget(source.key), "blob_picker", "W1", options
    )

    assert (result.outcome, codes(result)) == (Outcome.FAILED, [ErrorCode.LANE_NOT_FOUND])
    assert (result.created_job, await Job.count()) == (None, 1)


@pytest.mark.parametrize(("key", "workspace"), [("class_2D", "W1"), ("blob_picker", "W9")])
async def test_a_step_or_workspace_that_is_not_there_is_refused(
    request_context: Request, source: Job, key: str, workspace: str
) -> None:
    [result] = await run_quick_action(request_context, JobTarget(source.key), key, workspace)

    assert (result.outcome, codes(result)) == (Outcome.FAILED, [ErrorCode.NOT_FOUND])
    assert await Job.count() == 1


async def test_a_dry_run_builds_nothing(request_context: Request, source: Job) -> None:
    [result] = await run_quick_action(
        request_context, JobTarget(source.key), "blob_picker", "W1", dry_run=True
    )

    assert (result.outcome, await Job.count()) == (Outcome.PLANNED, 1)


@pytest.mark.relion
async def test_an_iterative_job_that_has_ended_goes_on_in_a_new_one(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await make_project()
    await make_job("J7", type="extract_micrographs_cpu_parallel")
    connected = JobInput(connections=[Connection(job_uid="J7", output="particles")])
    ended = await make_job(
        "J9",
        type="class_2D_relion",
        status=JobStatus.KILLED,
        params={"class2D_K": 4},
        inputs={"particles": connected},
    )
    target = JobTarget(ended.key)

    [too_early] = await run_quick_action(request_context, target, CONTINUE, "W1")
    version = OutputVersion(
        version=3, final=False, metafile="J9/3.cs", num_items=5, created_at=NOON
    )
    outputs = {"particles": {"versions": [version.model_dump()]}}
    await Job.rows().update_one({"_id": ended.id}, {"$set": {"outputs": outputs}})
    [result] = await run_quick_action(request_context, target, CONTINUE, "W1")

    assert codes(too_early) == [ErrorCode.NOT_FOUND]
    made = result.created_job
    assert made is not None
    assert (made.type, made.params) == (
        "class_2D_relion",
        {"class2D_K": 4, "continue_from": "J9"},
    )
    assert made.inputs == {"particles": connected}
