"""The private mongod of `lanekeeper serve`: found, started, made writable, stopped."""

import asyncio
import hashlib
import os
import re
import shutil
import socket
import stat
import sysconfig
from pathlib import Path
from urllib.parse import quote

from domain.database import prepare_replica_set
from web.child import Child

SET_NAME = "lanekeeper"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 4.0
LEAST_FREE_BYTES = 256 * 1024 * 1024
IN_USE = 100
_EXIT_CODES = {
    62: "The database in {directory} was written by another version of MongoDB; start that version "
    "once, or use another data directory.",
    IN_USE: "mongod cannot use {directory}: is another Lanekeeper running on it? See {log}.",
    14: "mongod stopped with an error it cannot recover from. See {log}.",
}
"""mongod's exit code → a sentence for the operator (MongoDB manual, "Exit Codes and Statuses")."""

_NAMES_A_SOCKET = re.compile(r"[a-z0-9/._-]{1,107}")
"""107 bytes fit (unix(7)); drivers fold capitals in a host's name, and other marks end it."""


class EmbeddedMongoError(Exception):
    """The private mongod cannot run; the message says what to do."""


def find_mongod() -> Path | None:
    """The mongod on PATH, else the one of the `embedded` extra; None if there is neither."""
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    bundled = Path(sysconfig.get_path("purelib"), "fiftyone", "db", "bin", "mongod")
    return bundled if bundled.is_file() else None


class EmbeddedMongo:
    """One mongod over `data_root`/mongodb, a replica set of one on a private unix socket.

    It listens on no network, so that other users of the machine cannot reach it (09, T38).
    Data survives kill -9 (journal).
    """

    name = "mongod"

    def __init__(self, data_root: Path) -> None:
        self._home = data_root / "mongodb"
        self._log = self._home / "mongod.log"
        self._socket = socket_of(data_root)
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Where clients find it, once it is started."""
        return f"mongodb://{quote(str(self._socket), safe='')}/?replicaSet={SET_NAME}"

    async def start(self) -> None:
        """Start mongod and wait until it accepts writes; raises EmbeddedMongoError."""
        binary = find_mongod()
        if binary is None:
            raise EmbeddedMongoError(
                "There is no mongod on the PATH and LANEKEEPER_MONGODB_URL is not set: install "
                "the extra `embedded` (pip install 'lanekeeper[embedded]') or name a replica set."
            )
        self._make_room()
        self._child = Child(self._command(binary), is_silent=True)
        self._child.start()
        await self._wait_writable(self._child)

    async def wait(self) -> int:
        """Wait until mongod ends by itself; its exit code."""
        assert self._child is not None
        return await self._child.wait()

    async def stop(self) -> None:
        """Ask it to end, and end it if it does not within a few seconds."""
        if self._child is not None:
            await self._child.stop(STOP_TIMEOUT_S)

    def _make_room(self) -> None:
        for directory in (self._home, self._home / "db", self._socket.parent):
            _make_private(directory)
        free = shutil.disk_usage(self._home).free
        if free < LEAST_FREE_BYTES:
            mib = free // 1024**2
            raise EmbeddedMongoError(f"Only {mib} MiB are free on the disk of {self._home}.")
        if _is_listening(self._socket):  # a second mongod would take the socket before it fails
            raise EmbeddedMongoError(self._explain(IN_USE))

    def _command(self, binary: Path) -> list[str]:
        return [
            *(str(binary), "--dbpath", str(self._home / "db"), "--replSet", SET_NAME),
            *("--bind_ip", str(self._socket), "--nounixsocket"),  # no second one of that kind
            *("--logpath", str(self._log), "--logappend", "--wiredTigerCacheSizeGB", "0.5"),
            *("--networkMessageCompressors", "snappy,zstd", "--noscripting"),
            *("--setParameter", "transactionLifetimeLimitSeconds=10"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        ]

    async def _wait_writable(self, child: Child) -> None:
        """Until it takes writes; a mongod that ends meanwhile is explained by its exit code."""
        ended = asyncio.ensure_future(child.wait())
        ready = asyncio.ensure_future(
            prepare_replica_set(str(self._socket), SET_NAME, timeout_s=START_TIMEOUT_S)
        )
        await asyncio.wait((ended, ready), return_when=asyncio.FIRST_COMPLETED)
        try:
            if ended.done():
                raise EmbeddedMongoError(self._explain(ended.result()))
            ready.result()
        except TimeoutError as error:
            raise EmbeddedMongoError(f"mongod did not get ready. See {self._log}.") from error
        finally:
            for task in (ended, ready):
                task.cancel()
            await asyncio.gather(ended, ready, return_exceptions=True)

    def _explain(self, code: int) -> str:
        text = _EXIT_CODES.get(code, "mongod ended with code {code} while starting. See {log}.")
        return text.format(directory=self._home / "db", log=self._log, code=code)


def socket_of(data_root: Path) -> Path:
    """The socket of the mongod over `data_root`, in a directory that only its owner may enter.

    It lies with the data unless that path cannot name a socket; then below /tmp.
    """
    beside_data = data_root / "mongodb" / "mongod.sock"
    if _NAMES_A_SOCKET.fullmatch(str(beside_data)):
        return beside_data
    digest = hashlib.sha256(os.fsencode(data_root)).hexdigest()[:16]
    return Path("/tmp", f"lanekeeper-{os.getuid()}-{digest}", "mongod.sock")


def _make_private(directory: Path) -> None:
    """Make the directory if need be, and close it to others; refuses somebody else's."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise EmbeddedMongoError(f"{directory} is not a directory of yours; remove it.")
    directory.chmod(0o700)


def _is_listening(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
