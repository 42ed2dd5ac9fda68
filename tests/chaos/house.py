"""Everything that runs: one mongod, schedulers, APIs; each can be killed, frozen and started."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.integration.mongod import Mongod, free_port, mongod_binary
from tests.integration.product import TOKEN, end_jobs

HERE = Path(__file__).parent
LEASE_TTL_S = 1.0
CALM_S = 30.0


class Part:
    """One process of the product; `start` replaces one that has ended."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "web.cli.main", *arguments]
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._log = Path(environment["LANEKEEPER_DATA_DIR"], f"{name}.log")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it; it may take a while until it does its work."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log
            )

    def kill9(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def signal(self, number: int) -> None:
        """STOP or CONT it; nothing happens if it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def ensure(self) -> None:
        """Awake and running, whatever has been done to it."""
        self.signal(signal.SIGCONT)
        if self._process is None or self._process.poll() is not None:
            self.start()


class House:
    """All parts over one directory and one database."""

    def __init__(self, directory: Path, *, schedulers: int = 3, apis: int = 2) -> None:
        binary = mongod_binary()
        assert binary is not None, "there is no mongod"
        self.directory = directory
        self.log = directory / "witness.log"
        self.locks = directory / "locks"
        for folder in (self.locks, directory / "job_types", directory / "mongod"):
            folder.mkdir()
        shutil.copy(HERE / "witness.toml", directory / "job_types")
        self.mongod = Mongod(binary, directory / "mongod")
        self.urls = [f"http://127.0.0.1:{free_port()}" for _ in range(apis)]
        self.schedulers = [
            Part(f"scheduler{n}", ["scheduler"], self._environment()) for n in range(schedulers)
        ]
        self.apis = [
            Part(f"api{n}", ["api"], {**self._environment(), "LANEKEEPER_PORT": url.split(":")[-1]})
            for n, url in enumerate(self.urls)
        ]

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
        for part in (*self.schedulers, *self.apis):
            part.start()

    @property
    def leader(self) -> Part | None:
        """The scheduler that the lease names, if that can be read just now."""
        with suppress(PyMongoError), self._client() as client:
            lease = client["lanekeeper"]["leases"].find_one({"_id": "scheduler"})
            holder = lease["holder"].split("-") if lease else []
            return next((p for p in self.schedulers if str(p.pid) in holder), None)
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

    def supervisors(self) -> list[psutil.Process]:
        """The supervisors of jobs that run now."""
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if any("supervise.py" in part for part in process.info["cmdline"] or [])
            and str(self.directory) in process.info["cmdline"][-1]
        ]

    def calm(self) -> None:
        """Everything runs, and nothing is frozen; a mongod that is being started is waited for."""
        give_up_at = time.monotonic() + CALM_S
        while not self.answers() and time.monotonic() < give_up_at:
            time.sleep(0.2)
        for part in (*self.schedulers, *self.apis):
            part.ensure()

    def end(self) -> None:
        """End everything, jobs too."""
        for part in (*self.schedulers, *self.apis):
            with suppress(AssertionError, ProcessLookupError):
                part.kill9()
        end_jobs(self.directory)
        self.mongod.kill9()


@contextmanager
def running_house(directory: Path) -> Iterator[House]:
    """A house that is ended at the end."""
    house = House(directory)
    house.start()
    try:
        yield house
    finally:
        house.end()
