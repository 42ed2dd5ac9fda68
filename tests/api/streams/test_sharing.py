"""One reading and one execution for all who are told the same; and nobody is told another's."""

import pytest

from domain import job_moves
from domain.clock import now
from domain.documents import Project
from domain.uids import JobKey
from tests.api.streams.live import Live, make_job, make_project, retitle, uids

pytestmark = pytest.mark.mongo
WATCH = """
subscription($after: Cursor, $full: Boolean!) {
  jobChanges(after: $after, minIntervalMs: 0) {
    cursor kind snapshotComplete upserted { uid title @include(if: $full) } removed { uid }
  }
}
"""
FULL = {"full": True}


async def test_readers_with_the_same_rights_get_the_very_same_answer(live: Live) -> None:
    await make_project()
    await make_job("J1")
    readers = [await live.read(WATCH, FULL, user="anna") for _ in range(3)]
    for reader in readers:
        await reader.snapshot()
    await retitle("J1")

    answers = [(await reader.result()).data for reader in readers]

    assert answers[0] is not None
    assert answers[0]["jobChanges"]["upserted"] == [{"uid": "J1", "title": "changed"}]
    assert [answer is answers[0] for answer in answers] == [True] * 3


async def test_who_selects_something_else_gets_an_answer_of_their_own(live: Live) -> None:
    await make_project()
    await make_job("J1")
    full = await live.read(WATCH, FULL, user="anna")
    short = await live.read(WATCH, {"full": False}, user="anna")
    for reader in (full, short):
        await reader.snapshot()
    await retitle("J1")

    assert (await full.message())["upserted"] == [{"uid": "J1", "title": "changed"}]
    assert (await short.message())["upserted"] == [{"uid": "J1"}]


async def test_a_reader_without_the_rights_is_told_nothing_of_what_another_reads(
    live: Live,
) -> None:
    await make_project("P1", owner="anna")
    await make_project("P2", owner="bert")
    await make_job("J1", "P1")
    await make_job("J1", "P2")
    anna = await live.read(WATCH, FULL, user="anna")
    bert = await live.read(WATCH, FULL, user="bert")
    for reader in (anna, bert):
        await reader.snapshot()
    await retitle("J1", "P1")
    mine = await anna.message()
    await retitle("J1", "P2")
    yours = await bert.message()

    assert (uids(mine["upserted"]), uids(yours["upserted"])) == (["J1"], ["J1"])
    assert mine["cursor"] != yours["cursor"]


async def test_who_loses_access_stops_getting_what_those_who_keep_it_are_told(live: Live) -> None:
    await make_project("P1", owner="anna", shared_with="bert")
    await make_job("J1")
    anna = await live.read(WATCH, FULL, user="anna")
    bert = await live.read(WATCH, FULL, user="bert")
    for reader in (anna, bert):
        await reader.snapshot()
    await Project.rows().update_one({"_id": "P1"}, {"$set": {"users_with_access": []}})
    await retitle("J1")

    assert uids((await anna.message())["upserted"]) == ["J1"]
    lost = await bert.message()
    assert (lost["upserted"], uids(lost["removed"])) == ([], ["J1"])


async def test_who_comes_back_late_shares_again(live: Live) -> None:
    await make_project()
    await make_job("J1")
    first = await live.read(WATCH, FULL, user="anna")
    [*_, last] = await first.snapshot()
    await retitle("J1")
    told = await first.message()
    second = await live.read(WATCH, {**FULL, "after": last["cursor"]}, user="anna")

    missed = await second.message()
    await job_moves.change(JobKey("P1", "J1"), changes={"title": "again"}, now=now())
    answers = [(await reader.result()).data for reader in (first, second)]

    assert missed["upserted"] == told["upserted"]
    assert answers[0] is not None
    assert answers[0] is answers[1]
