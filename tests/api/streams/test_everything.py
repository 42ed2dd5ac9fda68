"""The stream of everything, and that of GPU tokens."""

import pytest

from domain import job_moves
from domain.clock import now
from domain.documents import Lane, Tag, Target, TokenPool
from domain.documents.instance import POOL_ID
from domain.uids import JobKey
from tests.api.streams.live import (
    Live,
    make_job,
    make_operation,
    make_project,
    operation,
    retitle,
    tell,
)

pytestmark = pytest.mark.mongo


TOKENS = """subscription Tokens($after: Cursor) {
  tokenUsageChanges(after: $after) {
    cursor kind snapshotComplete
    tokenUsage { currentInUse maxLicensesAvailable
      instances { instanceId thisInstance currentInUse numQueuedJobs maxLicensesAvailable } }
  }
}"""


async def test_everything_is_told_topic_by_topic_and_what_is_gone(live: Live) -> None:
    await make_project()
    await make_job("J1")
    await make_job("J2")
    variables = {"topics": ["JOBS", "PROJECTS", "LANES", "TOKENS"]}
    reader = await live.read(operation("integration_all_changes"), variables)

    snapshot = await reader.snapshot()
    await job_moves.change(JobKey("P1", "J1"), changes={"deleted": True}, now=now())
    await Lane.rows().delete_one({"_id": "default"})
    deltas = [await reader.message() for _ in range(2)]

    told = [(m["topic"], [node["__typename"] for node in m["upserted"]]) for m in snapshot]
    assert told == [
        ("PROJECTS", ["Project"]),
        ("JOBS", ["Job", "Job"]),
        ("LANES", ["SchedulerLane"]),
        ("TOKENS", ["Instance"]),
    ]
    gone = [(m["topic"], one["uid"], one["deleted"]) for m in deltas for one in m["removed"]]
    assert gone == [("JOBS", "J1", True), ("LANES", "default", True)]


async def test_every_topic_is_told_as_its_type(live: Live) -> None:
    await make_project()
    await make_job("J1")
    await make_operation("P1-J1")
    await tell("anna")
    await Tag(id="T1", title="good", type="job", created_at=now()).insert()
    await Target(
        id="node1", type="node", lane="default", title="node1", hostname="node1", created_at=now()
    ).insert()

    snapshot = await (await live.read(operation("integration_all_changes"))).snapshot()

    told = {m["topic"]: {node["__typename"] for node in m["upserted"]} for m in snapshot}
    assert told == {
        "PROJECTS": {"Project"},
        "WORKSPACES": {"Workspace"},
        "JOBS": {"Job"},
        "LANES": {"SchedulerLane"},
        "TARGETS": {"SchedulerTarget"},
        "TOKENS": {"Instance"},
        "OPERATIONS": {"JobOperation"},
        "NOTIFICATIONS": {"Notification"},
        "TAGS": {"Tag"},
        "USERS": {"User"},
        "INSTANCE": {"Instance"},
    }


async def test_seed_009_010_token_usage_is_told_by_instance_and_in_total(live: Live) -> None:
    await TokenPool.rows().update_one({"_id": POOL_ID}, {"$set": {"token_limit": 8}})
    reader = await live.read(TOKENS, user="anna")
    await reader.snapshot()

    await TokenPool.rows().update_one({"_id": POOL_ID}, {"$set": {"used": 3}})
    usage = (await reader.message())["tokenUsage"]

    [ours] = usage["instances"]
    assert (usage["currentInUse"], usage["maxLicensesAvailable"]) == (3, 8)
    assert (ours["thisInstance"], ours["maxLicensesAvailable"]) == (True, 8)


async def test_seed_008_an_unlimited_pool_has_no_ceiling_to_show(live: Live) -> None:
    [snapshot] = await (await live.read(TOKENS, user="anna")).snapshot()

    assert snapshot["tokenUsage"]["maxLicensesAvailable"] is None


async def test_token_usage_that_stays_the_same_is_no_news(live: Live) -> None:
    await make_project()
    await make_job("J1")
    reader = await live.read(TOKENS, user="anna")
    await reader.snapshot()

    await retitle("J1")
    await TokenPool.rows().update_one({"_id": POOL_ID}, {"$set": {"used": 2}})
    usage = (await reader.message())["tokenUsage"]

    assert usage["currentInUse"] == 2
