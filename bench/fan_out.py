"""One change of a job to very many subscribers, beside raw uvicorn sending the same bytes."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import psutil

from bench.product import Api, free_port, stop
from bench.raw_sockets import RawSocket, Receipts, open_sockets
from bench.table import Line, Round, side_by_side
from domain import job_moves
from domain.clock import now
from domain.uids import JobKey

SUBSCRIPTION = """
subscription { jobChanges(filter: {jobUids: ["%s"]}, minIntervalMs: 0) {
  cursor sequence kind upserted { id uid projectUid title status revision updatedAt } } }
"""
WITH_DESCRIPTION = SUBSCRIPTION.replace("title", "title description")
WRITTEN_TO, RAW = "title written → every frame", "raw uvicorn, same bytes"
NUMBERS = (100, 1000, 3000)
HEALTHY, DEAD = 1000, 200
LONG = 100_000
"""Bytes that the dead are sent for each change, and do not take."""
SIZE = 480
"""Bytes of a frame of ours."""
CHANGES = 5
PAUSE_S = 0.2
TIMEOUT_S = 120.0


class Product:
    """Subscribers of the running product; each call changes a job a few times."""

    def __init__(self, key: JobKey, sockets: list[RawSocket]) -> None:
        self._key = key
        self._receipts = Receipts(sockets)
        self.payload = b""

    async def __call__(self) -> list[float]:
        """Latencies from the start of the write to every subscriber's receipt."""
        latencies = []
        for _ in range(CHANGES):
            title = f"title-{time.perf_counter_ns()}"
            async with asyncio.timeout(TIMEOUT_S):
                latencies += await self._receipts.of(title.encode(), self._retitle(title))
            await asyncio.sleep(PAUSE_S)
        return latencies

    async def _retitle(self, title: str) -> None:
        await job_moves.change(self._key, changes={"title": title}, now=now())


@asynccontextmanager
async def subscribed(
    api: Api, key: JobKey, number: int, query: str = SUBSCRIPTION
) -> AsyncIterator[list[RawSocket]]:
    """So many sockets with the same subscription, past their snapshots."""
    sockets = await open_sockets(api.socket_url, "graphql-transport-ws", number)
    try:
        await _each_gets(
            sockets,
            b"connection_ack",
            {"type": "connection_init", "payload": {"authorization": f"Bearer {api.token}"}},
        )
        payload = {"query": query % key.job_uid}
        await _each_gets(sockets, b"SNAPSHOT", {"type": "subscribe", "id": "1", "payload": payload})
        yield sockets
    finally:
        for socket in sockets:
            socket.transport.close()


async def _each_gets(sockets: list[RawSocket], text: bytes, message: object) -> None:
    frame = json.dumps(message).encode()

    async def send() -> None:
        for number, socket in enumerate(sockets):
            socket.send(frame)
            if number % 50 == 0:
                await asyncio.sleep(0)

    async with asyncio.timeout(TIMEOUT_S):
        await Receipts(sockets).of(text, send())


class RawUvicorn:
    """uvicorn alone: what is posted to it goes to every socket as it is."""

    def __init__(self, url: str, sockets: list[RawSocket], size: int, grown: int) -> None:
        self.grown_bytes = grown
        self._http = httpx.AsyncClient(base_url=url)
        self._receipts = Receipts(sockets)
        self._size = size

    async def __call__(self) -> list[float]:
        """Latencies from the start of the request to every client's receipt."""
        latencies = []
        for number in range(CHANGES):
            text = f"message-{number}-{time.perf_counter_ns()}-".ljust(self._size, "x").encode()
            async with asyncio.timeout(TIMEOUT_S):
                post = self._http.post("/", content=text)
                latencies += await self._receipts.of(text, post)
            await asyncio.sleep(PAUSE_S)
        return latencies


@asynccontextmanager
async def raw_uvicorn(number: int, size: int) -> AsyncIterator[RawUvicorn]:
    """The peer in a process of its own, with so many clients."""
    port = free_port()
    process = _start_raw(port)
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(30):
            while True:
                try:
                    (await open_sockets(f"{url}/", "raw", 1))[0].transport.close()
                    break
                except OSError:
                    await asyncio.sleep(0.1)
        before = psutil.Process(process.pid).memory_info().rss
        sockets = await open_sockets(f"{url}/", "raw", number)
        grown = psutil.Process(process.pid).memory_info().rss - before
        yield RawUvicorn(url, sockets, size, grown)
    finally:
        stop(process)


def _start_raw(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bench.raw_uvicorn", str(port)])


async def fan_out_lines(api: Api, key: JobKey, rounds: int) -> list[Line]:
    """Many subscribers, and as many clients of raw uvicorn, in turns; then dead ones among them."""
    lines = []
    for number in NUMBERS:
        before = api.resident_bytes
        async with subscribed(api, key, number) as sockets, raw_uvicorn(number, SIZE) as peer:
            grown = api.resident_bytes - before
            ours, name = Product(key, sockets), f"{WRITTEN_TO}, {number:,} subscribers"
            for what, mine, theirs in (
                (name, ours, peer),
                (f"{name}, p99", late(ours), late(peer)),
                (f"{name}, until the last has it", last(ours), last(peer)),
            ):
                lines.append(
                    await side_by_side(what, mine, RAW, theirs, goal_ms=None, rounds=rounds)
                )
            lines.append(_memory(number, grown, peer.grown_bytes))
    return [*lines, await _dead_line(api, key, rounds)]


def _memory(number: int, ours: int, peers: int) -> Line:
    name = f"memory for each of {number:,} subscribers"
    each = (ours / number,), (max(peers, 1) / number,)
    return Line(name, "raw uvicorn", None, *each, count=number, unit="KiB")


async def _dead_line(api: Api, key: JobKey, rounds: int) -> Line:
    """What the healthy feel of others who ask for a lot and read nothing."""
    async with subscribed(api, key, HEALTHY) as sockets:
        healthy = late(Product(key, sockets))
        await healthy()
        alone = [(await healthy())[0] for _ in range(rounds)]
        await job_moves.change(key, changes={"description": "x" * LONG}, now=now())
        async with subscribed(api, key, DEAD, WITH_DESCRIPTION) as dead:
            for socket in dead:
                socket.transport.pause_reading()
            beside = [(await healthy())[0] for _ in range(rounds)]
        await job_moves.change(key, changes={"description": ""}, now=now())
    name = f"{WRITTEN_TO}, {HEALTHY:,} healthy among {DEAD} dead, p99"
    return Line(name, "without the dead", None, tuple(beside), tuple(alone), rounds, goal_ratio=2.0)


def late(measure: Round) -> Round:
    """The same round, but of its latencies the one that one in a hundred exceeds."""

    async def measured() -> list[float]:
        latencies = sorted(await measure())
        return [latencies[-1 - len(latencies) // 100]]

    return measured


def last(measure: Round) -> Round:
    """The same round, but only how long the last receipt of a change took."""

    async def measured() -> list[float]:
        return [max(await measure())]

    return measured
