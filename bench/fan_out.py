"""One change of a job to very many subscribers, beside others that send the same to as many."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median

from bench.fan_out_peers import (
    ARIADNE,
    GRAPHQL_WS,
    MERCURIUS,
    PEERS,
    RAW,
    STRAWBERRY,
    FanOut,
    peer,
)
from bench.processor_time import spent_s
from bench.product import Api, Unavailable
from bench.raw_sockets import Receipts, subscribers
from bench.table import Line
from domain import job_moves
from domain.clock import now
from domain.uids import JobKey

SUBSCRIPTION = """
subscription { jobChanges(filter: {jobUids: ["%s"]}, minIntervalMs: 0) {
  cursor sequence kind upserted { id uid projectUid title status revision updatedAt } } }
"""
WITH_DESCRIPTION = SUBSCRIPTION.replace("title", "title description")
WRITTEN_TO = "title written → every frame"
NUMBERS = {
    100: (RAW,),
    1000: (RAW, STRAWBERRY, ARIADNE, GRAPHQL_WS, MERCURIUS),
    3000: (RAW, GRAPHQL_WS),
}
"""So many subscribers, ours and each peer's."""
HEALTHY, DEAD = 1000, 200
LONG = 100_000
"""Bytes that the dead are sent for each change, and do not take."""
CHANGES = 5
PAUSE_S = 0.2
TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Sample:
    """One round: a latency for each delivery, in order of length, and the server's CPU time."""

    latencies: tuple[float, ...]
    cpu_s: float

    @property
    def late(self) -> float:
        """The latency that one in a hundred exceeds."""
        return self.latencies[-1 - len(self.latencies) // 100]

    @property
    def each_s(self) -> float:
        """From the write to the last receipt, shared among the messages: 1 / (messages / s)."""
        return CHANGES * self.latencies[-1] / len(self.latencies)

    @property
    def cpu_each_s(self) -> float:
        """CPU time for each delivery."""
        return self.cpu_s / len(self.latencies)


@dataclass(frozen=True)
class Figure:
    """One figure of a round, and the highest ratio to each peer that is good."""

    name: str
    of: Callable[[Sample], float]
    goals: dict[tuple[int, str], float]
    unit: str = "ms"


FIGURES = (
    Figure("median", lambda sample: median(sample.latencies), {}),
    Figure("p99", lambda sample: sample.late, {(1000, GRAPHQL_WS): 1.0, (3000, GRAPHQL_WS): 1.0}),
    Figure("until the last has it", lambda sample: sample.latencies[-1], {}),
    Figure("for each message", lambda sample: sample.each_s, {}, unit="µs"),
    Figure(
        "CPU for each delivery",
        lambda sample: sample.cpu_each_s,
        {(1000, RAW): 1.5, (1000, GRAPHQL_WS): 0.5, (1000, STRAWBERRY): 0.1},
        unit="µs",
    ),
)
"""The design's goals (12-performance, section 7)."""


@asynccontextmanager
async def product(
    api: Api, key: JobKey, number: int, query: str = SUBSCRIPTION
) -> AsyncIterator[FanOut]:
    """So many sockets of ours with the same subscription, past their snapshots."""

    async def retitle(title: str) -> None:
        await job_moves.change(key, changes={"title": title}, now=now())

    before = api.process.memory_info().rss
    asked = query % key.job_uid
    async with subscribers(api.socket_url, number, asked, api.token, first=b"SNAPSHOT") as sockets:
        grown = api.process.memory_info().rss - before
        yield FanOut(sockets, retitle, api.process, grown)


async def sample(fan_out: FanOut) -> Sample:
    """Change the title a few times, and wait each time until every socket has it."""
    receipts, latencies = Receipts(fan_out.sockets), []
    cpu_s = spent_s(fan_out.process)
    for _ in range(CHANGES):
        title = f"title-{time.perf_counter_ns()}"
        async with asyncio.timeout(TIMEOUT_S):
            latencies += await receipts.of(title.encode(), fan_out.publish(title))
        await asyncio.sleep(PAUSE_S)
    return Sample(tuple(sorted(latencies)), spent_s(fan_out.process) - cpu_s)


async def fan_out_lines(api: Api, key: JobKey, rounds: int) -> list[Line]:
    """All numbers of subscribers; then dead ones among healthy ones."""
    lines = []
    for number, peers in NUMBERS.items():
        lines += await _lines(api, key, number, peers, rounds)
    return [*lines, await _dead_line(api, key, rounds)]


async def _lines(
    api: Api, key: JobKey, number: int, names: tuple[str, ...], rounds: int
) -> list[Line]:
    async with AsyncExitStack() as stack:
        opened = {"ours": await stack.enter_async_context(product(api, key, number))}
        missing = {}
        for name in names:
            try:
                opened[name] = await stack.enter_async_context(peer(name, number))
            except Unavailable as reason:
                missing[name] = str(reason)
        samples = await _in_turns(opened, rounds)
    told = partial(_line, number, samples, missing)
    memory = _memory_line(number, opened["ours"].grown_bytes, opened[RAW].grown_bytes)
    return [*(told(name, figure) for name in names for figure in FIGURES), memory]


async def _in_turns(opened: dict[str, FanOut], rounds: int) -> dict[str, list[Sample]]:
    """A B C, A B C, …, after a round that does not count."""
    samples: dict[str, list[Sample]] = {name: [] for name in opened}
    for _ in range(rounds + 1):
        for name, fan_out in opened.items():
            samples[name].append(await sample(fan_out))
    return {name: of_one[1:] for name, of_one in samples.items()}


def _line(
    number: int,
    samples: dict[str, list[Sample]],
    missing: dict[str, str],
    name: str,
    figure: Figure,
) -> Line:
    return Line(
        f"{WRITTEN_TO}, {number:,} subscribers: {figure.name}",
        PEERS[name].title,
        None,
        ours=tuple(map(figure.of, samples["ours"])),
        peers=tuple(map(figure.of, samples.get(name, ()))),
        count=sum(len(one.latencies) for one in samples["ours"]),
        goal_ratio=figure.goals.get((number, name)),
        skipped=missing.get(name),
        unit=figure.unit,
    )


def _memory_line(number: int, ours: int, peers: int) -> Line:
    name = f"memory for each of {number:,} subscribers"
    each = (ours / number,), (max(peers, 1) / number,)
    return Line(name, PEERS[RAW].title, None, *each, count=number, unit="KiB")


async def _dead_line(api: Api, key: JobKey, rounds: int) -> Line:
    """What the healthy feel of others who ask for a lot and read nothing."""

    async def late() -> float:
        return (await sample(healthy)).late

    async with product(api, key, HEALTHY) as healthy:
        await late()
        alone = [await late() for _ in range(rounds)]
        await job_moves.change(key, changes={"description": "x" * LONG}, now=now())
        async with product(api, key, DEAD, WITH_DESCRIPTION) as dead:
            for socket in dead.sockets:
                socket.transport.pause_reading()
            await late()
            beside = [await late() for _ in range(rounds)]
        await job_moves.change(key, changes={"description": ""}, now=now())
    name = f"{WRITTEN_TO}, {HEALTHY:,} healthy among {DEAD} dead: p99"
    return Line(name, "without the dead", None, tuple(beside), tuple(alone), rounds, goal_ratio=2.0)
