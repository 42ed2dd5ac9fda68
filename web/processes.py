"""The supervisor of `lanekeeper serve`: mongod, API and scheduler, in order, stopped in reverse."""

import asyncio
import fcntl
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from domain.database import connect
from domain.settings import Settings
from web.child import Child
from web.embedded_mongo import EmbeddedMongo

log = logging.getLogger(__name__)
Announce = Callable[[str], Coroutine[None, None, None]]
STOP_TIMEOUT_S = 2.5
"""For the API and for the scheduler; with mongod's, all is stopped within ten seconds."""
PAUSES_S = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Before a part that died is started again; the last one repeats."""
SETTLED_S = 60.0
"""A part that has lived so long begins with the first pause again."""


class AlreadyRunning(Exception):
    """Another `lanekeeper serve` has the data directory."""


@contextmanager
def only_one(data_root: Path) -> Iterator[None]:
    """Hold the data directory; raises AlreadyRunning. The kernel frees it however we end."""
    data_root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data_root / "lanekeeper.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"Another Lanekeeper is running on {data_root}.") from error
        yield


class Part(Protocol):
    """What the supervisor keeps alive."""

    name: str

    async def start(self) -> None:
        """Start it; it may be started again after it has ended."""

    async def wait(self) -> int:
        """Wait until it ends; its exit code."""

    async def stop(self) -> None:
        """End it within a few seconds."""


class Command:
    """A command of ours, run as a child process: `api` or `scheduler`."""

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self._child = Child([sys.executable, "-m", "web.cli.main", name], environment)

    async def start(self) -> None:
        """Start it."""
        self._child.start()

    async def wait(self) -> int:
        """Wait until it ends; its exit code."""
        return await self._child.wait()

    async def stop(self) -> None:
        """End it within STOP_TIMEOUT_S."""
        await self._child.stop(STOP_TIMEOUT_S)


async def serve(settings: Settings, announce: Announce, stop: asyncio.Event) -> None:
    """Run everything until `stop` is set; `announce` gets the database's url once all is started.

    A part that dies is started again. Jobs are nobody's children here: they run on.
    Raises AlreadyRunning, EmbeddedMongoError or UnsafeDatabase.
    """
    with only_one(settings.data_root):
        async with AsyncExitStack() as stack:
            await _unless(stop, _start_all(settings, announce, stack))
            await stop.wait()


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do the work; it is broken off, at whatever point, once `stop` is set."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        await _end(stopping)
        await _end(working)


async def _start_all(settings: Settings, announce: Announce, stack: AsyncExitStack) -> None:
    url = await _database(settings, stack)
    environment = {**os.environ, **_environment(settings, url)}
    for name in ("api", "scheduler"):
        await _keep(Command(name, environment), stack)
    await announce(url)


async def _database(settings: Settings, stack: AsyncExitStack) -> str:
    if settings.mongodb_url is None:
        mongo = EmbeddedMongo(settings.data_root)
        await _keep(mongo, stack)
        return mongo.url
    url = settings.mongodb_url.get_secret_value()
    async with connect(url, settings.database, []):
        return url  # it is one that we may use, or this has raised


def _environment(settings: Settings, url: str) -> dict[str, str]:
    """The settings of this process, for its children to read as their own."""
    known = {
        "DATA_DIR": str(settings.data_root),
        "MONGODB_URL": url,
        "HOST": settings.host,
        "PORT": str(settings.port),
    }
    return {f"LANEKEEPER_{name}": value for name, value in known.items()}


async def _keep(part: Part, stack: AsyncExitStack) -> None:
    """Start `part`, start it again whenever it dies, stop it when the stack unwinds."""
    stack.push_async_callback(part.stop)
    await part.start()
    keeper = asyncio.create_task(_start_again(part), name=f"keeper of {part.name}")
    stack.push_async_callback(_end, keeper)


async def _start_again(part: Part) -> None:
    deaths = 0
    while True:
        began = asyncio.get_running_loop().time()
        code = await part.wait()
        log.warning(
            "%s ended with code %d; it is started again.", part.name, code, extra={"action": "died"}
        )
        has_settled = asyncio.get_running_loop().time() - began > SETTLED_S
        deaths = 0 if has_settled else deaths
        await asyncio.sleep(PAUSES_S[min(deaths, len(PAUSES_S) - 1)])
        deaths += 1
        try:
            await part.start()
        except Exception:  # a full disk, say: try again later
            log.exception("%s could not be started.", part.name, extra={"action": "start_failed"})


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):  # who waited for it has been told
        await task
