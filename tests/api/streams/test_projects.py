"""The stream of projects: of all that a user sees, and of one with its workspaces."""

import pytest

from domain.documents import Project, Workspace
from schema.node import global_id
from tests.api.conftest import Json
from tests.api.streams.live import Live, make_job, make_project, queue, uids

pytestmark = pytest.mark.mongo
PROJECTS = """subscription Projects($uid: ProjectUid, $after: Cursor) {
  projectChanges(projectUid: $uid, after: $after, minIntervalMs: 0, maxBatchSize: 2) {
    cursor kind snapshotComplete
    upsertedProjects { uid title jobCounts { status count } }
    upsertedWorkspaces { uid title jobCounts { status count } }
    removed { id deleted }
  }
}"""
P1 = {"uid": "P1"}


def told(message: Json) -> tuple[list[str], list[str]]:
    return uids(message["upsertedProjects"]), uids(message["upsertedWorkspaces"])


def counted(shown: Json) -> dict[str, int]:
    return {one["status"]: one["count"] for one in shown["jobCounts"] if one["count"]}


async def share_p1_with(*users: str) -> None:
    change = {"$set": {"users_with_access": list(users)}, "$inc": {"revision": 1}}
    await Project.rows().update_one({"_id": "P1"}, change)


async def test_all_projects_of_a_user_are_told_newest_first_and_no_others(live: Live) -> None:
    for uid in ("P1", "P2", "P3"):
        await make_project(uid)
    await make_project("P4", owner="bert")

    snapshot = await (await live.read(PROJECTS, user="anna")).snapshot()

    assert [told(message) for message in snapshot] == [(["P3", "P2"], []), (["P1"], [])]


async def test_a_new_project_and_the_jobs_of_an_old_one_are_news(live: Live) -> None:
    await make_project()
    await make_job("J1")
    reader = await live.read(PROJECTS, user="anna")
    await reader.snapshot()

    await queue("J1")
    after_queueing = await reader.message()
    await make_project("P2")
    after_making = await reader.message()

    assert counted(after_queueing["upsertedProjects"][0]) == {"QUEUED": 1}
    assert told(after_making) == (["P2"], [])


async def test_a_project_is_told_when_it_is_shared_and_as_lost_when_that_ends(live: Live) -> None:
    await make_project()
    reader = await live.read(PROJECTS, user="bert")
    assert told((await reader.snapshot())[-1]) == ([], [])

    await share_p1_with("bert")
    assert told(await reader.message()) == (["P1"], [])
    await share_p1_with()
    lost = await reader.message()

    assert lost["removed"] == [{"id": global_id("Project", "P1"), "deleted": False}]


async def test_a_deleted_project_is_told_as_deleted(live: Live) -> None:
    await make_project()
    reader = await live.read(PROJECTS)
    await reader.snapshot()

    await Project.rows().update_one({"_id": "P1"}, {"$set": {"deleted": True}})

    removed = (await reader.message())["removed"]
    assert removed == [{"id": global_id("Project", "P1"), "deleted": True}]


async def test_whoever_comes_back_gets_the_list_of_projects_anew(live: Live) -> None:
    await make_project()
    [first] = await (await live.read(PROJECTS, user="anna")).snapshot()

    reader = await live.read(PROJECTS, {"after": first["cursor"]}, "anna")

    assert (await reader.message())["kind"] == "RESET"
    assert told(await reader.message()) == (["P1"], [])


async def test_of_one_project_those_workspaces_are_told_that_changed(live: Live) -> None:
    await make_project()
    await make_job("J1")
    reader = await live.read(PROJECTS, P1, "anna")
    assert [told(m) for m in await reader.snapshot()] == [(["P1"], ["W1", "W2"])]

    await queue("J1")
    delta = await reader.message()
    await Workspace.rows().update_one({"_id": "P1-W2"}, {"$set": {"deleted": True}})
    removed = (await reader.message())["removed"]

    assert told(delta) == (["P1"], ["W1"])
    assert counted(delta["upsertedWorkspaces"][0]) == {"QUEUED": 1}
    assert removed == [{"id": global_id("Workspace", "P1-W2"), "deleted": True}]


async def test_the_stream_of_one_project_ends_with_the_right_to_see_it(live: Live) -> None:
    await make_project(shared_with="bert")
    reader = await live.read(PROJECTS, P1, "bert")
    await reader.snapshot()

    await share_p1_with()

    assert await reader.end() == "NOT_FOUND"


JOBS = (
    "subscription { jobChanges { kind snapshotComplete upserted { uid } removed { id deleted } } }"
)


async def test_the_jobs_of_a_project_are_told_as_lost_with_the_right_to_see_it(live: Live) -> None:
    await make_project(shared_with="bert")
    await make_job("J1")
    await make_project("P2", owner="bert")
    await make_job("J1", project="P2")
    reader = await live.read(JOBS, user="bert")
    assert [uids(message["upserted"]) for message in await reader.snapshot()] == [["J1", "J1"]]

    await share_p1_with()

    removed = (await reader.message())["removed"]
    assert removed == [{"id": global_id("Job", "P1-J1"), "deleted": False}]
