"""A client that does not get to the end of its request is let go (09-reliability, T21)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.api.streams.live import retitle
from tests.web.transports.conftest import AUTHORIZATION, WATCH, Api, Serve
from web import impatient_http

pytestmark = pytest.mark.mongo
HEAD = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second instead of twenty."""
    monkeypatch.setattr(impatient_http, "REQUEST_TIMEOUT_S", 0.5)


@asynccontextmanager
async def opened(api: Api) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    parts = urlsplit(api.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def is_let_go(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST /gra",
        HEAD + b"X-Slow: ",
        HEAD + b"Content-Length: 100\r\n\r\n",
        HEAD + b"Content-Length: 100\r\n\r\n" + b'{"query": "{ view',
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"4\r\n{   \r\n",
    ],
)
async def test_who_stops_in_the_middle_is_let_go(
    serve: Serve, begun: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with asyncio.timeout(20), serve() as api, opened(api) as (reader, writer):
        writer.write(begun)
        assert await is_let_go(reader)

    assert [record for record in caplog.records if record.exc_info] == []


async def test_who_sends_a_byte_now_and_then_is_let_go(serve: Serve) -> None:
    async with asyncio.timeout(20), serve() as api, opened(api) as (reader, writer):
        gone = asyncio.create_task(is_let_go(reader))
        writer.write(HEAD)
        while not gone.done():
            writer.write(b"X: y\r\n")
            await asyncio.wait([gone], timeout=0.05)
        assert gone.result()


async def test_a_second_request_has_its_own_time(serve: Serve) -> None:
    async with asyncio.timeout(20), serve() as api, opened(api) as (reader, writer):
        for _ in range(3):
            writer.write(WHOLE)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 ")
            await reader.readuntil(b"}")
            await asyncio.sleep(0.3)  # below the patience each, above it together
        writer.write(b"GET /heal")
        assert await is_let_go(reader)


async def test_sockets_and_streams_outlive_the_time_for_a_request(serve: Serve) -> None:
    query = WATCH % "kind"
    asked = {"type": "subscribe", "id": "1", "payload": {"query": query}}
    protocols = [Subprotocol("graphql-transport-ws")]
    async with (
        asyncio.timeout(20),
        serve() as api,
        connect(api.socket_url, subprotocols=protocols) as socket,
        api.client.stream(
            "POST", api.url, json={"query": query}, headers={"accept": "text/event-stream"}
        ) as events,
    ):
        for message in ({"type": "connection_init", "payload": AUTHORIZATION}, asked):
            await socket.send(json.dumps(message))
            await socket.recv()
        lines = events.aiter_lines()
        await until_told(lines)
        await asyncio.sleep(1.0)  # twice the patience
        await retitle("J1")
        assert json.loads(await socket.recv())["type"] == "next"
        await until_told(lines)


async def until_told(lines: AsyncIterator[str]) -> None:
    while not (await anext(lines)).startswith("data: {"):
        pass
