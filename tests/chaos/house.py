"""Everything that runs: one mongod, schedulers, APIs; each can be killed, frozen and started."""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.chaos.nursery import Nursery, running_nursery
from tests.chaos.part import Held, Part
from tests.integration.mongod import Mongod, free_port, mongod_binary
from tests.integration.product import TOKEN, end_jobs

HERE = Path(__file__).parent
LEASE_TTL_S = 1.0
CALM_S = 30.0
AS_EMBEDDED = ("--setParameter", "transactionLifetimeLimitSeconds=10")
"""As `serve` starts its mongod: the transaction of a killed API ends within 15 s, not within 90."""


def witness_params(directory: Path, *, gpus: int, seconds: float) -> dict[str, Any]:
    """Params of a job of type `witness`, which logs and locks below `directory`."""
    return {
        "program": str(HERE / "witness.py"),
        "log": str(directory / "witness.log"),
        "locks": str(directory / "locks"),
        "gpus": gpus,
        "seconds": seconds,
    }


class House:
    """All parts over one directory and one database; `nursery` starts them."""

    def __init__(
        self, directory: Path, nursery: Nursery, *, schedulers: int = 3, apis: int = 2
    ) -> None:
        binary = mongod_binary()
        assert binary is not None, "there is no mongod"
        self.directory = directory
        self._nursery = nursery
        self.log = directory / "witness.log"
        self.locks = directory / "locks"
        for folder in (self.locks, directory / "job_types", directory / "mongod"):
            folder.mkdir()
        shutil.copy(HERE / "witness.toml", directory / "job_types")
        self.mongod = Mongod(binary, directory / "mongod", *AS_EMBEDDED)
        self.urls = [f"http://127.0.0.1:{free_port()}" for _ in range(apis)]
        self.schedulers = [self._part(f"scheduler{n}", "scheduler") for n in range(schedulers)]
        self.apis = [
            self._part(f"api{n}", "api", LANEKEEPER_PORT=url.split(":")[-1])
            for n, url in enumerate(self.urls)
        ]

    @property
    def parts(self) -> list[Part]:
        """Schedulers and APIs."""
        return [*self.schedulers, *self.apis]

    def _part(self, name: str, command: str, **settings: str) -> Part:
        log = self.directory / f"{name}.log"
        return Part(name, command, {**self._environment(), **settings}, log)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LANEKEEPER_MONGODB_URL": self.mongod.url,
            "LANEKEEPER_DATA_DIR": str(self.directory),
            "LANEKEEPER_JOB_TYPES_DIRS": f'["{self.directory}/job_types"]',
            "LANEKEEPER_ADMIN_TOKEN": TOKEN,
            "LANEKEEPER_LEASE_TTL_S": str(LEASE_TTL_S),
            "LANEKEEPER_SWEEP_S": "2",
            "LANEKEEPER_KILL_GRACE_S": "1",
            "LANEKEEPER_REQUEUE_WINDOW_S": "0",
        }

    def start(self) -> None:
        """Start everything."""
        self.mongod.start()
        for part in self.parts:
            part.start(self._nursery)

    @property
    def leader(self) -> Part | None:
        """The scheduler that the lease names, if that can be read just now."""
        with suppress(PyMongoError), self._client() as client:
            lease = client["lanekeeper"]["leases"].find_one({"_id": "scheduler"})
            holder = lease["holder"].split("-") if lease else []
            return next((p for p in self.schedulers if str(p.process.pid) in holder), None)
        return None

    def answers(self) -> bool:
        """Whether the database can be read."""
        try:
            self.rows("leases")
        except PyMongoError:
            return False
        return True

    def rows(self, collection: str, query: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """What the database holds."""
        with self._client() as client:
            return list(client["lanekeeper"][collection].find(query or {}))

    def declare(self, *, cores: int, gpus: int, tokens: int) -> None:
        """Let this machine have so many slots, and the pool so many tokens."""
        (self.locks / "cap").write_text(str(tokens))
        amounts = {"cpu": cores, "gpu": gpus, "ram": cores}
        slots = {k: {str(index): None for index in range(n)} for k, n in amounts.items()}
        with self._client() as client:
            client["lanekeeper"]["targets"].update_one({}, {"$set": {"slots": slots}})
            client["lanekeeper"]["token_pools"].update_one({}, {"$set": {"token_limit": tokens}})

    def _client(self) -> "MongoClient[dict[str, Any]]":
        return MongoClient(self.mongod.url, serverSelectionTimeoutMS=300, w="majority")

    def supervisors(self) -> dict[str, Held]:
        """The supervisors of jobs that run now, by attempt ("P1-J3#1")."""
        parents = [self._nursery.pid, *(part.process.pid for part in self.parts)]
        found: dict[str, Held] = {}
        for pid in (child for parent in parents for child in _children(parent)):
            with suppress(OSError):
                held = Held(pid)
                key = _supervised(pid, self.directory)
                if key is not None:
                    found[key] = held
        return found

    def held_locks(self) -> list[str]:
        """The locks that some program of a job holds still."""
        return [path.name for path in self.locks.iterdir() if _is_held(path)]

    def calm(self) -> None:
        """Everything runs, and nothing is frozen; a mongod that is being started is waited for."""
        give_up_at = time.monotonic() + CALM_S
        while not self.answers() and time.monotonic() < give_up_at:
            time.sleep(0.2)
        for part in self.parts:
            part.ensure()

    def end(self) -> None:
        """End everything, jobs too."""
        for part in self.parts:
            with suppress(AssertionError):
                part.kill9()
        end_jobs(self.directory)
        self.mongod.kill9()


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _supervised(pid: int, directory: Path) -> str | None:
    """The attempt that the process supervises below `directory`. Raises OSError."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    if not any(word.endswith("supervise.py") for word in words):
        return None
    spec = next((word for word in words if word.startswith(str(directory))), "")
    found = re.search(r"/(P\d+)-[^/]*/(J\d+)/run/(\d+)/", spec)
    return f"{found[1]}-{found[2]}#{found[3]}" if found else None


def _is_held(path: Path) -> bool:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def running_house(directory: Path) -> Iterator[House]:
    """A house that is ended at the end."""
    with running_nursery() as nursery:
        house = House(directory, nursery)
        house.start()
        try:
            yield house
        finally:
            house.end()
