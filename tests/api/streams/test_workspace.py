"""The stream of a workspace: its jobs, and to whom it is closed."""

import pytest

from domain.documents import Project, Workspace
from schema.node import global_id
from tests.api.streams.live import (
    WORKSPACE,
    Live,
    make_job,
    make_project,
    operation,
    retitle,
    uids,
    unlink,
)

pytestmark = pytest.mark.mongo


async def test_a_workspace_is_told_whole_in_batches_and_counts_its_jobs(live: Live) -> None:
    await make_project()
    for number in range(1, 6):
        await make_job(f"J{number}")
    await make_job("J9", workspace_uids=["W2"])
    query = operation("dashboard_workspace_changes").replace(
        "minIntervalMs: 100", "minIntervalMs: 100, maxBatchSize: 2"
    )

    messages = await (await live.read(query, WORKSPACE, "anna")).snapshot()

    sent = [uid for message in messages for uid in uids(message["upsertedJobs"])]
    assert sent == ["J1", "J2", "J3", "J4", "J5"]
    assert [len(message["upsertedJobs"]) for message in messages] == [2, 2, 1]
    assert messages[0]["workspace"]["title"] == "W1"
    counts = {c["status"]: c["count"] for c in messages[0]["workspace"]["jobCounts"]}
    assert counts["BUILDING"] == 5


async def test_a_job_that_leaves_a_workspace_is_told_as_gone_but_not_deleted(live: Live) -> None:
    await make_project()
    await make_job("J1")
    reader = await live.read(operation("dashboard_workspace_changes"), WORKSPACE, "anna")
    await reader.snapshot()

    await unlink("J1")
    delta = await reader.message()

    removed = {"id": global_id("Job", "P1-J1"), "uid": "J1", "deleted": False}
    assert (delta["upsertedJobs"], delta["removedJobs"]) == ([], [removed])
    assert [c["count"] for c in delta["workspace"]["jobCounts"] if c["count"]] == []


async def test_jobs_of_other_workspaces_are_no_news(live: Live) -> None:
    await make_project()
    await make_job("J1")
    await make_job("J2", workspace_uids=["W2"])
    reader = await live.read(operation("dashboard_workspace_changes"), WORKSPACE, "anna")
    await reader.snapshot()

    await retitle("J2")
    await Workspace.rows().update_one({"_id": "P1-W1"}, {"$set": {"title": "new"}})
    delta = await reader.message()

    assert delta["workspace"]["title"] == "new"
    assert (delta["upsertedJobs"], delta["removedJobs"]) == ([], [])


async def test_a_collaborator_who_is_removed_receives_nothing_more(live: Live) -> None:
    await make_project(shared_with="bert")
    await make_job("J1")
    reader = await live.read(operation("dashboard_workspace_changes"), WORKSPACE, "bert")
    await reader.snapshot()

    await Project.rows().update_one({"_id": "P1"}, {"$set": {"users_with_access": []}})
    await retitle("J1")

    assert await reader.end() == "NOT_FOUND"


async def test_a_workspace_of_strangers_is_not_found(live: Live) -> None:
    await make_project()

    reader = await live.read(operation("dashboard_workspace_changes"), WORKSPACE, "bert")

    assert await reader.end() == "NOT_FOUND"
