"""Where jobs go whatever was asked for, and what a lane could never run."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from domain.documents import Instance, Job, Lane, Project, Target
from domain.documents.shapes import ResourceNeed
from domain.error_codes import ErrorCode
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobActionResult, JobTarget, NoticeCode
from domain.use_cases.queue import QueueOptions, queue
from tests.conftest import NOON

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
MakeTarget = Callable[..., Awaitable[Target]]


async def queued(
    request: Request, job: Job, options: QueueOptions | None = None
) -> JobActionResult:
    [result] = await queue(request, [JobTarget(job.key)], options or QueueOptions())
    return result


def codes(result: JobActionResult) -> list[ErrorCode]:
    return [error.code for error in result.errors]


async def test_an_import_goes_to_the_default_lane_and_says_so(
    request_context: Request, make_project: MakeProject, make_job: Make, make_target: MakeTarget
) -> None:
    await make_project()
    await make_target()
    await Lane(id="other", type="node", title="Other", created_at=NOON).insert()
    imported = await make_job(type="import_micrographs", category="import")

    result = await queued(request_context, imported, QueueOptions(lane="other"))

    assert [notice.code for notice in result.notices] == [NoticeCode.LANE_OVERRIDDEN]
    assert result.job is not None
    assert result.job.queued_to_lane == "default"


def with_interactive_type(request: Request) -> Request:
    """There is one more job type, `curate`, that asks its user."""
    plain = request.catalogue.types["ctf_estimation"]
    run = replace(plain.run, interactive="curate_exposures")
    curate = replace(plain, type="curate", run=run)
    types = {**request.catalogue.types, "curate": curate}
    return replace(request, catalogue=replace(request.catalogue, types=types))


async def test_seed_152_an_interactive_job_goes_to_the_default_lane_and_needs_no_token(
    request_context: Request, make_project: MakeProject, make_job: Make, make_target: MakeTarget
) -> None:
    await make_project()
    await make_target(gpu=1)
    await Lane(id="other", type="node", title="Other", created_at=NOON).insert()
    asking = await make_job(type="curate", resource_spec=ResourceNeed(gpu=1))

    result = await queued(
        with_interactive_type(request_context), asking, QueueOptions(lane="other")
    )

    assert [notice.code for notice in result.notices] == [NoticeCode.LANE_OVERRIDDEN]
    assert result.job is not None
    assert (result.job.queued_to_lane, result.job.num_tokens) == ("default", 0)


async def test_a_job_that_runs_on_the_master_is_not_pinned_elsewhere(
    request_context: Request, make_project: MakeProject, make_job: Make, make_target: MakeTarget
) -> None:
    await make_project()
    await make_target()
    await make_target("box", lane="gpu")
    imported = await make_job(type="import_micrographs", category="import")

    result = await queued(request_context, imported, QueueOptions(lane="gpu", hostname="box"))

    assert codes(result) == [ErrorCode.MASTER_ONLY]
    assert await Job.get(imported.id) == imported


async def test_imports_go_to_the_lane_that_an_administrator_has_set_for_them(
    request_context: Request, make_project: MakeProject, make_job: Make, make_target: MakeTarget
) -> None:
    await make_project()
    await make_target("box", lane="imports")
    await Instance.rows().update_one({}, {"$set": {"import_lane_override": "imports"}})
    imported = await make_job(type="import_micrographs", category="import")

    result = await queued(request_context, imported)

    assert result.notices == []
    assert result.job is not None
    assert result.job.queued_to_lane == "imports"


async def test_a_gpu_that_no_host_has_never_fits(
    request_context: Request, make_project: MakeProject, make_job: Make, make_target: MakeTarget
) -> None:
    await make_project()
    await make_target(gpu=2)
    job = await make_job(resource_spec=ResourceNeed(cpu=1, gpu=2, ram=1))

    result = await queued(request_context, job, QueueOptions(hostname="node1", gpus=(1, 7)))

    assert codes(result) == [ErrorCode.NEVER_FITS]
    shortages = result.errors[0].shortages  # type: ignore[attr-defined]  # of NeverFits
    assert [(s.resource, s.needed, s.free) for s in shortages] == [("gpu", 2, 1)]
