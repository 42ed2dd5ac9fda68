"""What runs: one mongod with a short memory, and APIs that can be killed; no scheduler."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from domain.database import Database
from tests.chaos.nursery import Nursery, running_nursery
from tests.chaos.part import Part
from tests.chaos.planted import PLANTED
from tests.integration.mongod import Mongod, free_port, mongod_binary
from tests.integration.product import TOKEN

FILLER_BYTES = 200_000
DATABASE = "lanekeeper"


class House:
    """The parts over one directory; `oplog_mb` is how much the database remembers."""

    def __init__(
        self, directory: Path, nursery: Nursery, *, oplog_mb: int, planted: str | None
    ) -> None:
        binary = mongod_binary()
        assert binary is not None, "there is no mongod"
        (directory / "mongod").mkdir()
        forgetful = ["--oplogSize", str(oplog_mb), "--syncdelay", "1"]
        forgetful += ["--setParameter", "minSnapshotHistoryWindowInSeconds=0"]
        self.mongod = Mongod(binary, directory / "mongod", *forgetful)
        self.urls = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
        self._nursery = nursery
        environment = {
            **os.environ,
            "LANEKEEPER_MONGODB_URL": self.mongod.url,
            "LANEKEEPER_DATABASE": DATABASE,
            "LANEKEEPER_DATA_DIR": str(directory),
            "LANEKEEPER_ADMIN_TOKEN": TOKEN,
            "LANEKEEPER_STREAMS_PER_USER": "1000",
            "LANEKEEPER_STREAM_HEARTBEAT_S": "2",
            **({PLANTED: planted} if planted else {}),
        }
        self.apis = [
            Part(
                f"api{n}",
                "api",
                {**environment, "LANEKEEPER_PORT": url.split(":")[-1]},
                directory / f"api{n}.log",
            )
            for n, url in enumerate(self.urls)
        ]

    def start(self) -> None:
        """Start the APIs; the database runs already."""
        for api in self.apis:
            api.start(self._nursery)

    def kill_an_api(self, chance: random.Random) -> None:
        """kill -9, and another in its place."""
        api = chance.choice(self.apis)
        api.kill9()
        api.start_again()

    def revive(self) -> None:
        """Start what has ended by itself, as a service manager does."""
        for api in self.apis:
            api.ensure()

    def end(self) -> None:
        """End everything."""
        for api in self.apis:
            with suppress(AssertionError):
                api.kill9()
        self.mongod.kill9()


@contextmanager
def running_house(directory: Path, *, oplog_mb: int, planted: str | None = None) -> Iterator[House]:
    """A house whose database runs, ended at the end."""
    with running_nursery() as nursery:
        house = House(directory, nursery, oplog_mb=oplog_mb, planted=planted)
        house.mongod.start()
        try:
            yield house
        finally:
            house.end()


async def oldest_remembered(database: Database) -> tuple[int, int]:
    """The time of the oldest change that the database still has."""
    oldest = await database.client["local"]["oplog.rs"].find_one(sort=[("$natural", 1)])
    assert oldest is not None
    return oldest["ts"].time, oldest["ts"].inc


async def roll_over(database: Database, lost: tuple[int, int]) -> None:
    """Write until the database has forgotten the time `lost`; only checkpoints let it go."""
    filler = database["filler"]
    while await oldest_remembered(database) <= lost:
        await filler.insert_many([{"text": os.urandom(FILLER_BYTES)} for _ in range(10)])
        await filler.delete_many({})
        await database.client.admin.command("fsync")
