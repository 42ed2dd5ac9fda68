"""Queueing and waiting through the API: lanes, many jobs, priority, hold, and completing."""

import asyncio
from datetime import UTC, datetime

import pytest

from domain.documents import Job, Lane
from domain.documents.shapes import OutputVersion
from tests.api.conftest import Api, Json, project_directory, target
from tests.api.nodes import add_node

pytestmark = pytest.mark.mongo
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
QUEUED = "result { outcome job { status queuedToLane priority } notices { code } errors { code } }"
ALL_QUEUED = (
    "summary { requested applied skipped }"
    " results { outcome job { uid status queuedToLane } notices { code } errors { code } }"
)


@pytest.fixture
async def lanes(api: Api) -> None:
    """Lanes default and other, each with a node of four cores."""
    await Lane(id="other", type="node", title="other", created_at=NOON).insert()
    for name in ("default", "other"):
        await add_node(name)


async def write(project: str, job: str, **values: object) -> None:
    """Put a job where no scheduler runs to bring it."""
    await Job.rows().update_one({"_id": f"{project}-{job}"}, {"$set": values})


async def outputs(project: str) -> Json:
    """What a simulation has saved, its files included."""
    directory = await project_directory(project) / "J1"
    directory.mkdir(exist_ok=True)
    (directory / "a.cs").touch()
    version = OutputVersion(
        version=3, final=False, metafile="J1/a.cs", num_items=5, created_at=NOON
    )
    output = {"num_items": 5, "versions": [version.model_dump()]}
    return dict.fromkeys(("micrographs", "truth", "volume"), output)


@pytest.mark.usefixtures("lanes")
@pytest.mark.parametrize("lane", ["default", "other"])
async def test_seed_088_089_a_job_is_queued_to_the_lane_that_was_chosen(
    api: Api, lane: str
) -> None:
    project = await api.make_project()
    job = await api.make_job(project)

    answer = await api.mutate("queueJob", {"target": target(project, job), "lane": lane}, QUEUED)

    shown = answer["result"]["job"]
    assert (shown["status"], shown["queuedToLane"]) == ("QUEUED", lane)


@pytest.mark.usefixtures("lanes")
async def test_seed_150_151_153_all_go_to_one_lane_but_those_that_run_on_the_master(
    api: Api,
) -> None:
    project = await api.make_project()
    plain = await api.make_job(project)
    imported = await api.make_job(
        project, type="import_micrographs", params={"blob_paths": "*.mrc", "psize_A": 1.0}
    )
    unfinished = await api.make_job(project, type="blob_picker")
    jobs = [target(project, job) for job in (plain, imported, unfinished)]

    answer = await api.mutate("queueJobs", {"jobs": {"jobs": jobs}, "lane": "other"}, ALL_QUEUED)

    first, second, third = answer["results"]
    assert (first["job"]["queuedToLane"], first["notices"]) == ("other", [])
    assert second["job"]["queuedToLane"] == "default"
    assert second["notices"] == [{"code": "LANE_OVERRIDDEN"}]
    assert (third["outcome"], third["errors"]) == ("SKIPPED", [{"code": "BUILD_ERRORS"}])


@pytest.mark.usefixtures("lanes")
async def test_a_whole_chain_is_queued_before_its_first_job_has_run(api: Api) -> None:
    project = await api.make_project()
    first = await api.make_job(project)
    inputs = [{"input": "exposures", "parentJobUid": first, "output": "micrographs"}]
    second = await api.make_job(project, type="ctf_estimation", inputs=inputs)
    jobs = [target(project, second), target(project, first)]

    answer = await api.mutate("queueJobs", {"jobs": {"jobs": jobs}}, ALL_QUEUED)

    assert answer["summary"] == {"requested": 2, "applied": 2, "skipped": 0}


@pytest.mark.usefixtures("lanes")
async def test_a_waiting_job_changes_lane_priority_and_hold_and_keeps_its_time(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    named = {"target": target(project, job)}
    await api.mutate("queueJob", named, QUEUED)
    before = await Job.get(f"{project}-{job}")

    for name, options in (
        ("changeJobLane", {"lane": "other"}),
        ("setJobPriority", {"priority": 70}),
        ("holdJob", {}),
        ("releaseJob", {}),
    ):
        answer = await api.mutate(name, {**named, **options}, "result { outcome }")
        assert answer["result"] == {"outcome": "APPLIED"}, name

    after = await Job.get(f"{project}-{job}")
    assert before is not None
    assert after is not None
    assert (after.queued_to_lane, after.priority, after.on_hold) == ("other", 70, False)
    assert after.queue_entered_at == before.queue_entered_at


@pytest.mark.usefixtures("lanes")
@pytest.mark.parametrize("status", ["failed", "killed"])
async def test_seed_129_130_131_a_stopped_job_is_completed_and_its_outputs_are_used(
    api: Api, status: str
) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    await write(project, job, status=status, outputs=await outputs(project), attempt=1)

    done = await api.mutate(
        "markJobComplete", {"target": target(project, job)}, "result { job { status } }"
    )

    assert done["result"]["job"] == {"status": "COMPLETED"}
    inputs = [{"input": "exposures", "parentJobUid": job, "output": "micrographs"}]
    child = await api.make_job(project, type="ctf_estimation", inputs=inputs)
    answer = await api.mutate("queueJob", {"target": target(project, child)}, QUEUED)
    assert answer["result"]["outcome"] == "APPLIED"


async def test_seed_161_162_all_applicable_jobs_are_marked_complete(api: Api) -> None:
    project = await api.make_project()
    jobs = [await api.make_job(project) for _ in range(3)]
    await write(project, jobs[0], status="failed", outputs=await outputs(project), attempt=1)
    await write(project, jobs[1], status="killed", outputs=await outputs(project), attempt=1)
    selection = {"jobs": [target(project, job) for job in jobs]}

    answer = await api.mutate(
        "markJobsComplete",
        {"jobs": selection},
        "results { outcome job { status } } summary { applied skipped }",
    )

    assert answer["summary"] == {"applied": 2, "skipped": 1}
    statuses = [result["job"]["status"] for result in answer["results"]]
    assert statuses == ["COMPLETED", "COMPLETED", "BUILDING"]


async def test_two_marks_set_at_once_leave_every_ancestor_right(api: Api) -> None:
    """Marking one final result while another mark is taken away must not lose an ancestor."""
    project = await api.make_project()
    for job, parents in (("J1", []), ("J2", ["J1"]), ("J3", ["J1"])):
        await api.make_job(project)
        await write(project, job, status="completed", parents=parents)
    await api.mutate(
        "setJobFinalResult",
        {"target": target(project, "J2"), "isFinalResult": True},
        "result { outcome }",
    )

    await asyncio.gather(
        *(
            api.mutate(
                "setJobFinalResult",
                {"target": target(project, job), "isFinalResult": final},
                "result { outcome }",
            )
            for job, final in (("J2", False), ("J3", True))
        )
    )

    root = await Job.get(f"{project}-J1")
    assert root is not None
    assert root.is_ancestor_of_final_result
