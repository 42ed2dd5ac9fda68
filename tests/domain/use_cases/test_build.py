"""Building: params, connections, and what keeps a job from running."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Job, Project
from domain.error_codes import ErrorCode
from domain.errors import BadInput, NotFound, ProjectRefused
from domain.status import JobStatus
from domain.use_cases import build
from domain.use_cases.build import JobEdit, NewJob
from domain.use_cases.connections import NewConnection
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobActionResult, JobTarget, Outcome

MakeProject = Callable[..., Awaitable[Project]]


@pytest.fixture(autouse=True)
async def project(make_project: MakeProject) -> Project:
    return await make_project()


async def a_job(request: Request, type_: str, **values: object) -> Job:
    return await build.create_job(request, NewJob("P1", "W1", type_, **values))  # type: ignore[arg-type]


async def connect(
    request: Request, job: Job, name: str, source: Job, output: str, index: int | None = None
) -> JobActionResult:
    wanted = NewConnection(name, source.uid, output)
    [result] = await build.connect(request, JobTarget(job.key), wanted, index)
    return result


def codes(result: JobActionResult) -> list[ErrorCode]:
    return [error.code for error in result.errors]


async def test_jobs_are_numbered_in_their_project(request_context: Request) -> None:
    jobs = [await a_job(request_context, "simulate_data") for _ in range(3)]

    assert [job.id for job in jobs] == ["P1-J1", "P1-J2", "P1-J3"]
    assert {job.status for job in jobs} == {JobStatus.BUILDING}


async def test_what_a_run_needs_follows_from_the_params(request_context: Request) -> None:
    job = await a_job(request_context, "ctf_estimation", params={"n_workers": 6})

    assert (job.resource_spec.cpu, job.resource_spec.ram) == (6, 2)


async def test_bad_params_are_build_errors_and_no_refusal(request_context: Request) -> None:
    params = {"count": 0, "size": "big", "nonsense": 1}

    job = await a_job(request_context, "simulate_data", params=params)

    assert [(e.loc, e.message) for e in job.build_errors] == [
        (["params", "nonsense"], "Simulate Data has no param nonsense."),
        (["params", "count"], "Number of micrographs must be at least 1."),
        (["params", "size"], "Micrograph size (px) must be a whole number."),
    ]


async def test_a_required_param_and_a_required_input_are_missed(request_context: Request) -> None:
    imported = await a_job(request_context, "import_micrographs")
    picked = await a_job(request_context, "blob_picker")

    assert [e.loc[1] for e in imported.build_errors] == ["blob_paths", "psize_A"]
    assert [e.message for e in picked.build_errors] == ["Input Micrographs needs 1 connection."]


async def test_connecting_an_input_mends_the_job(request_context: Request) -> None:
    source = await a_job(request_context, "simulate_data")
    job = await a_job(request_context, "ctf_estimation")

    result = await connect(request_context, job, "exposures", source, "micrographs")

    assert result.outcome is Outcome.APPLIED
    assert result.job is not None
    assert (result.job.build_errors, result.job.parents) == ([], ["J1"])


async def test_only_equal_kinds_of_data_connect(request_context: Request) -> None:
    source = await a_job(request_context, "simulate_data")
    job = await a_job(request_context, "ctf_estimation")

    result = await connect(request_context, job, "exposures", source, "volume")

    assert codes(result) == [ErrorCode.INPUT_TYPE_MISMATCH]
    assert await Job.get(job.id) == job


async def test_as_many_classes_can_be_connected_as_the_params_say(
    request_context: Request,
) -> None:
    source = await a_job(request_context, "homo_abinit_relion", params={"abinit_K": 2})
    job = await a_job(request_context, "validation")

    second = await connect(request_context, job, "volume", source, "volume_class_1")
    third = await connect(request_context, job, "reference", source, "volume_class_2")

    assert second.outcome is Outcome.APPLIED
    assert [str(error) for error in third.errors] == ["J1 has no output volume_class_2."]


async def test_a_job_never_becomes_its_own_ancestor(request_context: Request) -> None:
    first = await a_job(request_context, "ctf_estimation")
    second = await a_job(request_context, "ctf_estimation")
    await connect(request_context, second, "exposures", first, "exposures")

    result = await connect(request_context, first, "exposures", second, "exposures")
    itself = await connect(request_context, first, "exposures", first, "exposures")

    assert codes(result) == [ErrorCode.CYCLE]
    assert codes(itself) == [ErrorCode.CYCLE]


async def test_the_same_output_is_not_connected_twice(request_context: Request) -> None:
    source = await a_job(request_context, "simulate_data")
    job = await a_job(request_context, "ctf_estimation")
    await connect(request_context, job, "exposures", source, "micrographs")

    again = await connect(request_context, job, "exposures", source, "micrographs")

    assert codes(again) == [ErrorCode.TOO_MANY_CONNECTIONS]


async def test_a_connection_is_replaced_by_its_index(request_context: Request) -> None:
    sources = [await a_job(request_context, "simulate_data") for _ in range(2)]
    job = await a_job(request_context, "ctf_estimation")
    await connect(request_context, job, "exposures", sources[0], "micrographs")

    result = await connect(request_context, job, "exposures", sources[1], "micrographs", 0)

    assert result.job is not None
    assert result.job.parents == ["J2"]


@pytest.mark.parametrize("index", [-1, None, 0])
async def test_the_last_connection_is_taken_away(
    request_context: Request, index: int | None
) -> None:
    source = await a_job(request_context, "simulate_data")
    wired = (NewConnection("exposures", source.uid, "micrographs"),)
    job = await a_job(request_context, "ctf_estimation", inputs=wired)

    [result] = await build.disconnect(request_context, JobTarget(job.key), "exposures", index)

    assert result.job is not None
    assert result.job.parents == []
    assert [e.type for e in result.job.build_errors] == ["input_missing"]


async def test_a_merge_patch_sets_and_removes_params(request_context: Request) -> None:
    job = await a_job(request_context, "simulate_data", params={"count": 2, "seed": 5})
    edit = JobEdit(title="New", params={"count": None, "size": 512})

    [result] = await build.update(request_context, JobTarget(job.key), edit)

    assert result.job is not None
    assert (result.job.title, result.job.params) == ("New", {"seed": 5, "size": 512})
    assert result.job.description == job.description


async def test_an_unknown_type_workspace_project_or_output_is_refused(
    request_context: Request,
) -> None:
    await a_job(request_context, "simulate_data")
    wired = (NewConnection("exposures", "J1", "nothing"),)
    with pytest.raises(BadInput, match="There is no job type make_coffee"):
        await a_job(request_context, "make_coffee")
    with pytest.raises(NotFound, match="no output nothing"):
        await a_job(request_context, "ctf_estimation", inputs=wired)
    with pytest.raises(NotFound, match="no workspace W9"):
        await build.create_job(request_context, NewJob("P1", "W9", "simulate_data"))
    with pytest.raises(NotFound, match="no project P9"):
        await build.create_job(request_context, NewJob("P9", "W1", "simulate_data"))


async def test_an_archived_project_takes_no_jobs(
    request_context: Request, make_project: MakeProject
) -> None:
    await make_project("P2", archived=True)

    with pytest.raises(ProjectRefused):
        await build.create_job(request_context, NewJob("P2", "W1", "simulate_data"))


@pytest.mark.parametrize("status", list(JobStatus))
async def test_a_title_may_be_changed_in_every_status(
    request_context: Request, make_job: Callable[..., Awaitable[Job]], status: JobStatus
) -> None:
    job = await make_job("J7", status=status)

    [result] = await build.update(request_context, JobTarget(job.key), JobEdit(title="x"))

    assert codes(result) == []
    stored = await Job.get(job.id)
    assert stored is not None
    assert (stored.title, stored.status) == ("x", status)


async def test_a_queued_job_keeps_its_parameters(
    request_context: Request, make_job: Callable[..., Awaitable[Job]]
) -> None:
    job = await make_job("J7", status=JobStatus.QUEUED)
    edit = JobEdit(title="x", params={"seed": 1})

    [result] = await build.update(request_context, JobTarget(job.key), edit)

    assert codes(result) == [ErrorCode.INVALID_STATUS]
    assert await Job.get(job.id) == job


@pytest.mark.parametrize(
    "params",
    [
        {"count": 10**30},
        {"psize_A": float("inf")},
        {"$where": "1"},
        {"a.b": 1},
        {"seed": "\0"},
        {"seed": "\ud800"},
    ],
)
async def test_what_the_database_cannot_keep_is_refused(
    request_context: Request, params: dict[str, object]
) -> None:
    with pytest.raises(BadInput):
        await a_job(request_context, "simulate_data", params=params)

    assert await Job.count() == 0
