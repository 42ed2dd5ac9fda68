"""The audit log is read page by page, by administrators, by what it is searched for."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.documents import AuditRecord
from domain.documents.audit import AuditOutcome
from schema.node import global_id
from tests.api.conftest import Api, Json
from tests.api.operations import TEXTS

pytestmark = pytest.mark.mongo
DAWN = datetime(2030, 1, 1, tzinfo=UTC)
LIST = """
    query($filter: AuditLogFilter, $first: Int, $after: Cursor) {
      auditLog(filter: $filter, first: $first, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { mutation subject user { name } subjectNode { ... on Project { title } } } } }"""


async def record(minutes: int, mutation: str, **values: object) -> None:
    record = AuditRecord(
        id=f"{minutes:032}",
        created_at=DAWN + timedelta(minutes=minutes),
        user_id="anna",
        user_name="anna",
        mutation=mutation,
        subject="P1",
        outcome=AuditOutcome.SUCCEEDED,
    )
    await record.model_copy(update=values).insert()


async def mutations(api: Api, filter: Json) -> list[str]:
    since = {"createdAt": {"from": DAWN.isoformat()}, **filter}
    page = (await api.ask(LIST, {"filter": since}))["auditLog"]
    return [entry["mutation"] for entry in page["nodes"]]


@pytest.fixture
async def log(api: Api) -> Api:
    """Four records of a day to come, by anna but for one by the server itself."""
    await api.make_user("anna")
    await record(1, "createProject", subject_id="Project:P1")
    await record(2, "killJob", outcome=AuditOutcome.REFUSED, error_codes=["NOT_KILLABLE"])
    await record(3, "deleteJobs", subject="P1/J2", subject_count=9, subject_id="Job:P1-J2")
    await record(4, "pruneLog", user_id=None, user_name=None)
    return api


async def test_the_newest_come_first_and_pages_join_without_gap(log: Api) -> None:
    filter = {"createdAt": {"from": DAWN.isoformat()}}

    first = (await log.ask(LIST, {"filter": filter, "first": 3}))["auditLog"]
    after = {"filter": filter, "first": 3, "after": first["pageInfo"]["endCursor"]}
    second = (await log.ask(LIST, after))["auditLog"]

    assert [entry["mutation"] for entry in first["nodes"]] == ["pruneLog", "deleteJobs", "killJob"]
    assert [entry["mutation"] for entry in second["nodes"]] == ["createProject"]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert first["nodes"][0]["user"] is None
    assert first["nodes"][1]["user"] == {"name": "anna"}


FILTERS: list[tuple[Json, list[str]]] = [
    ({"users": [{"name": "anna"}], "mutations": ["killJob", "pruneLog"]}, ["killJob"]),
    ({"users": [{"id": global_id("User", "anna")}], "outcomes": ["REFUSED"]}, ["killJob"]),
    ({"users": [{"name": "nobody"}]}, []),
    ({"users": []}, []),
    ({"subjectId": global_id("Job", "P1-J2")}, ["deleteJobs"]),
    ({"createdAt": {"from": (DAWN + timedelta(minutes=4)).isoformat()}}, ["pruneLog"]),
    ({"createdAt": {"from": DAWN.isoformat(), "to": DAWN.isoformat()}}, []),
]


async def test_all_given_conditions_hold(log: Api) -> None:
    for filter, expected in FILTERS:
        assert await mutations(log, filter) == expected, filter


async def test_a_cursor_of_another_filter_is_refused(log: Api) -> None:
    page = (await log.ask(LIST, {"first": 1}))["auditLog"]
    after = page["pageInfo"]["endCursor"]

    answer = await log.post(LIST, {"filter": {"mutations": ["killJob"]}, "after": after})

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_INPUT"]


async def test_an_entry_leads_to_its_subject_while_that_exists(log: Api) -> None:
    await log.make_project()

    page = (await log.ask(LIST, {"filter": {"createdAt": {"from": DAWN.isoformat()}}}))["auditLog"]

    subjects = {entry["mutation"]: entry["subjectNode"] for entry in page["nodes"]}
    assert subjects["createProject"] == {"title": "Test"}
    assert subjects["deleteJobs"] is None


async def test_what_a_user_did_is_found_by_the_user_and_the_mutation(api: Api) -> None:
    await api.make_user("anna")
    uid = await api.make_project("anna")
    filter = {"users": [{"name": "anna"}], "mutations": ["createProject", "createWorkspace"]}

    page = (await api.ask(LIST, {"filter": filter}))["auditLog"]

    found = [(entry["mutation"], entry["subject"]) for entry in page["nodes"]]
    assert found == [
        ("createWorkspace", f"{uid}/W2"),
        ("createWorkspace", f"{uid}/W1"),
        ("createProject", uid),
    ]
    assert page["nodes"][2]["subjectNode"] == {"title": "Test"}


async def test_nobody_but_administrators_reads_it(log: Api) -> None:
    text = TEXTS["admin_audit_log"]
    entry = global_id("AuditLogEntry", f"{1:032}")
    node = "query($id: ID!) { node(id: $id) { ... on AuditLogEntry { mutation } } }"

    refused = await log.post(text, user="anna")
    allowed = await log.post(text)

    assert refused["data"] == {"auditLog": None}
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    assert "errors" not in allowed
    assert (await log.ask(node, {"id": entry}, user="anna"))["node"] is None
    assert (await log.ask(node, {"id": entry}))["node"] == {"mutation": "createProject"}
