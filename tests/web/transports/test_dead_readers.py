"""A client that reads nothing is cut off, and harms nobody meanwhile."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from domain import job_moves
from domain.clock import now
from domain.uids import JobKey
from tests.web.transports.conftest import AUTHORIZATION, TOKEN, WATCH, Api, Serve
from web import graphql_sockets, http_streams

pytestmark = pytest.mark.mongo
QUERY = WATCH % "cursor upserted { uid description }"
LONG = "x" * 1_000_000
TIMEOUT_S = 30.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second instead of ten."""
    for module in (graphql_sockets, http_streams):
        monkeypatch.setattr(module, "SEND_TIMEOUT_S", 0.5)


async def opened(api: Api) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection whose kernel buffer is small, read by nobody."""
    parts = urlsplit(api.url)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (parts.hostname, parts.port))
    return await asyncio.open_connection(sock=sock, limit=1024)


@asynccontextmanager
async def dead_event_stream(api: Api) -> AsyncIterator[None]:
    body = json.dumps({"query": QUERY})
    reader, writer = await opened(api)
    writer.write(
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Accept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    await reader.readuntil(b"\r\n\r\n")  # the head of the answer, and then no more
    try:
        yield
    finally:
        writer.transport.abort()


@asynccontextmanager
async def dead_socket(api: Api) -> AsyncIterator[None]:
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(api.socket_url, subprotocols=[protocol], max_queue=1) as dead:
        await dead.send(json.dumps({"type": "connection_init", "payload": AUTHORIZATION}))
        await dead.recv()
        start = {"type": "subscribe", "id": "1", "payload": {"query": QUERY}}
        await dead.send(json.dumps(start))
        await dead.recv()
        yield
        dead.transport.abort()


async def is_refused(api: Api) -> bool:
    """Whether there is no room for another stream of the same user."""
    asked = api.client.stream(
        "POST", api.url, json={"query": QUERY}, headers={"accept": "text/event-stream"}
    )
    async with asked as response:
        return response.status_code == 429


@pytest.mark.parametrize("dead", [dead_event_stream, dead_socket])
async def test_who_reads_nothing_is_cut_off_and_makes_room(
    serve: Serve, dead: Callable[[Api], AbstractAsyncContextManager[None]]
) -> None:
    async with asyncio.timeout(TIMEOUT_S), serve(streams_per_user=1) as api, dead(api):
        assert await is_refused(api)
        number = 0
        while await is_refused(api):
            number += 1
            changes = {"description": f"{number}{LONG}"}
            await job_moves.change(JobKey("P1", "J1"), changes=changes, now=now())
