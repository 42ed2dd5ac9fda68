"""Streams of what belongs to a user: operations and notifications."""

import pytest

from domain.documents import Project
from schema.node import global_id
from tests.api.streams.live import (
    Live,
    finish_job,
    make_job,
    make_operation,
    make_project,
    operation,
    tell,
)

pytestmark = pytest.mark.mongo


async def test_everybody_follows_the_operations_that_they_asked_for(live: Live) -> None:
    await make_project(shared_with="bert")
    await make_job("J1")
    await make_job("J2")
    theirs = await make_operation("P1-J1", by="bert")
    mine = await make_operation("P1-J2")
    reader = await live.read(operation("dashboard_operation_changes"), user="anna")

    [snapshot] = await reader.snapshot()
    await finish_job(theirs, "P1-J1")
    await finish_job(mine, "P1-J2", bytes_freed=7)
    delta = await reader.message()

    shown = [one["id"] for message in (snapshot, delta) for one in message["upserted"]]
    assert shown == [global_id("JobOperation", mine.id)] * 2
    [after] = delta["upserted"]
    assert (after["progress"], after["cancellable"]) == (1, False)
    assert after["summary"] == {
        "requested": 1,
        "applied": 1,
        "skipped": 0,
        "failed": 0,
        "bytesFreed": 7,
    }


async def test_one_operation_is_followed_by_all_who_see_its_project(live: Live) -> None:
    await make_project(shared_with="bert")
    made = await make_operation("P1-J1")
    variables = {"id": global_id("JobOperation", made.id)}
    reader = await live.read(operation("dashboard_operation_changes"), variables, "bert")

    [snapshot] = await reader.snapshot()
    await finish_job(made, "P1-J1")
    delta = await reader.message()

    assert [one["progress"] for one in snapshot["upserted"] + delta["upserted"]] == [0, 1]


async def test_an_operation_of_strangers_is_not_found(live: Live) -> None:
    await make_project()
    made = await make_operation("P1-J1")
    variables = {"id": global_id("JobOperation", made.id)}

    reader = await live.read(operation("dashboard_operation_changes"), variables, "bert")

    assert await reader.end() == "NOT_FOUND"


async def test_everybody_is_told_what_is_for_them(live: Live) -> None:
    await make_project()
    await make_job("J1")
    await tell("anna", "Before.")
    reader = await live.read(operation("dashboard_notifications"), user="anna")

    [snapshot] = await reader.snapshot()
    await tell("bert", "Not for anna.")
    await tell("anna", "After.", "P1-J1")
    delta = await reader.message()

    assert [one["message"] for one in snapshot["upserted"]] == ["Before."]
    [after] = delta["upserted"]
    assert (after["message"], after["job"]["uid"], after["active"]) == ("After.", "J1", True)


async def test_notices_about_a_project_end_with_the_access_to_it(live: Live) -> None:
    await make_project(shared_with="bert")
    await make_job("J1")
    await tell("bert", "Then.", "P1-J1")
    await Project.rows().update_one({"_id": "P1"}, {"$set": {"users_with_access": []}})
    reader = await live.read(operation("dashboard_notifications"), user="bert")

    [snapshot] = await reader.snapshot()
    await tell("bert", "Secret.", "P1-J1")
    await tell("bert", "Public.")
    told = (await reader.message())["upserted"]

    assert snapshot["upserted"] == []
    assert [one["message"] for one in told] == ["Public."]
