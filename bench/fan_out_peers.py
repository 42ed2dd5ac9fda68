"""Who else sends one message to very many: each in a process of its own, with defaults.

A peer keeps no database: a text that is posted to it goes to its subscribers, as the title of a
job like ours where it speaks GraphQL. None has sign-in, visibility, resumable cursors or limits.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import httpx
import psutil

from bench.product import Unavailable, free_port, stop
from bench.raw_sockets import RawSocket, open_sockets, subscribers

NODE = Path(__file__).parent / "node_peers"
PYTHON = Path(__file__).parent / "python_peers"
SUBSCRIPTION = """
subscription { changes { cursor sequence kind
  upserted { id uid projectUid title status revision updatedAt } } }
"""
RAW_BYTES = 480
"""Of a frame, as ours is long."""
RAW, STRAWBERRY, ARIADNE = "raw", "strawberry", "ariadne"
GRAPHQL_WS, MERCURIUS = "graphql-ws", "mercurius"


@dataclass(frozen=True)
class FanOut:
    """A server with its subscribers: `publish` sends them all a text, which is unique."""

    sockets: list[RawSocket]
    publish: Callable[[str], Awaitable[object]]
    process: psutil.Process
    grown_bytes: int


@dataclass(frozen=True)
class Peer:
    """`command` serves on the port that is put behind it; `needs` must be there for that."""

    title: str
    command: tuple[str, ...]
    needs: Path | None = None

    @property
    def is_installed(self) -> bool:
        """Whether it can be started."""
        is_there = self.needs is None or self.needs.is_dir()
        return is_there and which(self.command[0]) is not None


PEERS = {
    RAW: Peer("raw uvicorn, same bytes", (sys.executable, "-m", "bench.raw_uvicorn")),
    STRAWBERRY: Peer("Strawberry, defaults", (sys.executable, str(PYTHON / "strawberry_feed.py"))),
    ARIADNE: Peer(
        "Ariadne, defaults",
        (str(PYTHON / ".venv/bin/python"), str(PYTHON / "ariadne_feed.py")),
    ),
    GRAPHQL_WS: Peer(
        "graphql-ws (Node)", ("node", str(NODE / "graphql_ws.mjs")), NODE / "node_modules"
    ),
    MERCURIUS: Peer(
        "mercurius (Node)", ("node", str(NODE / "mercurius.mjs")), NODE / "node_modules"
    ),
}


@asynccontextmanager
async def peer(name: str, number: int) -> AsyncIterator[FanOut]:
    """The peer with so many subscribers; raises Unavailable if it is not installed."""
    port = free_port()
    url, server = f"http://127.0.0.1:{port}", _start(PEERS[name], port)
    try:
        await _until_open(url)
        process = psutil.Process(server.pid)
        before = process.memory_info().rss
        async with _sockets(name, url, number) as sockets, httpx.AsyncClient(base_url=url) as http:
            grown = process.memory_info().rss - before

            async def publish(text: str) -> None:
                padded = text.ljust(RAW_BYTES, ".") if name == RAW else text
                (await http.post("/", content=padded)).raise_for_status()

            yield FanOut(sockets, publish, process, grown)
    finally:
        stop(server)


def _start(what: Peer, port: int) -> subprocess.Popen[bytes]:
    if not what.is_installed:
        raise Unavailable("not installed: make bench does it")
    return subprocess.Popen([*what.command, str(port)])


@asynccontextmanager
async def _sockets(name: str, url: str, number: int) -> AsyncIterator[list[RawSocket]]:
    if name != RAW:
        socket_url = f"{url.replace('http', 'ws', 1)}/graphql"
        async with subscribers(socket_url, number, SUBSCRIPTION, first=b"first") as sockets:
            yield sockets
        return
    sockets = await open_sockets(f"{url}/", "raw", number)
    try:
        yield sockets
    finally:
        for socket in sockets:
            socket.transport.close()


async def _until_open(url: str) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient() as http:
        while True:
            try:
                await http.post(url, content="is it open?")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
