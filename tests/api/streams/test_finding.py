"""Finding long actions, their results, and chains of jobs; each as the caller may see it."""

from datetime import timedelta

import pytest

from domain.clock import now
from domain.documents import Operation, Project
from domain.documents.operation import OperationStatus
from schema.node import global_id
from tests.api.streams.live import (
    Json,
    Live,
    finish_job,
    make_job,
    make_operation,
    make_project,
    operation,
)

pytestmark = pytest.mark.mongo
OPERATION = "query($id: ID!) { operation(id: $id) { action } }"
OPERATIONS = """query($statuses: [OperationStatus!], $first: Int, $after: Cursor) {
  operations(statuses: $statuses, first: $first, after: $after) {
    nodes { id } totalCount pageInfo { hasNextPage endCursor } } }"""
RESULTS = """query($id: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  operation(id: $id) {
    summary { requested applied accepted failed bytesFreed }
    results(first: $first, after: $after, last: $last, before: $before) {
      nodes { index jobUid outcome bytesFreed job { uid } errors { code message } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
RESTART = "query($projectUid: ProjectUid) { activeRestart(projectUid: $projectUid) { id } }"


def id_of(made: Operation) -> str:
    return global_id("JobOperation", made.id)


async def older(made: Operation, days: int) -> None:
    at = now() - timedelta(days=days)
    await Operation.rows().update_one({"_id": made.id}, {"$set": {"created_at": at}})


@pytest.mark.parametrize(("user", "sees"), [("anna", True), ("bert", False), ("admin", True)])
async def test_an_operation_is_seen_by_those_who_see_its_project(
    live: Live, user: str, sees: bool
) -> None:
    await make_project()
    made = await make_operation("P1-J1", by="admin")

    found = (await live.ask(OPERATION, {"id": id_of(made)}, user))["operation"]
    listed = (await live.ask(OPERATIONS, user=user))["operations"]
    node = await live.ask("query($id: ID!) { node(id: $id) { id } }", {"id": id_of(made)}, user)

    assert (found is not None, listed["totalCount"], node["node"] is not None) == (sees, sees, sees)


async def test_whoever_asked_for_an_operation_sees_it_without_the_project(live: Live) -> None:
    await make_project(shared_with="bert")
    made = await make_operation("P1-J1", by="bert")
    await Project.rows().update_one({"_id": "P1"}, {"$set": {"users_with_access": []}})

    found = (await live.ask(RESULTS, {"id": id_of(made)}, "bert"))["operation"]

    assert (found["summary"]["requested"], found["results"]["nodes"]) == (0, [])


async def test_operations_are_listed_newest_first_page_by_page(live: Live) -> None:
    await make_project()
    made = [await make_operation("P1-J1") for _ in range(3)]
    for days, one in enumerate(made):
        await older(one, days)

    first = (await live.ask(OPERATIONS, {"first": 2}, "anna"))["operations"]
    after = {"first": 2, "after": first["pageInfo"]["endCursor"]}
    second = (await live.ask(OPERATIONS, after, "anna"))["operations"]

    pages = [[node["id"] for node in page["nodes"]] for page in (first, second)]
    assert pages == [[id_of(made[0]), id_of(made[1])], [id_of(made[2])]]
    assert (first["totalCount"], second["pageInfo"]["hasNextPage"]) == (3, False)


async def test_operations_are_chosen_by_their_status(live: Live) -> None:
    await make_project()
    done, _ = await make_operation("P1-J1"), await make_operation("P1-J1")
    status = {"$set": {"status": OperationStatus.FAILED}}
    await Operation.rows().update_one({"_id": done.id}, status)

    found = await live.ask(OPERATIONS, {"statuses": ["FAILED", "CANCELLED"]}, "anna")

    assert [node["id"] for node in found["operations"]["nodes"]] == [id_of(done)]


# Results


async def test_results_say_what_became_of_each_job_so_far(live: Live) -> None:
    await make_project()
    for uid in ("J1", "J2", "J3"):
        await make_job(uid)
    made = await make_operation("P1-J1", "P1-J2", "P1-J3")
    await finish_job(made, "P1-J1", bytes_freed=5)
    await finish_job(
        made, "P1-J2", outcome="failed", code="STORAGE_FAILURE", error="The disk is full."
    )

    found = (await live.ask(RESULTS, {"id": id_of(made)}, "anna"))["operation"]

    nodes = found["results"]["nodes"]
    assert [node["outcome"] for node in nodes] == ["APPLIED", "FAILED", "ACCEPTED"]
    assert [node["bytesFreed"] for node in nodes] == [5, None, None]
    assert nodes[1]["errors"] == [{"code": "STORAGE_FAILURE", "message": "The disk is full."}]
    assert found["summary"] == {
        "requested": 3,
        "applied": 1,
        "accepted": 1,
        "failed": 1,
        "bytesFreed": 5,
    }


async def test_results_are_read_page_by_page_in_both_directions(live: Live) -> None:
    await make_project()
    made = await make_operation(*(f"P1-J{number}" for number in range(1, 6)))

    async def page(**window: object) -> Json:
        found = await live.ask(RESULTS, {"id": id_of(made), **window}, "anna")
        results: Json = found["operation"]["results"]
        return results

    first = await page(first=2)
    second = await page(first=2, after=first["pageInfo"]["endCursor"])
    last = await page(last=2)
    before = await page(last=2, before=last["pageInfo"]["startCursor"])

    pages = [[node["index"] for node in p["nodes"]] for p in (first, second, last, before)]
    assert pages == [[0, 1], [2, 3], [3, 4], [1, 2]]
    assert (first["pageInfo"]["hasNextPage"], last["pageInfo"]["hasNextPage"]) == (True, False)
    assert before["pageInfo"]["hasPreviousPage"]


async def test_results_of_jobs_of_strangers_are_left_out(live: Live) -> None:
    await make_project("P1", "anna")
    await make_project("P2", "bert")
    await make_job("J1")
    await make_job("J7", "P2")
    made = await make_operation("P2-J7", "P1-J1", by="admin")

    found = (await live.ask(RESULTS, {"id": id_of(made)}, "anna"))["operation"]

    assert [(n["index"], n["jobUid"]) for n in found["results"]["nodes"]] == [(1, "J1")]
    assert found["summary"]["requested"] == 1


async def test_an_operation_can_be_cancelled_while_a_job_of_it_is_not_begun(live: Live) -> None:
    await make_project()
    made = await make_operation("P1-J1", "P1-J2")
    query = "query($id: ID!) { operation(id: $id) { cancellable } }"
    seen = []

    for uid in ("J1", "J2"):
        await finish_job(made, f"P1-{uid}", begun=True, done=False, outcome=None)
        found = await live.ask(query, {"id": id_of(made)}, "anna")
        seen.append(found["operation"]["cancellable"])

    assert seen == [True, False]


# The running restart


async def test_the_running_restart_is_that_of_the_project_or_the_oldest_one(live: Live) -> None:
    for uid in ("P1", "P2", "P3"):
        await make_project(uid, "bert" if uid == "P3" else "anna")
    first = await make_operation("P1-J1", action="restart", by="admin")
    second = await make_operation("P2-J1", action="restart", by="admin")
    hidden = await make_operation("P3-J1", action="restart", by="bert")
    finished = await make_operation("P1-J1", action="restart")
    await make_operation("P1-J2", action="clear")
    for days, one in enumerate((second, first, hidden, finished)):
        await older(one, days)
    status = {"$set": {"status": OperationStatus.SUCCEEDED}}
    await Operation.rows().update_one({"_id": finished.id}, status)

    async def running(project: str | None) -> str | None:
        found = await live.ask(RESTART, {"projectUid": project}, "anna")
        return found["activeRestart"] and str(found["activeRestart"]["id"])

    assert await running("P1") == id_of(first)
    assert await running("P2") == id_of(second)
    assert await running("P3") is None
    assert await running(None) == id_of(first)


# Chains


@pytest.mark.parametrize(("start", "end"), [("J1", "J4"), ("J4", "J1")])
async def test_seed_187_a_chain_lists_all_jobs_between_two_points(
    live: Live, start: str, end: str
) -> None:
    await make_project()
    parents = {"J1": [], "J2": ["J1"], "J3": ["J1"], "J4": ["J2", "J3"], "J5": ["J1"]}
    for uid, above in parents.items():
        await make_job(uid, parents=above)

    variables = {"projectUid": "P1", "start": start, "end": end}
    found = (await live.ask(operation("integration_job_chain"), variables, "anna"))["jobChain"]

    assert found["valid"]
    assert [job["uid"] for job in found["jobs"]] == ["J1", "J2", "J3", "J4"]


async def test_seed_185_unrelated_jobs_are_no_valid_chain(live: Live) -> None:
    await make_project()
    await make_job("J1")
    await make_job("J2")
    await make_job("J3", parents=["J1", "J2"])

    variables = {"projectUid": "P1", "start": "J1", "end": "J2"}
    found = (await live.ask(operation("integration_job_chain"), variables, "anna"))["jobChain"]

    assert found == {"valid": False, "jobs": []}


async def test_chains_of_strangers_are_not_found(live: Live) -> None:
    await make_project()
    await make_job("J1")
    variables = {"projectUid": "P1", "start": "J1", "end": "J1"}

    code = await live.refusal(operation("integration_job_chain"), variables, "bert")

    assert code == "NOT_FOUND"
