"""A leader plans on, and sees to its attempts, while thousands of changes a second go by."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from domain.clock import now
from domain.database import Database, watch
from domain.documents import Job, Lane, Target
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.run import Contender
from scheduler.target_executors import TargetExecutors
from tests.conftest import built_in_types
from tests.fakes.executor import FakeExecutor
from tests.integration.scene import KEY, Scene

pytestmark = [pytest.mark.mongo]
NOISE = 200
LIMIT_S = 30


@pytest.fixture
async def scene(real_database: Database, tmp_path: Path) -> Scene:
    """A job that runs, and one that is queued; hundreds of others change all the time."""
    made = Scene(tmp_path / "P1", Settings(data_dir=tmp_path))
    await made.set_up()
    await Lane(id="default", type="node", title="Default", created_at=now()).insert()
    await Target.rows().update_one({}, {"$set": {"term": 0}})  # nobody has led yet
    template = (await made.job()).model_dump(by_alias=True)
    others = [
        template | {"_id": f"P1-J{n}", "uid": f"J{n}", "uid_num": n, "status": "running"}
        for n in range(10, 10 + NOISE)
    ]
    await Job.rows().insert_many(others)
    return made


@asynccontextmanager
async def leading(
    database: Database, settings: Settings, executor: FakeExecutor
) -> AsyncIterator[None]:
    """A scheduler in this process, with `executor` for this machine."""
    hub, stop = Hub(DatabaseHistory(database)), asyncio.Event()
    contender = Contender(
        settings=settings,
        hub=hub,
        instance_id="i",
        holder="this test",
        catalogue=built_in_types(),
        programs=settings.data_root,
        executors=TargetExecutors(executor),
    )
    async with Feed(database, hub):
        competing = asyncio.create_task(contender.compete(stop))
        try:
            yield
        finally:
            stop.set()
            await competing


@asynccontextmanager
async def noise() -> AsyncIterator[None]:
    """Changes of running jobs, as fast as the database takes them."""

    async def change() -> None:
        many = {"_id": {"$nin": ["P1-J1", "P1-J10"]}}
        while True:
            values = {"$set": {"heartbeat_at": now()}, "$inc": {"revision": 1}}
            await Job.rows().update_many(many, values)

    changing = asyncio.create_task(change())
    try:
        yield
    finally:
        changing.cancel()
        with suppress(asyncio.CancelledError):
            await changing


async def until(database: Database, id: str, status: JobStatus) -> None:
    """Wait for the job to be in the status."""
    async with asyncio.timeout(LIMIT_S), watch(database, ["jobs"]) as changes:
        while not await Job.rows().count_documents({"_id": id, "status": status}):
            await changes.next()


async def test_a_busy_feed_starves_neither_the_queue_nor_the_attempts(
    real_database: Database, scene: Scene, tmp_path: Path
) -> None:
    settings, silent = Settings(data_dir=tmp_path, sweep_s=0.5), FakeExecutor()
    silent.run(KEY)
    queued = {"$set": {"status": "queued", "attempt": 0}}
    async with leading(real_database, settings, scene.executor), noise():
        await Job.rows().update_one({"_id": "P1-J10"}, queued)
        await until(real_database, "P1-J10", JobStatus.LAUNCHED)

        scene.executor.sightings[KEY] = silent.sightings[KEY]  # and nobody is told

        await until(real_database, "P1-J1", JobStatus.RUNNING)
