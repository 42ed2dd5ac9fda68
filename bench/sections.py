"""What `make bench` measures, section by section; each has a database of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import bulk, list_query
from bench.assignments import assignment_lines
from bench.cluster import cluster_line
from bench.fan_out import fan_out_lines
from bench.idle_pass import idle_line
from bench.latency import QueueToProcess, StatusToListener, StatusToSubscriber, make_job
from bench.long_queue import OTHERS, others_queued
from bench.peers import BareChangeStream, BareFindOneAndUpdate, BareTransaction
from bench.product import Api, running
from bench.table import Line, side_by_side
from domain.clock import now
from domain.database import Database
from domain.documents import Job, Lane
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from domain.uids import JobKey

WRITES = 20
JOBS = 4
STREAM, CLAIM = "bare change stream", "bare find_one_and_update"
SUBSCRIBER, PROCESS = "status written → subscriber's frame", "queueJob acknowledged → process"


@dataclass(frozen=True)
class Stage:
    """Where a section is measured: a directory, and a database of the mongod at `url`."""

    directory: Path
    url: str
    database: Database
    rounds: int


Section = Callable[[Stage], Awaitable[list[Line]]]


@asynccontextmanager
async def product(stage: Stage) -> AsyncIterator[tuple[Api, str]]:
    """The running product with an empty project; raises Unavailable."""
    async with running(stage.directory, stage.url, stage.database.name) as api:
        project = await api.mutate("createProject", "project { uid }", title="bench")
        uid = project["project"]["uid"]
        await api.mutate("createWorkspace", "workspace { uid }", projectUid=uid, title="bench")
        yield api, uid


async def feed(stage: Stage) -> list[Line]:
    """The feed alone, in this process, without the API."""
    key = JobKey("P999999", "J1")
    await _lone_job(key).insert()
    hub = Hub(DatabaseHistory(stage.database))
    async with Feed(stage.database, hub):
        ours = StatusToListener(hub, key, WRITES)
        peer = BareChangeStream(stage.database, WRITES)
        name = "status written → listener (no API)"
        return [
            await side_by_side(name, ours, STREAM, peer, goal_ms=None, rounds=stage.rounds),
        ]


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


async def latency(stage: Stage) -> list[Line]:
    """From a write to a subscriber, and from the queue to a process, also behind a long queue."""
    async with product(stage) as (api, project_uid):
        told = await side_by_side(
            SUBSCRIBER,
            StatusToSubscriber(api, await _held_job(api, project_uid), WRITES),
            STREAM,
            BareChangeStream(stage.database, WRITES),
            goal_ms=50,
            rounds=stage.rounds,
        )
        started = await _start_line(stage, api, project_uid, PROCESS)
        lane = await Lane.find_one({})
        assert lane is not None
        async with others_queued(project_uid, lane.id):
            name = f"{PROCESS}, {OTHERS:,} others queued"
            return [told, started, await _start_line(stage, api, project_uid, name)]


async def _held_job(api: Api, project_uid: str) -> JobKey:
    held = await make_job(api, project_uid)
    await Job.rows().update_one({"_id": str(held)}, {"$set": {"on_hold": True}})
    return held


async def _start_line(stage: Stage, api: Api, project_uid: str, name: str) -> Line:
    return await side_by_side(
        name,
        QueueToProcess(api, stage.database, project_uid, JOBS),
        CLAIM,
        BareFindOneAndUpdate(stage.database, WRITES),
        goal_ms=150,
        rounds=stage.rounds,
    )


async def fan_out(stage: Stage) -> list[Line]:
    """One change to very many subscribers."""
    async with product(stage) as (api, project_uid):
        return await fan_out_lines(api, await _held_job(api, project_uid), stage.rounds)


async def bulk_actions(stage: Stage) -> list[Line]:
    """One request on very many jobs; the lane is drained, so that nothing starts meanwhile."""
    wanted = (("queueJobs", bulk.QUEUED, 3000), ("cloneJobs", bulk.CLONED, 5000))
    async with product(stage) as (api, project_uid):
        await Lane.rows().update_many({}, {"$set": {"drained": True}})
        return [
            await side_by_side(
                f"{mutation} of {jobs:,}, one request",
                bulk.Bulk(api, project_uid, mutation, jobs),
                f"{jobs:,} writes in one transaction",
                BareTransaction(stage.database, jobs),
                goal_ms=goal_ms,
                rounds=stage.rounds,
            )
            for mutation, jobs, goal_ms in wanted
        ]


async def lists(stage: Stage) -> list[Line]:
    """The list of jobs, as a dashboard asks for it."""
    return await list_query.list_lines(stage.database, stage.url, stage.rounds)


async def idle(stage: Stage) -> list[Line]:
    """Passes of the scheduler in which nothing fits."""
    return [await idle_line(stage.database, stage.rounds)]


async def assignments(stage: Stage) -> list[Line]:
    """What the scheduler assigns."""
    return await assignment_lines(stage.database, stage.rounds)


async def cluster(stage: Stage) -> list[Line]:
    """Submits to a real Slurm."""
    return [await cluster_line(stage.directory, stage.rounds)]


SECTIONS: Mapping[str, Section] = {
    "feed": feed,
    "latency": latency,
    "fan-out": fan_out,
    "bulk": bulk_actions,
    "lists": lists,
    "idle": idle,
    "assignments": assignments,
    "cluster": cluster,
}
"""By the names that `make bench ONLY=…` takes."""
