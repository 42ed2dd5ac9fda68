"""The Current Jobs panel, live, as the API gives it."""

import pytest

from domain import job_moves
from domain.clock import now
from domain.documents import Lane
from domain.status import JobStatus
from domain.uids import JobKey
from tests.api.streams.live import (
    Json,
    Live,
    make_job,
    make_project,
    operation,
    queue,
    uids,
)

pytestmark = pytest.mark.mongo


async def test_seed_014_a_lane_is_active_from_its_first_job_to_its_last(live: Live) -> None:
    await Lane(id="other", type="node", title="Other", created_at=now()).insert()
    await make_project()
    await make_job("J1")
    reader = await live.read(operation("dashboard_current_jobs_changes"), user="anna")
    lanes: dict[str, bool] = {}

    def follow(message: Json) -> dict[str, bool]:
        lanes.update({lane["name"]: lane["active"] for lane in message["upsertedLanes"]})
        return dict(lanes)

    [snapshot] = await reader.snapshot()
    stages = [follow(snapshot)]
    await queue("J1")
    stages.append(follow(await reader.message()))
    changes = {"queued_to_lane": "other"}
    await job_moves.change(JobKey("P1", "J1"), changes=changes, now=now())
    stages.append(follow(await reader.message()))

    assert stages == [
        {"default": False, "other": False},
        {"default": True, "other": False},
        {"default": False, "other": True},
    ]


@pytest.mark.parametrize(
    ("view", "shown"),
    [("ALL", ["J2", "J3"]), ("QUEUED", ["J2"]), ("ACTIVE", ["J3"])],
)
async def test_seed_002_005_006_the_view_chooses_among_jobs_in_progress(
    live: Live, view: str, shown: list[str]
) -> None:
    await make_project()
    await make_job("J1")
    await make_job("J2", status=JobStatus.QUEUED, queued_to_lane="default")
    await make_job("J3", status=JobStatus.RUNNING, queued_to_lane="default")
    await make_job("J4", status=JobStatus.COMPLETED, queued_to_lane="default")

    asked = await live.ask(operation("dashboard_current_jobs"), {"view": view}, "anna")
    reader = await live.read(operation("dashboard_current_jobs_changes"), {"view": view}, "anna")
    [snapshot] = await reader.snapshot()

    [lane] = asked["currentJobs"]["lanes"]
    assert sorted(uids(lane["jobs"])) == shown
    assert sorted(uids(snapshot["upsertedJobs"])) == shown


async def test_seed_052_the_count_of_current_jobs_is_by_status(live: Live) -> None:
    await make_project()
    await make_job("J1", status=JobStatus.QUEUED, queued_to_lane="default")
    await make_job("J2", status=JobStatus.RUNNING, queued_to_lane="default")
    await make_job("J3", status=JobStatus.WAITING, queued_to_lane="default")
    await make_job("J4", status=JobStatus.FAILED, queued_to_lane="default")

    footer = await live.ask(operation("dashboard_footer"), user="anna")

    counts = {c["status"]: c["count"] for c in footer["currentJobs"]["counts"] if c["count"]}
    assert counts == {"QUEUED": 1, "RUNNING": 1, "WAITING": 1}


async def test_seed_047_the_rows_of_a_lanes_table_are_live(live: Live) -> None:
    await make_project()
    await make_job("J1")
    query = """subscription($filter: JobFilter) {
      jobChanges(filter: $filter) { kind snapshotComplete
        upserted { uid status } removed { uid } } }"""
    current = ["QUEUED", "LAUNCHED", "STARTED", "WAITING", "RUNNING"]
    filter = {"lanes": ["default"], "statuses": current}
    reader = await live.read(query, {"filter": filter}, "anna")

    [snapshot] = await reader.snapshot()
    await queue("J1")
    came = await reader.message()
    await job_moves.move(
        JobKey("P1", "J1"),
        to=JobStatus.BUILDING,
        only_from=frozenset({JobStatus.QUEUED}),
        now=now(),
        actor="anna",
    )
    went = await reader.message()

    assert snapshot["upserted"] == []
    assert came["upserted"] == [{"uid": "J1", "status": "QUEUED"}]
    assert (went["upserted"], went["removed"]) == ([], [{"uid": "J1"}])
