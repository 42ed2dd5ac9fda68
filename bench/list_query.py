"""Lists: ours, plain Strawberry and Starlette alone, one process each, asked in turns."""

import asyncio
import os
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

from bench.list_jobs import QUERY, VARIABLES, fill, reply_of
from bench.product import START_TIMEOUT_S, Unavailable, free_port, stop
from bench.table import Line, side_by_side
from domain.database import Database

AT_ONCE = 32
REQUESTS = AT_ONCE
PAGES, CPU = "page of 200 jobs of 10,000, 32 at once", "same, CPU"
STRAWBERRY, STARLETTE = "plain Strawberry over dicts", "Starlette + orjson + motor"
RATIO = 1 / 1.3
_BODY = orjson.dumps({"query": QUERY, "variables": VARIABLES})


class Server:
    """One process that answers the list; `headers` are what it wants to see besides."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, headers: str = "") -> None:
        self.process = process
        self._port = port
        self._request = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(_BODY)}\r\n{headers}\r\n"
        ).encode() + _BODY

    async def ready(self) -> Any:  # JSON
        """The page, once the process answers; raises Unavailable."""
        for _ in range(int(START_TIMEOUT_S / 0.1)):
            if self.process.poll() is not None:
                break
            with suppress(OSError):
                return reply_of((await self.ask(1))[0])
            await asyncio.sleep(0.1)
        raise Unavailable(f"{self.process.args!r} does not answer")

    async def ask(self, times: int) -> list[bytes]:
        """The replies to as many requests, one after the other on one connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        try:
            return [await self._one(reader, writer) for _ in range(times)]
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(self._request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        return await reader.readexactly(length)

    def cpu_s(self) -> float:
        """The processor time of all its threads so far."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


class Pages:
    """A round: the seconds for each page, by the clock and of the process's CPU."""

    def __init__(self, server: Server, expected: Any) -> None:
        self._server = server
        self._expected = expected
        self.cpu: list[float] = []

    async def __call__(self) -> list[float]:
        """Ask; the last reply of each connection is compared with what all must answer."""
        each = REQUESTS // AT_ONCE
        began, cpu = time.perf_counter(), self._server.cpu_s()
        replies = await asyncio.gather(*(self._server.ask(each) for _ in range(AT_ONCE)))
        took, used = time.perf_counter() - began, self._server.cpu_s() - cpu
        assert all(reply_of(of_one[-1]) == self._expected for of_one in replies)
        self.cpu.append(used / REQUESTS)
        return [took / REQUESTS] * REQUESTS


async def list_lines(database: Database, url: str, rounds: int) -> list[Line]:
    """Ours beside each of the others, by the clock and by CPU."""
    await fill(database)
    lines: list[Line] = []
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(_api(url, database.name))
        expected = await ours.ready()
        for name, kind, ratio in (
            (STRAWBERRY, "strawberry", RATIO),
            (STARLETTE, "starlette", None),
        ):
            peer = await stack.enter_async_context(_peer(kind, url, database.name))
            await peer.ready()
            mine, theirs = Pages(ours, expected), Pages(peer, expected)
            lines.append(
                await side_by_side(
                    PAGES, mine, name, theirs, goal_ms=None, goal_ratio=ratio, rounds=rounds
                )
            )
            cpu = Line(
                CPU,
                name,
                None,
                ours=tuple(mine.cpu[1:]),
                peers=tuple(theirs.cpu[1:]),
                count=rounds * REQUESTS,
            )
            lines.append(cpu)
    return lines


@asynccontextmanager
async def _api(url: str, database: str) -> AsyncIterator[Server]:
    token, port = secrets.token_urlsafe(24), free_port()
    environment = {
        "LANEKEEPER_ADMIN_TOKEN": token,
        "LANEKEEPER_MONGODB_URL": url,
        "LANEKEEPER_DATABASE": database,
        "LANEKEEPER_PORT": str(port),
    }
    async with _running(["web.cli.main", "api"], environment) as process:
        yield Server(process, port, f"Authorization: Bearer {token}\r\n")


@asynccontextmanager
async def _peer(kind: str, url: str, database: str) -> AsyncIterator[Server]:
    port = free_port()
    arguments = ["bench.list_peers", kind, str(port), url, database]
    async with _running(arguments, {}) as process:
        yield Server(process, port)


@asynccontextmanager
async def _running(
    arguments: list[str], environment: dict[str, str]
) -> AsyncIterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", *arguments]
    process = await asyncio.to_thread(subprocess.Popen, command, env=os.environ | environment)
    try:
        yield process
    finally:
        await asyncio.to_thread(stop, process)
