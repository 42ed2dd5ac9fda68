"""`python -m bench.run`: measure everything that is built, print one table, fail on a goal."""

import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench import bulk, list_query
from bench.assignments import assignment_lines
from bench.cluster import cluster_line
from bench.fan_out import fan_out_lines
from bench.idle_pass import idle_line
from bench.latency import QueueToProcess, StatusToListener, StatusToSubscriber, make_job
from bench.long_queue import OTHERS, others_queued
from bench.peers import BareChangeStream, BareFindOneAndUpdate, BareTransaction
from bench.product import Api, Unavailable, running
from bench.table import Line, show, side_by_side
from domain.clock import now
from domain.database import Database, connect
from domain.documents import DOCUMENTS, Job, Lane
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from domain.settings import Settings
from domain.uids import JobKey
from web.embedded_mongo import EmbeddedMongo

ROUNDS = 5
CLUSTER_ROUNDS = 3
WRITES = 20
JOBS = 4
STREAM, CLAIM = "bare change stream", "bare find_one_and_update"
SUBSCRIBER, PROCESS = "status written → subscriber's frame", "queueJob acknowledged → process"
LATE_PROCESS = f"{PROCESS}, {OTHERS:,} others queued"


@asynccontextmanager
async def embedded_mongod(directory: Path) -> AsyncIterator[str]:
    """The product's own mongod over `directory`; its URL."""
    mongod = EmbeddedMongo(directory)
    await mongod.start()
    try:
        yield mongod.url
    finally:
        await mongod.stop()


async def feed_line(database: Database) -> Line:
    """The feed alone, in this process, without the API."""
    key = JobKey("P999999", "J1")
    await _lone_job(key).insert()
    hub = Hub(DatabaseHistory(database))
    async with Feed(database, hub):
        ours = StatusToListener(hub, key, WRITES)
        peer = BareChangeStream(database, WRITES)
        return await side_by_side(
            "status written → listener (no API)", ours, STREAM, peer, goal_ms=None, rounds=ROUNDS
        )


def _lone_job(key: JobKey) -> Job:
    return Job(
        id=str(key),
        project_uid=key.project_uid,
        project_uid_num=int(key.project_uid[1:]),
        uid=key.job_uid,
        uid_num=int(key.job_uid[1:]),
        workspace_uids=[],
        created_by="bench",
        created_at=now(),
        updated_at=now(),
        type="none",
        type_version=1,
        category="utilities",
        job_dir=key.job_uid,
        on_hold=True,
    )


async def bulk_lines(api: Api, database: Database, project_uid: str) -> list[Line]:
    """One request on very many jobs; the lane is drained, so that nothing starts meanwhile."""
    await Lane.rows().update_many({}, {"$set": {"drained": True}})
    wanted = (("queueJobs", bulk.QUEUED, 3000), ("cloneJobs", bulk.CLONED, 5000))
    return [
        await side_by_side(
            f"{mutation} of {jobs:,}, one request",
            bulk.Bulk(api, project_uid, mutation, jobs),
            f"{jobs:,} writes in one transaction",
            BareTransaction(database, jobs),
            goal_ms=goal_ms,
            rounds=ROUNDS,
        )
        for mutation, jobs, goal_ms in wanted
    ]


async def long_queue_line(api: Api, database: Database, project_uid: str) -> Line:
    """Whether a job that can start is held up by very many that cannot."""
    lane = await Lane.find_one({})
    assert lane is not None
    async with others_queued(project_uid, lane.id):
        return await side_by_side(
            LATE_PROCESS,
            QueueToProcess(api, database, project_uid, JOBS),
            CLAIM,
            BareFindOneAndUpdate(database, WRITES),
            goal_ms=150,
            rounds=ROUNDS,
        )


async def product_lines(api: Api, database: Database) -> list[Line]:
    """The running product, through its API as a client uses it."""
    project = await api.mutate("createProject", "project { uid }", title="bench")
    uid = project["project"]["uid"]
    await api.mutate("createWorkspace", "workspace { uid }", projectUid=uid, title="bench")
    held = await make_job(api, uid)
    await Job.rows().update_one({"_id": str(held)}, {"$set": {"on_hold": True}})
    return [
        await side_by_side(
            SUBSCRIBER,
            StatusToSubscriber(api, held, WRITES),
            STREAM,
            BareChangeStream(database, WRITES),
            goal_ms=50,
            rounds=ROUNDS,
        ),
        await side_by_side(
            PROCESS,
            QueueToProcess(api, database, uid, JOBS),
            CLAIM,
            BareFindOneAndUpdate(database, WRITES),
            goal_ms=150,
            rounds=ROUNDS,
        ),
        await long_queue_line(api, database, uid),
        *await fan_out_lines(api, held, ROUNDS),
        *await bulk_lines(api, database, uid),
    ]


def skipped(reason: str) -> list[Line]:
    """The lines of a product that cannot be measured; a skipped goal does not count as passed."""
    return [
        Line(SUBSCRIBER, STREAM, 50, skipped=reason),
        Line(PROCESS, CLAIM, 150, skipped=reason),
        Line(LATE_PROCESS, CLAIM, 150, skipped=reason),
    ]


async def measure(directory: Path) -> list[Line]:
    """All lines, over one mongod and one database that ours and the peers share."""
    name = Settings().database
    async with embedded_mongod(directory) as url:
        async with connect(url, name, DOCUMENTS) as database:
            lines = await latency_lines(directory, url, database)
        async with connect(url, f"{name}-lists", DOCUMENTS) as database:
            try:
                lines += await list_query.list_lines(database, url, ROUNDS)
            except Unavailable as reason:
                lines += list_query.skipped(str(reason))
        async with connect(url, f"{name}-queue", DOCUMENTS) as database:
            lines.append(await idle_line(database, ROUNDS))
        async with connect(url, f"{name}-assignments", DOCUMENTS) as database:
            lines += await assignment_lines(database, ROUNDS)
    return [*lines, await cluster_line(directory, CLUSTER_ROUNDS)]


async def latency_lines(directory: Path, url: str, database: Database) -> list[Line]:
    """The latencies, with and without the API."""
    lines = [await feed_line(database)]
    try:
        async with running(directory, url) as api:
            lines += await product_lines(api, database)
    except Unavailable as reason:
        lines += skipped(str(reason))
    return lines


def main() -> int:
    """Measure and print; the exit status is 0 only if every goal was reached."""
    with tempfile.TemporaryDirectory(prefix="lanekeeper-bench-") as directory:
        lines = asyncio.run(measure(Path(directory)))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    show(lines, f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}")
    return 0 if all(line.verdict in ("pass", "") for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
