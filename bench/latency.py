"""Our side of the latencies: status → listener, status → subscriber, queueJob → process."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.peers import PACE_S
from bench.product import Answer, Api
from domain import job_moves
from domain.clock import now
from domain.database import Database, watch
from domain.documents import Attempt, Job
from domain.live.changes import Kind
from domain.live.hub import Dirty, Hub
from domain.status import JobStatus
from domain.uids import JobKey

JOB_TYPE = "simulate_data"
TIMEOUT_S = 60.0
SUBSCRIPTION = """
subscription {
  jobChanges(minIntervalMs: 0) { snapshotComplete upserted { uid projectUid revision } }
}
"""


async def toggle_status(job: Job) -> Job:
    """Write another status through the only writer: building → queued → building."""
    to = JobStatus.QUEUED if job.status is JobStatus.BUILDING else JobStatus.BUILDING
    only_from = frozenset({job.status})
    return await job_moves.move(job.key, to=to, only_from=only_from, now=now(), actor="bench")


class StatusToListener:
    """From the start of a status write to the listener of a feed in this process."""

    def __init__(self, hub: Hub, key: JobKey, writes: int) -> None:
        self._hub = hub
        self._key = key
        self._writes = writes

    async def __call__(self) -> list[float]:
        """One round."""
        latencies, job = [], await job_of(self._key)
        async with self._hub.listen(lambda change: change.id == str(self._key)) as listener:
            for _ in range(self._writes):
                await asyncio.sleep(PACE_S)
                started = time.perf_counter()
                write = asyncio.create_task(toggle_status(job))
                dirty = await listener.wait(TIMEOUT_S)
                latencies.append(time.perf_counter() - started)
                job = await write
                assert isinstance(dirty, Dirty)
                assert dirty.keys == {Kind.JOBS: {str(self._key)}}
        return latencies


class StatusToSubscriber:
    """From the start of a status write to the frame that carries it, over a real socket."""

    def __init__(self, api: Api, key: JobKey, writes: int) -> None:
        self._api = api
        self._key = key
        self._writes = writes

    async def __call__(self) -> list[float]:
        """One round, with a socket and a subscription of its own."""
        latencies, job = [], await job_of(self._key)
        async with asyncio.timeout(TIMEOUT_S), subscribed(self._api) as frames:
            for _ in range(self._writes):
                await asyncio.sleep(PACE_S)
                started = time.perf_counter()
                write = asyncio.create_task(toggle_status(job))
                seen = [await self._next_frame(frames)]
                job = await write
                while seen[-1][0] < job.revision:
                    seen.append(await self._next_frame(frames))
                latencies.append(seen[-1][1] - started)
        return latencies

    async def _next_frame(self, frames: ClientConnection) -> tuple[int, float]:
        """The revision of our job in the next frame that has it, and when the frame came."""
        while True:
            frame, came_at = json.loads(await frames.recv()), time.perf_counter()
            if frame["type"] == "ping":
                await frames.send('{"type":"pong"}')
            elif frame["type"] != "next" or "errors" in frame["payload"]:
                raise AssertionError(f"the subscription ended: {frame}")
            elif revision := self._revision(frame["payload"]["data"]["jobChanges"]):
                return revision, came_at

    def _revision(self, message: Answer) -> int:
        mine = (self._key.project_uid, self._key.job_uid)
        return max(
            (
                int(j["revision"])
                for j in message["upserted"]
                if (j["projectUid"], j["uid"]) == mine
            ),
            default=0,
        )


@asynccontextmanager
async def subscribed(api: Api) -> AsyncIterator[ClientConnection]:
    """A socket on which SUBSCRIPTION has sent its whole snapshot."""
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(api.socket_url, subprotocols=[protocol]) as frames:
        payload = {"authorization": f"Bearer {api.token}"}
        await frames.send(json.dumps({"type": "connection_init", "payload": payload}))
        start = {"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION}}
        await frames.send(json.dumps(start))
        message: Answer = {"snapshotComplete": False}
        while not message["snapshotComplete"]:
            frame = json.loads(await frames.recv())
            if frame["type"] == "next":
                assert frame["payload"].get("data"), frame
                message = frame["payload"]["data"]["jobChanges"]
        yield frames


class QueueToProcess:
    """From the acknowledgement of queueJob to the start of the job's program on this machine."""

    def __init__(self, api: Api, database: Database, project_uid: str, jobs: int) -> None:
        self._api = api
        self._database = database
        self._project_uid = project_uid
        self._jobs = jobs

    async def __call__(self) -> list[float]:
        """One round: each job is made, queued, seen running, and killed again."""
        return [await self._one() for _ in range(self._jobs)]

    async def _one(self) -> float:
        key = await make_job(self._api, self._project_uid)
        target = {"job": {"uid": {"projectUid": key.project_uid, "jobUid": key.job_uid}}}
        async with asyncio.timeout(TIMEOUT_S), watch(self._database, ["jobs"]) as changes:
            await self._api.mutate("queueJob", "result { outcome }", target=target)
            acknowledged_at = time.time()
            while await status_of(key) not in (JobStatus.RUNNING, JobStatus.COMPLETED):
                await changes.next()
            started_at = await program_started_at(key)
            await self._api.mutate("killJob", "result { outcome }", target=target)
            while await status_of(key) is JobStatus.RUNNING:
                await changes.next()
        return started_at - acknowledged_at


async def make_job(api: Api, project_uid: str) -> JobKey:
    """A job in building that needs no input."""
    payload = await api.mutate(
        "createJob", "job { uid }", projectUid=project_uid, workspaceUid="W1", type=JOB_TYPE
    )
    return JobKey(project_uid, payload["job"]["uid"])


async def job_of(key: JobKey) -> Job:
    """The job as it stands; a failed job ends the measurement."""
    job = await Job.get(str(key))
    assert job is not None
    assert job.status is not JobStatus.FAILED, job.errors_run
    return job


async def status_of(key: JobKey) -> JobStatus:
    """The job's present status."""
    return (await job_of(key)).status


async def program_started_at(key: JobKey) -> float:
    """When the supervisor of the first attempt saw its program start, in epoch seconds."""
    attempt = await Attempt.get(f"{key}#1")
    assert attempt is not None
    return os.stat(f"{attempt.directory}/running.json").st_mtime
