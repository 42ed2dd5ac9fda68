"""The supervisor of `lanekeeper serve`: mongod, API and scheduler, in order, stopped in reverse."""

import asyncio
import fcntl
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from typing import Protocol

from domain.settings import Settings
from web.child import Child
from web.embedded_mongo import EmbeddedMongo

log = logging.getLogger(__name__)
Announce = Callable[[str], Coroutine[None, None, None]]
STOP_TIMEOUT_S = 4.0
"""For the API and for the scheduler; with mongod's, all is stopped within ten seconds."""
PAUSES_S = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Before a child that died is started again; the last one repeats."""


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
    Raises AlreadyRunning or EmbeddedMongoError.
    """
    with only_one(settings.data_root):
        async with AsyncExitStack() as stack:
            url = await _database(settings, stack)
            environment = {**os.environ, **_environment(settings, url)}
            for name in ("api", "scheduler"):
                await _keep(Command(name, environment), stack)
            announcing = asyncio.create_task(announce(url))
            stack.callback(announcing.cancel)
            await stop.wait()


async def _database(settings: Settings, stack: AsyncExitStack) -> str:
    if settings.mongodb_url is not None:
        return settings.mongodb_url.get_secret_value()
    mongo = EmbeddedMongo(settings.data_root)
    await _keep(mongo, stack)
    return mongo.url


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
    await part.start()
    stack.push_async_callback(part.stop)
    keeper = asyncio.create_task(_start_again(part), name=f"keeper of {part.name}")
    stack.push_async_callback(_end, keeper)


async def _start_again(part: Part) -> None:
    for pause_s in chain(PAUSES_S, repeat(PAUSES_S[-1])):
        code = await part.wait()
        log.warning(
            "%s ended with code %d; it is started again.", part.name, code, extra={"action": "died"}
        )
        await asyncio.sleep(pause_s)
        try:
            await part.start()
        except Exception:  # a full disk, say: try again later
            log.exception("%s could not be started.", part.name, extra={"action": "start_failed"})


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
