"""Server-sent events, as curl and a browser's EventSource read them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from domain.documents import ApiToken
from tests.api.streams.live import make_job, retitle
from tests.web.transports.conftest import FIELDS, WATCH, Api, Serve
from web.graphql_view import GraphQLView

pytestmark = pytest.mark.mongo
EVENTS = {"accept": "text/event-stream"}
QUERY = WATCH % FIELDS
Event = dict[str, str]


@asynccontextmanager
async def reading(
    api: Api, query: str = QUERY, **headers: str
) -> AsyncIterator[AsyncIterator[Event]]:
    """The events of a subscription, comments left out."""
    asked = api.client.stream("POST", api.url, json={"query": query}, headers=EVENTS | headers)
    async with asked as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield events_in(response)


async def events_in(response: httpx.Response) -> AsyncIterator[Event]:
    async for block in blocks_in(response):
        lines = [line.split(": ", 1) for line in block.split("\n") if not line.startswith(":")]
        if lines:
            yield {line[0].rstrip(":"): (line[1] if len(line) > 1 else "") for line in lines}


async def blocks_in(response: httpx.Response) -> AsyncIterator[str]:
    held = ""
    async for text in response.aiter_text():
        held += text
        while "\n\n" in held:
            block, held = held.split("\n\n", 1)
            yield block


def message_of(event: Event) -> dict[str, Any]:
    content = json.loads(event["data"])
    assert "errors" not in content, content
    [message] = content["data"].values()
    return dict(message)


async def test_a_snapshot_and_a_change_come_as_events_whose_id_is_the_cursor(serve: Serve) -> None:
    async with serve() as api, reading(api) as events:
        snapshot = await anext(events)
        await retitle("J1")
        delta = await anext(events)

    assert (snapshot["event"], delta["event"]) == ("next", "next")
    assert message_of(snapshot)["upserted"] == [{"uid": "J1", "title": "first"}]
    assert message_of(delta)["upserted"] == [{"uid": "J1", "title": "changed"}]
    assert delta["id"] == message_of(delta)["cursor"]


async def test_who_comes_back_with_the_last_id_gets_what_was_missed_and_nothing_twice(
    serve: Serve,
) -> None:
    async with serve() as api:
        async with reading(api) as events:
            last = (await anext(events))["id"]
        await make_job("J2")
        async with reading(api, **{"last-event-id": last}) as events:
            missed = message_of(await anext(events))

    assert missed["kind"] == "DELTA"
    assert [job["uid"] for job in missed["upserted"]] == ["J2"]


async def test_a_browsers_event_source_asks_by_get(serve: Serve) -> None:
    async with serve() as api:
        asked = api.client.stream("GET", api.url, params={"query": QUERY}, headers=EVENTS)
        async with asked as response:
            message = message_of(await anext(events_in(response)))

    assert message["kind"] == "SNAPSHOT"


async def test_a_query_asked_for_as_events_is_one_event_and_the_end(serve: Serve) -> None:
    async with serve() as api, reading(api, "{ viewer { name } }") as events:
        found = [event async for event in events]

    assert [event["event"] for event in found] == ["next", "complete"]
    assert json.loads(found[0]["data"])["data"] == {"viewer": {"name": "admin"}}


async def test_a_query_that_takes_json_first_gets_json(serve: Serve) -> None:
    taken = "application/graphql-response+json, application/json, text/event-stream"
    async with serve() as api:
        query = {"query": "{ viewer { name } }"}
        answer = await api.client.post(api.url, json=query, headers={"accept": taken})

    assert answer.headers["content-type"].startswith("application/graphql-response+json")


@pytest.mark.parametrize("accept", ["application/json", "*/*", "multipart/mixed"])
async def test_a_subscription_is_no_single_answer(serve: Serve, accept: str) -> None:
    async with serve() as api:
        answer = await api.client.post(api.url, json={"query": QUERY}, headers={"accept": accept})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        406,
        "NOT_ACCEPTABLE",
    )


async def test_nobody_gets_a_stream_without_credentials(serve: Serve) -> None:
    async with serve() as api, httpx.AsyncClient() as stranger:
        answer = await stranger.post(api.url, json={"query": QUERY}, headers=EVENTS)

    assert answer.status_code == 401


async def test_a_mutation_by_get_is_refused_as_events_too(serve: Serve) -> None:
    mutation = 'mutation { createProject(input: {title: "x"}) { project { uid } } }'
    async with serve() as api:
        answer = await api.client.get(api.url, params={"query": mutation}, headers=EVENTS)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


async def test_a_stream_ends_when_its_token_is_revoked(serve: Serve) -> None:
    make = 'mutation { createApiToken(input: {name: "x", scopes: [READ]}) { secret } }'
    async with serve(stream_heartbeat_s=0.1) as api:
        made = (await api.client.post(api.url, json={"query": make})).json()
        secret = made["data"]["createApiToken"]["secret"]
        async with reading(api, authorization=f"Bearer {secret}") as events:
            await anext(events)
            await ApiToken.rows().delete_many({})
            rest = [event async for event in events]

    errors = [json.loads(event["data"]).get("errors") for event in rest if event.get("data")]
    assert [error[0]["extensions"]["code"] for error in errors if error] == ["UNAUTHENTICATED"]
    assert rest[-1]["event"] == "complete"


async def test_one_stream_too_many_is_refused_until_another_ends(serve: Serve) -> None:
    async with serve(streams_per_user=1) as api:
        async with reading(api) as events:
            await anext(events)
            refused = await api.client.post(api.url, json={"query": QUERY}, headers=EVENTS)
            query = await api.client.post(api.url, json={"query": "{ viewer { name } }"})
        async with asyncio.timeout(10):
            while True:
                asked = api.client.stream("POST", api.url, json={"query": QUERY}, headers=EVENTS)
                async with asked as response:
                    if response.status_code == 200:
                        break

    assert (refused.status_code, query.status_code) == (429, 200)


async def test_of_two_streams_asked_for_at_once_one_is_refused_where_there_is_room_for_one(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_were_let_in = asyncio.Barrier(2)
    respond = GraphQLView.create_streaming_response

    async def respond_together(*args: Any, **kwargs: Any) -> Response:
        await both_were_let_in.wait()
        return await respond(*args, **kwargs)

    async def ask() -> int:
        asked = api.client.stream("POST", api.url, json={"query": QUERY}, headers=EVENTS)
        async with asked as response:
            await anext(blocks_in(response), None)
            await both_have_an_answer.wait()
            return response.status_code

    monkeypatch.setattr(GraphQLView, "create_streaming_response", respond_together)
    both_have_an_answer = asyncio.Barrier(2)
    async with asyncio.timeout(20), serve(streams_per_user=1) as api:
        answers = await asyncio.gather(ask(), ask())

    assert sorted(answers) == [200, 429]
