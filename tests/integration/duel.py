"""Two schedulers over one database: the first leads, until something happens to it."""

import asyncio
import json
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from tests.chaos.house import HERE, witness_params
from tests.chaos.nursery import Nursery
from tests.chaos.part import Part
from tests.integration.caller import Caller
from tests.integration.mongod import Mongod, free_port
from tests.integration.product import TOKEN, end_jobs
from tests.integration.wire import Wire

Row = dict[str, Any]
TTL_S = 5.0
LOOK_S = 0.05
READY_TIMEOUT_S = 60.0


class Duel:
    """A `first` scheduler, whose way to mongod is `wire`, a `second`, and an API with `caller`.

    There is one GPU with one token, so of all jobs that want one, one runs at a time.
    """

    def __init__(self, directory: Path, nursery: Nursery, mongod: Mongod) -> None:
        self.mongod = mongod
        self.wire = Wire(mongod.port)
        self._directory = directory
        self._nursery = nursery
        self._name = f"duel_{directory.name}"
        client: AsyncMongoClient[Row] = AsyncMongoClient(mongod.url, tz_aware=True)
        self._client = client
        self._rows = client[self._name]
        self._log = directory / "witness.log"
        self._locks = directory / "locks"
        self._locks.mkdir(parents=True)
        (directory / "job_types").mkdir()
        shutil.copy(HERE / "witness.toml", directory / "job_types")
        port = free_port()
        self.caller = Caller(f"http://127.0.0.1:{port}")
        self._api = self._part("api", mongod.url, LANEKEEPER_PORT=str(port))
        self.second = self._part("scheduler", mongod.url, name="second")
        self.first: Part

    def _part(self, command: str, url: str, *, name: str = "api", **settings: str) -> Part:
        environment = {
            **os.environ,
            "LANEKEEPER_MONGODB_URL": url,
            "LANEKEEPER_DATABASE": self._name,
            "LANEKEEPER_DATA_DIR": str(self._directory),
            "LANEKEEPER_JOB_TYPES_DIRS": json.dumps([f"{self._directory}/job_types"]),
            "LANEKEEPER_ADMIN_TOKEN": TOKEN,
            "LANEKEEPER_LEASE_TTL_S": str(TTL_S),
            "LANEKEEPER_SWEEP_S": "2",
            "LANEKEEPER_KILL_GRACE_S": "1",
            **settings,
        }
        return Part(name, command, environment, self._directory / f"{name}.log")

    async def begin(self) -> None:
        """Start everything; the first scheduler leads."""
        await self.wire.open()
        url = f"mongodb://127.0.0.1:{self.wire.port}/?directConnection=true"
        self.first = self._part("scheduler", url, name="first")
        self._api.start(self._nursery)
        self.first.start(self._nursery)
        async with asyncio.timeout(READY_TIMEOUT_S):
            while (await self.lease()).get("ready_at") is None:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_S)
        self.second.start(self._nursery)
        (self._locks / "cap").write_text("1")
        slots = {kind: {"0": None} for kind in ("cpu", "gpu")} | {"ram": {"0": None, "1": None}}
        await self._rows["targets"].update_one({}, {"$set": {"slots": slots}})
        await self._rows["token_pools"].update_one({}, {"$set": {"token_limit": 1}})

    async def end(self) -> None:
        """End everything, jobs too."""
        for part in (self.first, self.second, self._api):
            with suppress(AssertionError):
                part.kill9()
        await self.wire.close()
        await self.caller.__aexit__(None, None, None)
        await self._client.drop_database(self._name)
        await self._client.close()
        end_jobs(self._directory)

    async def lease(self) -> Row:
        """The lease as it is now; empty while it cannot be read."""
        with suppress(PyMongoError):
            return await self._rows["leases"].find_one({}) or {}
        return {}

    async def until_led_since(self, fault_at: datetime) -> float:
        """Until a scheduler has recovered and leads, by the lease; seconds since `fault_at`.

        Either a successor said that it is ready, or the same leader has renewed its turn.
        """
        async with asyncio.timeout(READY_TIMEOUT_S):
            while True:
                lease = await self.lease()
                if (ready_at := lease.get("ready_at")) is not None:
                    renewed_at = lease["expires_at"] - timedelta(seconds=TTL_S)
                    led_at: datetime = ready_at if ready_at > fault_at else renewed_at
                    if led_at > fault_at:
                        return (led_at - fault_at).total_seconds()
                await asyncio.sleep(LOOK_S)

    async def queue(self, project: str, *, seconds: float) -> str:
        """Queue a job that holds the GPU for so long; its uid."""
        params = witness_params(self._directory, gpus=1, seconds=seconds)
        uid = await self.caller.make_job(project, "witness", **params)
        await self.caller.act("queueJob", project, uid)
        return uid

    async def until_settled(self, runs: str, waits: str) -> None:
        """Until all is on record of a job that runs, and why another one waits."""
        claimed = {"job_uid": runs, "state": "claimed"}
        told = {"uid": waits, "waiting_for.status": {"$ne": "actively_queued"}}
        async with asyncio.timeout(READY_TIMEOUT_S):
            while not (  # noqa: ASYNC110
                await self._rows["attempts"].count_documents(claimed)
                and await self._rows["jobs"].count_documents(told)
            ):
                await asyncio.sleep(LOOK_S)

    async def records(self) -> Row:
        """All that a scheduler decides: who leads, what runs, and what is held."""
        fields = {
            "leases": ("holder", "term"),
            "jobs": ("status", "attempt", "queue_entered_at", "waiting_for"),
            "attempts": ("token", "term", "state"),
            "targets": ("slots", "term", "quarantine"),
            "lanes": ("term",),
            "token_pools": ("used", "held", "terms"),
        }
        return {
            name: await self._rows[name].find({}, list(wanted)).sort("_id").to_list()
            for name, wanted in fields.items()
        }

    def said(self, event: str) -> Counter[str]:
        """How often the programs of each job wrote `event`, by "P1-J1"; they alone know."""
        lines = [json.loads(line) for line in self._log.read_text().splitlines()]
        return Counter(line["job"] for line in lines if line["event"] == event)


@asynccontextmanager
async def running_duel(directory: Path, nursery: Nursery, mongod: Mongod) -> AsyncIterator[Duel]:
    """A duel with a database of its own, ended at the end."""
    duel = Duel(directory, nursery, mongod)
    try:
        await duel.begin()
        yield duel
    finally:
        await duel.end()
