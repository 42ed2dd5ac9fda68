"""Operations named by their hash or by an id, on every transport."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.web.transports.conftest import AUTHORIZATION, FIELDS, WATCH, Api, Serve

pytestmark = pytest.mark.mongo
QUERY = "{ viewer { name } }"
STREAM = WATCH % FIELDS
Json = dict[str, Any]


def by_hash(text: str) -> Json:
    sha = hashlib.sha256(text.encode()).hexdigest()
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha}}}


async def posted(api: Api, **body: Any) -> Json:
    answer = await api.client.post(api.url, json=body)
    return {"status": answer.status_code, **answer.json()}


def code_of(answer: Json) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def test_a_hash_is_asked_for_its_text_once_and_is_enough_from_then_on(serve: Serve) -> None:
    async with serve() as api:
        first = await posted(api, **by_hash(QUERY))
        second = await posted(api, query=QUERY, **by_hash(QUERY))
        third = await posted(api, **by_hash(QUERY))

    assert (first["errors"][0]["message"], code_of(first)) == (
        "PersistedQueryNotFound",
        "PERSISTED_QUERY_NOT_FOUND",
    )
    assert second["data"] == third["data"] == {"viewer": {"name": "admin"}}


async def test_a_text_under_a_false_hash_is_neither_run_nor_remembered(serve: Serve) -> None:
    async with serve() as api:
        refused = await posted(api, query="{ __typename }", **by_hash(QUERY))
        after = await posted(api, **by_hash(QUERY))

    assert code_of(refused) == "PERSISTED_QUERY_MISMATCH"
    assert code_of(after) == "PERSISTED_QUERY_NOT_FOUND"


async def test_what_http_has_learned_is_known_to_sockets_and_events(serve: Serve) -> None:
    async with serve() as api:
        await api.client.post(
            api.url,
            json={"query": STREAM, **by_hash(STREAM)},
            headers={"accept": "application/json"},
        )
        async with connect(api.socket_url, subprotocols=[Subprotocol("graphql-transport-ws")]) as s:
            await s.send(json.dumps({"type": "connection_init", "payload": AUTHORIZATION}))
            await s.recv()
            frame = {"type": "subscribe", "id": "1", "payload": {"query": "", **by_hash(STREAM)}}
            await s.send(json.dumps(frame))
            on_socket = json.loads(await s.recv())
            unknown = {"query": "", **by_hash("{ other }")}
            await s.send(json.dumps({"type": "subscribe", "id": "2", "payload": unknown}))
            not_known = json.loads(await s.recv())
        accept = {"accept": "text/event-stream"}
        asked = api.client.stream("POST", api.url, json=by_hash(STREAM), headers=accept)
        async with asked as response:
            line = await anext(response.aiter_lines())

    assert on_socket["payload"]["data"]["jobChanges"]["kind"] == "SNAPSHOT"
    assert (not_known["type"], not_known["id"]) == ("error", "2")
    assert not_known["payload"][0]["message"] == "PersistedQueryNotFound"
    assert line.startswith("id: ")


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps({"who": QUERY}))
    return path


@pytest.mark.parametrize("body", [{"documentId": "who"}, {"extensions": {"documentId": "who"}}])
async def test_a_trusted_document_is_run_by_its_id(
    serve: Serve, manifest: Path, body: Json
) -> None:
    async with serve(trusted_documents=manifest) as api:
        known = await posted(api, **body)
        unknown = await posted(api, documentId="nothing")

    assert known["data"] == {"viewer": {"name": "admin"}}
    assert code_of(unknown) == "DOCUMENT_NOT_FOUND"


async def test_where_only_trusted_documents_are_run_no_other_text_is(
    serve: Serve, manifest: Path
) -> None:
    async with serve(trusted_documents=manifest, only_trusted_documents=True) as api:
        by_text = await posted(api, query=QUERY)
        other = await posted(api, query="{ __typename }")
        learned = await posted(api, query="{ __typename }", **by_hash("{ __typename }"))
        after = await posted(api, **by_hash("{ __typename }"))

    assert by_text["data"] == {"viewer": {"name": "admin"}}
    assert "data" not in other | learned
    assert code_of(other) == code_of(learned) == "DOCUMENT_NOT_TRUSTED"
    assert "data" not in after
