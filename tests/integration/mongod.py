"""A real mongod of the tests' own: a single-node replica set on loopback, ended by its pid."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

_START_TIMEOUT_S = 30.0


def mongod_binary() -> str | None:
    """The mongod on the path, else the one of the `embedded` extra; None if there is neither."""
    wheel = Path(sys.prefix, "lib", f"python3.{sys.version_info.minor}", "site-packages")
    bundled = wheel / "fiftyone" / "db" / "bin" / "mongod"
    return shutil.which("mongod") or (str(bundled) if bundled.exists() else None)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Mongod:
    """One mongod over `directory`; `options` are further arguments of its command line."""

    def __init__(self, binary: str, directory: Path, *options: str) -> None:
        self._directory = directory
        self.port = free_port()
        self.url = f"mongodb://127.0.0.1:{self.port}/?replicaSet=test"
        self._command = [
            *(binary, "--dbpath", str(directory), "--port", str(self.port)),
            *("--bind_ip", "127.0.0.1", "--replSet", "test", "--noscripting", "--quiet"),
            *("--wiredTigerCacheSizeGB", "0.25", "--networkMessageCompressors", "snappy"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false", *options),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it accepts writes; also again after `kill9`."""
        with (self._directory / "mongod.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        direct = f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
        with MongoClient[dict[str, Any]](direct, serverSelectionTimeoutMS=1000) as client:
            self._wait_writable(client)

    def _wait_writable(self, client: MongoClient[dict[str, Any]]) -> None:
        give_up_at = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < give_up_at:
            try:
                if self._hello(client):
                    return
            except PyMongoError:
                pass
            time.sleep(0.02)
        raise TimeoutError(f"mongod is not up after {_START_TIMEOUT_S} s; see its log")

    def _hello(self, client: MongoClient[dict[str, Any]]) -> bool:
        hello = client.admin.command("hello")
        if "setName" in hello:
            return bool(hello["isWritablePrimary"])
        member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
        try:
            client.admin.command("replSetInitiate", {"_id": "test", "members": [member]})
        except OperationFailure as error:
            if error.code != 23:  # AlreadyInitialized: it is, but does not say so yet
                raise
        return False

    def empty(self, name: str) -> None:
        """Delete every document of database `name`; its indexes, half a second's work, stay."""
        with MongoClient[dict[str, Any]](self.url) as client:
            for collection in client[name].list_collection_names():
                client[name][collection].delete_many({})

    def kill9(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Crash it and start it again over the same files."""
        self.kill9()
        self.start()


@contextmanager
def running_mongod(binary: str, directory: Path, *options: str) -> Iterator[Mongod]:
    """A started mongod, gone at the end; nothing it holds is worth a clean shutdown."""
    mongod = Mongod(binary, directory, *options)
    try:
        mongod.start()
        yield mongod
    finally:
        mongod.kill9()
