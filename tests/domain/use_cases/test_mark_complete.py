"""Marking as complete: the newest versions that belong together are final, children use them."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from domain.documents import Event, Job, Project
from domain.documents.shapes import JobOutput, OutputVersion
from domain.error_codes import ErrorCode
from domain.status import JobStatus
from domain.use_cases.build import connect
from domain.use_cases.connections import NewConnection
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobTarget, Outcome
from domain.use_cases.mark_complete import mark_complete
from domain.use_cases.queue import QueueOptions, queue
from tests.conftest import NOON
from tests.scheduler.queues import load_queue

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
MakeTarget = Callable[..., Awaitable[object]]


def version(
    number: int, *, name: str = "it", num_items: int = 10, size_bytes: int = 100
) -> OutputVersion:
    return OutputVersion(
        version=number,
        final=False,
        metafile=f"J1/{name}{number}.cs",
        num_items=num_items,
        size_bytes=size_bytes,
        created_at=NOON,
    )


async def stored(uid: str) -> Job:
    found = await Job.get(f"P1-{uid}")
    assert found is not None
    return found


@pytest.fixture
async def directory(make_project: MakeProject) -> Path:
    """Of P1, with three tables of J1."""
    project = await make_project()
    found = Path(project.project_dir)
    (found / "J1").mkdir()
    for number in (0, 1):
        (found / f"J1/it{number}.cs").touch()
    return found


@pytest.fixture
async def failed(directory: Path, make_job: Make, make_target: MakeTarget) -> Job:
    """J1, a CTF estimation that failed in its first run with two saved versions."""
    await make_target()
    output = JobOutput(versions=[version(0, num_items=5), version(1, num_items=8)])
    return await make_job(
        type="ctf_estimation",
        status=JobStatus.FAILED,
        attempt=1,
        outputs={"exposures": output},
        exit_reason="exit_code",
    )


async def test_seed_129_a_failed_job_is_completed_with_its_newest_versions(
    request_context: Request, failed: Job
) -> None:
    [result] = await mark_complete(request_context, [JobTarget(failed.key)])

    job = await stored("J1")
    assert result.outcome is Outcome.APPLIED
    assert (job.status, job.completed_count, job.completed_at) == (JobStatus.COMPLETED, 1, NOON)
    output = job.outputs["exposures"]
    assert [(v.version, v.final) for v in output.versions] == [(0, False), (1, True)]
    assert (output.num_items, job.intermediate_results_size_bytes) == (8, 100)


async def test_seed_130_a_killed_job_is_completed(request_context: Request, failed: Job) -> None:
    await Job.rows().update_one({"_id": failed.id}, {"$set": {"status": JobStatus.KILLED}})

    [result] = await mark_complete(request_context, [JobTarget(failed.key)])

    assert (result.outcome, (await stored("J1")).status) == (Outcome.APPLIED, JobStatus.COMPLETED)


async def test_the_log_says_once_who_marked_it(request_context: Request, failed: Job) -> None:
    await mark_complete(request_context, [JobTarget(failed.key)])

    assert [event.text for event in await Event.find_all().to_list()] == [
        "Marked as complete by admin."
    ]


async def test_seed_131_a_child_can_connect_and_run_on_the_outputs(
    request_context: Request, failed: Job, make_job: Make
) -> None:
    await mark_complete(request_context, [JobTarget(failed.key)])
    child = JobTarget((await make_job("J2", type="blob_picker")).key)

    [connected] = await connect(
        request_context, child, NewConnection("micrographs", "J1", "exposures")
    )
    [queued] = await queue(request_context, [child], QueueOptions())

    assert connected.outcome is queued.outcome is Outcome.APPLIED
    [candidate] = await load_queue()
    assert candidate.obstacle is None


async def test_a_child_that_waited_for_a_failed_parent_goes_on(
    request_context: Request, failed: Job, make_job: Make
) -> None:
    child = JobTarget((await make_job("J2", type="blob_picker")).key)
    await connect(request_context, child, NewConnection("micrographs", "J1", "exposures"))
    await queue(request_context, [child], QueueOptions())
    [before] = await load_queue()

    await mark_complete(request_context, [JobTarget(failed.key)])

    [after] = await load_queue()
    assert before.obstacle is not None
    assert after.obstacle is None


async def test_a_job_without_saved_outputs_is_not_completed(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await make_project()
    job = await make_job(status=JobStatus.FAILED, outputs={"exposures": JobOutput()})

    [result] = await mark_complete(request_context, [JobTarget(job.key)])

    assert result.outcome is Outcome.SKIPPED
    assert [error.code for error in result.errors] == [ErrorCode.NO_OUTPUTS]
    assert await stored("J1") == job


@pytest.mark.parametrize("status", sorted(set(JobStatus) - {JobStatus.KILLED, JobStatus.FAILED}))
async def test_only_killed_and_failed_jobs_are_marked_complete(
    request_context: Request, failed: Job, status: JobStatus
) -> None:
    await Job.rows().update_one({"_id": failed.id}, {"$set": {"status": status}})

    [result] = await mark_complete(request_context, [JobTarget(failed.key)])

    assert (result.outcome, (await stored("J1")).revision) == (Outcome.SKIPPED, 1)


async def test_seed_161_162_all_applicable_jobs_are_completed_as_a_single_one_is(
    request_context: Request, failed: Job, make_job: Make
) -> None:
    running = await make_job("J2", status=JobStatus.RUNNING)
    killed = await make_job("J3", type=failed.type, status=JobStatus.KILLED, outputs=failed.outputs)

    results = await mark_complete(
        request_context, [JobTarget(job.key) for job in (failed, running, killed)]
    )

    expected = [Outcome.APPLIED, Outcome.SKIPPED, Outcome.APPLIED]
    assert [result.outcome for result in results] == expected
    final = [(await stored(uid)).outputs["exposures"].final for uid in ("J1", "J3")]
    assert [v.version for v in final if v is not None] == [1, 1]


async def test_a_dry_run_completes_nothing(request_context: Request, failed: Job) -> None:
    [result] = await mark_complete(request_context, [JobTarget(failed.key)], dry_run=True)

    assert result.outcome is Outcome.PLANNED
    assert (await stored("J1"), await Event.count()) == (failed, 0)


def names_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def committed(directory: Path) -> dict[str, Any]:
    content = json.loads((directory / "J1/outputs.json").read_text())
    return dict(content)


async def test_outputs_json_says_which_version_became_final(
    request_context: Request, failed: Job, directory: Path
) -> None:
    await mark_complete(request_context, [JobTarget(failed.key)])

    content = committed(directory)
    assert content["outcome"] == "marked_complete"
    exposures = content["outputs"]["exposures"]
    assert (exposures["version"], exposures["from_version"]) == ("F", 1)
    assert (exposures["metafile"], exposures["num_items"]) == ("J1/it1.cs", 8)
    assert names_in(directory / "J1") == {"it0.cs", "it1.cs", "outputs.json"}


async def test_a_version_whose_files_are_gone_is_passed_over(
    request_context: Request, failed: Job, directory: Path
) -> None:
    (directory / "J1/it1.cs").unlink()

    await mark_complete(request_context, [JobTarget(failed.key)])

    final = (await stored("J1")).outputs["exposures"].final
    assert final is not None
    assert (final.version, committed(directory)["outputs"]["exposures"]["from_version"]) == (0, 0)


@pytest.mark.parametrize("dry_run", [False, True])
async def test_a_job_whose_files_are_all_gone_is_not_completed(
    request_context: Request, failed: Job, directory: Path, *, dry_run: bool
) -> None:
    for number in (0, 1):
        (directory / f"J1/it{number}.cs").unlink()

    [result] = await mark_complete(request_context, [JobTarget(failed.key)], dry_run=dry_run)

    assert [error.code for error in result.errors] == [ErrorCode.NO_OUTPUTS]
    assert await stored("J1") == failed
    assert not (directory / "J1/outputs.json").exists()


@pytest.fixture
async def killed_picker(directory: Path, make_job: Make) -> Job:
    """J1, a picker that was killed between its two outputs: the particles are one batch ahead."""
    for name, number in (("picks", 0), ("picks", 1), ("seen", 0)):
        (directory / f"J1/{name}{number}.cs").touch()
    return await make_job(
        type="blob_picker",
        status=JobStatus.KILLED,
        attempt=1,
        outputs={
            "particles": JobOutput(versions=[version(n, name="picks") for n in (0, 1)]),
            "micrographs": JobOutput(versions=[version(0, name="seen")]),
        },
    )


async def test_outputs_are_completed_with_versions_of_the_same_iteration(
    request_context: Request, killed_picker: Job
) -> None:
    await mark_complete(request_context, [JobTarget(killed_picker.key)])

    finals = {name: output.final for name, output in (await stored("J1")).outputs.items()}
    assert {name: final and final.version for name, final in finals.items()} == {
        "particles": 0,
        "micrographs": 0,
    }


async def test_a_job_that_lacks_a_required_output_is_not_completed(
    request_context: Request, killed_picker: Job
) -> None:
    await Job.rows().update_one({"_id": killed_picker.id}, {"$set": {"outputs.micrographs": {}}})

    [result] = await mark_complete(request_context, [JobTarget(killed_picker.key)])

    assert [error.code for error in result.errors] == [ErrorCode.NO_OUTPUTS]


@pytest.mark.parametrize(("classes", "outcome"), [(2, Outcome.APPLIED), (3, Outcome.SKIPPED)])
async def test_every_class_that_the_params_ask_for_is_required(
    request_context: Request, directory: Path, make_job: Make, classes: int, outcome: Outcome
) -> None:
    saved = JobOutput(versions=[version(1)])
    made = [f"{kind}_class_{k}" for kind in ("particles", "volume") for k in (0, 1)]
    job = await make_job(
        type="homo_abinit_relion",
        params={"abinit_K": classes},
        status=JobStatus.KILLED,
        attempt=1,
        outputs=dict.fromkeys(["particles_all_classes", *made], saved),
    )

    [result] = await mark_complete(request_context, [JobTarget(job.key)])

    assert result.outcome is outcome
