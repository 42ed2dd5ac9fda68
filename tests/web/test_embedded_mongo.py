"""The private mongod: first start, crashes, strangers on its port; on the real program."""

import os
import signal
import socketserver
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from domain.database import connect
from web.embedded_mongo import EmbeddedMongo, EmbeddedMongoError, find_mongod

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


class Stranger(socketserver.TCPServer):
    allow_reuse_address = True


@contextmanager
def stranger_on(port: int) -> Iterator[None]:
    """Another program that listens on `port`, and hangs up on whoever calls."""
    with Stranger(("127.0.0.1", port), socketserver.BaseRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


async def write(mongo: EmbeddedMongo, text: str) -> None:
    async with connect(mongo.url, "test", []) as database:
        await database["notes"].insert_one({"text": text})


async def texts(mongo: EmbeddedMongo) -> list[str]:
    async with connect(mongo.url, "test", []) as database:
        return [row["text"] async for row in database["notes"].find().sort("text", 1)]


def pid_of(data_root: Path) -> int:
    return int((data_root / "mongodb" / "db" / "mongod.lock").read_text())


def port_of(mongo: EmbeddedMongo) -> int:
    return int(mongo.url.split(":")[2].split("/")[0])


async def test_the_first_start_takes_durable_writes(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        await write(mongo, "first")

        assert await texts(mongo) == ["first"]
        assert (tmp_path / "mongodb" / "db").stat().st_mode & 0o077 == 0


async def test_a_second_start_finds_the_data_and_its_port(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        await write(mongo, "first")
        port = port_of(mongo)

    async with running(tmp_path) as again:
        assert await texts(again) == ["first"]
        assert port_of(again) == port


async def test_after_kill_9_it_starts_without_a_human(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        await write(mongo, "acknowledged")
        os.kill(pid_of(tmp_path), signal.SIGKILL)
        assert await mongo.wait() == -signal.SIGKILL
        assert (tmp_path / "mongodb" / "db" / "mongod.lock").read_text() != ""  # a stale lock

        await mongo.start()

        assert await texts(mongo) == ["acknowledged"]


async def test_a_stranger_on_its_port_makes_it_choose_another_and_keep_its_data(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as mongo:
        await write(mongo, "first")
        taken = port_of(mongo)

    with stranger_on(taken):
        async with running(tmp_path) as moved:
            assert port_of(moved) != taken
            assert await texts(moved) == ["first"]
            kept = port_of(moved)

    async with running(tmp_path) as again:
        assert port_of(again) == kept


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


async def test_only_programs_on_this_machine_can_reach_it(tmp_path: Path) -> None:
    async with running(tmp_path) as mongo:
        async with connect(mongo.url, "test", []) as database:
            answer = await database.client.admin.command("getCmdLineOpts")

        assert answer["parsed"]["net"]["bindIp"] == "127.0.0.1"
        assert answer["parsed"]["net"]["compression"]["compressors"] == "snappy,zstd"
        assert answer["parsed"]["security"]["javascriptEnabled"] is False
