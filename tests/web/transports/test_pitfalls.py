"""The pitfalls of 08-graphql, part D: each is there in plain Strawberry, and not here.

Where a new version of Strawberry mends one, its test fails: then what we do about it can go.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from resolvers.loaders import DocumentReads
from tests.web.transports.conftest import AUTHORIZATION, FIELDS, WATCH, Serve
from tests.web.transports.plain_strawberry import SECRET, plain_strawberry

pytestmark = pytest.mark.mongo
NEW = Subprotocol("graphql-transport-ws")
RESPONSE, JSON = "application/graphql-response+json", "application/json"
EVENTS, PARTS = "text/event-stream", "multipart/mixed;subscriptionSpec=1.0"


@dataclass(frozen=True)
class Site:
    """A server, and what can be asked of it."""

    client: httpx.AsyncClient
    url: str
    stream: str
    failing: str

    async def post(self, query: str, accept: str = JSON) -> httpx.Response:
        return await self.client.post(self.url, json={"query": query}, headers={"accept": accept})

    @asynccontextmanager
    async def streaming(self, accept: str) -> AsyncIterator[httpx.Response]:
        asked = self.client.stream(
            "POST", self.url, json={"query": self.stream}, headers={"accept": accept}
        )
        async with asked as response:
            yield response

    @asynccontextmanager
    async def socket(self, payload: object = AUTHORIZATION) -> AsyncIterator[ClientConnection]:
        url = self.url.replace("http", "ws", 1)
        async with connect(url, subprotocols=[NEW]) as socket:
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            yield socket


Pitfall = Callable[[Site], Awaitable[bool]]


async def has_one_media_type_for_all(site: Site) -> bool:
    """4: clients that ask for the specification's media type do not get it."""
    answer = await site.post("{ __typename }", accept=RESPONSE)
    return RESPONSE not in answer.headers["content-type"]


async def answers_a_wrong_request_with_200(site: Site) -> bool:
    """4: what was not run looks like what was."""
    answer = await site.post("{ nothing }", accept=RESPONSE)
    return answer.status_code == 200


async def fails_on_json_of_another_kind(site: Site) -> bool:
    """7."""
    headers = {"content-type": JSON}
    bodies = (b"null", b"5", b'"text"')
    answers = [await site.client.post(site.url, content=b, headers=headers) for b in bodies]
    return any(answer.status_code >= 500 for answer in answers)


async def runs_a_subscription_as_a_query(site: Site) -> bool:
    """8: the answer is an error of a resolver that never ran."""
    return (await site.post(site.stream)).status_code == 200


async def ends_events_with_carriage_returns(site: Site) -> bool:
    """9: parsers that look for two line feeds find no event."""
    async with site.streaming(EVENTS) as response:
        text = await anext(response.aiter_text())
        return "\r" in text


async def streams_a_query_if_events_are_named_at_all(site: Site) -> bool:
    """10: urql names them last in every request."""
    answer = await site.post("{ __typename }", accept=f"{JSON}, {EVENTS}")
    return answer.headers["content-type"].startswith(EVENTS)


async def sees_multipart_only_as_the_first_choice(site: Site) -> bool:
    """11."""
    async with site.streaming(f"text/html;q=0.1, {PARTS}") as response:
        return not response.headers["content-type"].startswith("multipart/mixed")


async def loses_extensions_on_a_socket(site: Site) -> bool:
    """12: a query named by its hash alone is not even told to be unknown."""
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    payload = {"query": "", "extensions": extensions}
    async with site.socket() as socket:
        answer = await last_word(socket, {"type": "subscribe", "id": "1", "payload": payload})
    return "PERSISTED_QUERY_NOT_FOUND" not in answer


async def closes_a_socket_for_a_syntax_error(site: Site) -> bool:
    """13: every other operation of the socket dies with it."""
    async with site.socket() as socket:
        wrong = {"type": "subscribe", "id": "1", "payload": {"query": "{"}}
        return await last_word(socket, wrong) == "closed 4400"


async def refuses_a_greeting_with_null(site: Site) -> bool:
    """13: the protocol allows it; without credentials ours refuses too, and says why."""
    async with site.socket(payload=None) as socket:
        return await last_word(socket) == "closed 4400"


async def drops_a_socket_for_an_array(site: Site) -> bool:
    """13: no close frame of the protocol tells the client what was wrong."""
    async with site.socket() as socket:
        return await last_word(socket, []) != "closed 4400"


async def shows_what_a_fault_says(site: Site) -> bool:
    """19: passwords, paths and addresses stand in the texts of faults."""
    return SECRET in (await site.post(site.failing)).text


async def last_word(socket: ClientConnection, message: Any = None) -> str:
    """What comes after the acknowledgement and `message`; or with which code it closed."""
    try:
        if message is not None:
            await socket.recv()
            await socket.send(json.dumps(message))
        return str(await socket.recv())
    except ConnectionClosed:
        return f"closed {socket.close_code}"


PITFALLS: tuple[Pitfall, ...] = (
    has_one_media_type_for_all,
    answers_a_wrong_request_with_200,
    fails_on_json_of_another_kind,
    runs_a_subscription_as_a_query,
    ends_events_with_carriage_returns,
    streams_a_query_if_events_are_named_at_all,
    sees_multipart_only_as_the_first_choice,
    loses_extensions_on_a_socket,
    closes_a_socket_for_a_syntax_error,
    refuses_a_greeting_with_null,
    drops_a_socket_for_an_array,
    shows_what_a_fault_says,
)


async def found_in(site: Site) -> dict[str, bool]:
    return {pitfall.__name__: await pitfall(site) for pitfall in PITFALLS}


async def test_plain_strawberry_has_every_pitfall() -> None:
    async with plain_strawberry() as url, httpx.AsyncClient(timeout=20) as client:
        site = Site(client, url, "subscription { numbers }", "{ fails }")
        found = await found_in(site)

    assert [name for name, is_there in found.items() if not is_there] == []


async def test_this_server_has_none(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError(f"cannot reach {SECRET}")

    monkeypatch.setattr(DocumentReads, "job_page", fail)
    async with serve() as api:
        site = Site(api.client, api.url, WATCH % FIELDS, "{ jobs { totalCount } }")
        found = await found_in(site)

    assert [name for name, is_there in found.items() if is_there] == []
