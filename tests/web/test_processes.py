"""`lanekeeper serve` holds its data directory alone, and keeps what it has started alive."""

import asyncio
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from domain.database import UnsafeDatabase
from domain.settings import Settings
from web import embedded_mongo, processes
from web.processes import AlreadyRunning, only_one, serve

ROOT = Path(__file__).parents[2]
HOLD = (
    "import sys, signal; from pathlib import Path; from web.processes import only_one\n"
    "with only_one(Path(sys.argv[1])): print('held', flush=True); signal.pause()"
)


class NoDatabase:
    """In the place of the private mongod: it starts at once, and there is nothing in it."""

    name = "mongod"
    url = "mongodb://127.0.0.1:1/?replicaSet=none"

    def __init__(self, data_root: Path) -> None:
        self._ended = asyncio.Event()

    async def start(self) -> None:
        pass

    async def wait(self) -> int:
        await self._ended.wait()
        return 0

    async def stop(self) -> None:
        self._ended.set()


def test_a_second_server_on_the_same_data_is_refused_with_its_place(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(AlreadyRunning, match=str(tmp_path)), only_one(tmp_path):
        pass


def test_two_data_directories_can_be_served_at_the_same_time(tmp_path: Path) -> None:
    with only_one(tmp_path / "a"), only_one(tmp_path / "b"):
        assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}


def test_a_killed_server_leaves_nothing_that_a_human_must_remove(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning), only_one(tmp_path):
            pass
        holder.kill()

    with only_one(tmp_path):
        assert (tmp_path / "lanekeeper.lock").exists()


def test_nobody_else_on_the_machine_may_read_a_new_data_directory(tmp_path: Path) -> None:
    with only_one(tmp_path / "data"):
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_the_lock_is_given_back_at_the_end(tmp_path: Path) -> None:
    with only_one(tmp_path):
        pass

    with (tmp_path / "lanekeeper.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


async def no_announcement(url: str) -> None:
    raise AssertionError(f"nothing is ready, and yet {url} is announced")


def hanging_mongod(directory: Path) -> None:
    """A program on the path that takes the database's place, and never gets ready."""
    program = directory / "mongod"
    program.write_text(f"#!/bin/sh\necho $$ > {directory}/pid\nexec sleep 600\n")
    program.chmod(0o755)
    os.mkfifo(directory / "pid")


async def test_ctrl_c_is_heard_while_the_database_is_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging_mongod(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    stop = asyncio.Event()
    settings = Settings(data_dir=tmp_path / "data", mongodb_url=None)
    serving = asyncio.create_task(serve(settings, no_announcement, stop))
    pid = int(await asyncio.to_thread((tmp_path / "pid").read_text))

    stop.set()
    await asyncio.wait_for(serving, timeout=10)

    assert not psutil.pid_exists(pid)


async def test_a_database_that_could_lose_work_is_refused_before_anything_starts(
    tmp_path: Path,
) -> None:
    before = set(psutil.Process().children())
    careless = SecretStr("mongodb://127.0.0.1:1/?w=1")
    settings = Settings(data_dir=tmp_path, mongodb_url=careless)

    with pytest.raises(UnsafeDatabase, match="weaker write concern"):
        await serve(settings, no_announcement, asyncio.Event())

    assert set(psutil.Process().children()) <= before


async def test_a_failed_announcement_ends_the_server_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(url: str) -> None:
        raise UnsafeDatabase("It has gone.")

    before = set(psutil.Process().children())
    monkeypatch.setattr(processes, "EmbeddedMongo", NoDatabase)

    with pytest.raises(UnsafeDatabase, match="It has gone"):
        await serve(Settings(data_dir=tmp_path, mongodb_url=None), refuse, asyncio.Event())

    assert set(psutil.Process().children()) <= before


def test_all_is_stopped_within_ten_seconds_even_if_nothing_obeys() -> None:
    assert 2 * processes.STOP_TIMEOUT_S + embedded_mongo.STOP_TIMEOUT_S < 10
