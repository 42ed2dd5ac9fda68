"""The private mongod of `lanekeeper serve`: found, started, made writable, stopped."""

import asyncio
import contextlib
import shutil
import socket
import sysconfig
from pathlib import Path

from domain.database import prepare_replica_set
from web.child import Child

SET_NAME = "lanekeeper"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 6.0
LEAST_FREE_BYTES = 256 * 1024 * 1024
_EXIT_CODES = {
    62: "The database in {directory} was written by another version of MongoDB; start that version "
    "once, or use another data directory.",
    100: "mongod cannot use {directory}: is another Lanekeeper running on it? See {log}.",
    14: "mongod stopped with an error it cannot recover from. See {log}.",
}
"""mongod's exit code → a sentence for the operator (MongoDB manual, "Exit Codes and Statuses")."""


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
    """One mongod over `data_root`/mongodb, a replica set of one on a loopback port.

    The port is chosen once and kept, since the set knows its member by it; if another program
    has taken it, a new one is chosen and the set is told. Data survives kill -9 (journal).
    """

    name = "mongod"

    def __init__(self, data_root: Path) -> None:
        self._home = data_root / "mongodb"
        self._log = self._home / "mongod.log"
        self._port = 0
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Where clients find it, once it is started."""
        return f"mongodb://127.0.0.1:{self._port}/?replicaSet={SET_NAME}"

    async def start(self) -> None:
        """Start mongod and wait until it accepts writes; raises EmbeddedMongoError."""
        binary = find_mongod()
        if binary is None:
            raise EmbeddedMongoError(
                "There is no mongod on the PATH and LANEKEEPER_MONGODB_URL is not set: install "
                "the extra `embedded` (pip install 'lanekeeper[embedded]') or name a replica set."
            )
        (self._home / "db").mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(self._home).free
        if free < LEAST_FREE_BYTES:
            mib = free // 1024**2
            raise EmbeddedMongoError(f"Only {mib} MiB are free on the disk of {self._home}.")
        self._port = self._port or self._choose_port()
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

    def _command(self, binary: Path) -> list[str]:
        return [
            *(str(binary), "--dbpath", str(self._home / "db"), "--replSet", SET_NAME),
            *("--bind_ip", "127.0.0.1", "--port", str(self._port), "--nounixsocket"),
            *("--logpath", str(self._log), "--logappend", "--wiredTigerCacheSizeGB", "0.5"),
            *("--networkMessageCompressors", "snappy,zstd", "--noscripting"),
            *("--setParameter", "transactionLifetimeLimitSeconds=10"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        ]

    async def _wait_writable(self, child: Child) -> None:
        """Until it takes writes; a mongod that ends meanwhile is explained by its exit code."""
        ended = asyncio.ensure_future(child.wait())
        ready = asyncio.ensure_future(
            prepare_replica_set(self._port, SET_NAME, timeout_s=START_TIMEOUT_S)
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

    def _choose_port(self) -> int:
        kept = self._home / "port"
        with contextlib.suppress(OSError, ValueError):
            port = int(kept.read_text())
            if _is_free(port):
                return port
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            chosen: int = probe.getsockname()[1]
        kept.write_text(str(chosen))
        return chosen


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as mongod does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
