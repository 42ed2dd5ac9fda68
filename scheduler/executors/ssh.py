"""Runs attempts on a machine that is reached over SSH and shares the projects' file system.

The machine's own LocalExecutor does the work there; we ask it over one connection, and it tells
when something changes. Without a connection the files of an attempt still tell of its end.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

from scheduler.executors import attempt_files
from scheduler.executors.base import (
    AttemptRef,
    Doubt,
    LaneReport,
    LaneUnreachable,
    Launch,
    Observation,
    Sighting,
    Started,
    StartResult,
    Wake,
)
from scheduler.executors.local import FINAL, look_at_final, make_tombstone
from scheduler.executors.node_link import NodeLink
from scheduler.executors.programs import Wanted
from scheduler.executors.ssh_connection import SshAccess
from scheduler.executors.wire import plain, read_as, read_start

SOON_S = 2.0
"""For how long whoever follows attempts waits for a node; a later answer wakes it."""
START_S = 20.0
SWEEP_S = 5.0
CHECK_S = 15.0
AGAIN_S = 0.1
MARKER_PREFIX = ".seen-by-nodes-"
"""Of the file by which a node tells whether it sees the server's disk."""

T = TypeVar("T")


class SshExecutor:
    """The executor of one node; see the protocol `Executor`."""

    starts_at_once = 4

    def __init__(self, access: SshAccess) -> None:
        self._on_change: Wake = _nobody
        self._on_messages: Wake = _nobody
        self._followed: dict[str, AttemptRef] = {}
        self._return: asyncio.Task[None] | None = None
        self._link = NodeLink(
            access, hear=self._hear, on_loss=self._begin_return, on_return=self._wake_all
        )

    def listen(self, *, on_change: Wake, on_messages: Wake) -> None:
        """Within a round trip of what happens on the node; and of all after a silence."""
        self._on_change, self._on_messages = on_change, on_messages

    async def check(self, directory: Path) -> LaneReport:
        """Look at the node, and whether it sees `directory` as we do."""
        try:
            with await asyncio.to_thread(make_marker, directory) as marker:
                names = {"directory": str(directory), "marker": Path(marker.name).name}
                given = {**names, "python": sys.executable}
                told = await self._link.ask("check", given, patience_s=CHECK_S, at_once=True)
        except OSError as error:
            reason = f"Here jobs cannot be written to {directory}: {error.strerror}."
            raise LaneUnreachable(reason) from error
        return _understood(LaneReport, told)

    async def lacking(self, wanted: Wanted) -> Mapping[str, str]:
        """Ask the node, in whose PATH programs are looked for."""
        asked = {key: plain(programs) for key, programs in wanted.items()}
        told = await self._link.ask("lacking", asked, patience_s=CHECK_S)
        return {str(key): str(name) for key, name in dict(told).items()}

    async def start(self, launch: Launch) -> StartResult:
        """Hand the attempt to the node; without an answer its start is forbidden."""
        self._followed[launch.key] = _ref(launch)
        try:
            told = await self._link.ask("start", plain(launch), patience_s=START_S)
            return read_start(told)
        except (LaneUnreachable, KeyError, TypeError, AttributeError) as silence:
            return await self._settle_start(launch, f"No answer to its start: {silence}")

    async def _settle_start(self, launch: Launch, reason: str) -> StartResult:
        """Whether it began is decided by who makes the claim, on the disk that is shared."""
        try:
            is_void = await asyncio.to_thread(make_tombstone, launch, reason)
        except OSError:
            return Doubt(reason)
        return Doubt(reason) if is_void else Started()

    async def observe(self, attempts: Sequence[AttemptRef]) -> Observation:
        """Ask the node about all of them; while it is silent, those whose end is on disk."""
        for attempt in attempts:
            self._followed[attempt.key] = attempt
        try:
            asked = [plain(_ref(attempt)) for attempt in attempts]
            told = await self._link.ask("observe", asked, patience_s=SOON_S)
            seen = {key: _understood(Sighting, sighting) for key, sighting in dict(told).items()}
        except LaneUnreachable:
            seen = await asyncio.to_thread(find_ends, attempts)
            if not seen:
                raise
        for key, sighting in seen.items():
            if sighting.state in FINAL:
                self._followed.pop(key, None)
        return seen

    async def stop(self, attempt: AttemptRef) -> None:
        """Leave the cancel file on the shared disk, and have the supervisor signalled.

        The file alone ends the run within seconds, also on a node that does not answer.
        """
        is_left = await asyncio.to_thread(leave_cancel, attempt)
        try:
            await self._link.ask("stop", plain(_ref(attempt)), patience_s=SOON_S)
        except LaneUnreachable:
            if not is_left:
                raise

    async def forbid(self, attempt: AttemptRef, reason: str) -> bool:
        """Make the claim ourselves; the disk is the same on both sides."""
        try:
            return await asyncio.to_thread(make_tombstone, attempt, reason)
        except OSError as error:
            raise LaneUnreachable(f"Cannot forbid {attempt.key}: {error}") from error

    async def sweep(self, attempt: AttemptRef) -> int:
        """Kill by the mark JOB_ATTEMPT, on the node."""
        left = await self._link.ask("sweep", plain(_ref(attempt)), patience_s=SWEEP_S)
        return int(left)

    async def close(self) -> None:
        """Hang up; attempts run on."""
        if self._return is not None:
            self._return.cancel()
        await self._link.close()

    def _hear(self, said: Mapping[str, Any]) -> None:
        for word, wake in (("changed", self._on_change), ("said", self._on_messages)):
            if said.get(word) in self._followed:
                wake(said[word])

    def _wake_all(self) -> None:
        """Much may have changed meanwhile; and the agent is to watch them again."""
        for key in list(self._followed):
            self._on_change(key)

    def _begin_return(self) -> None:
        if self._followed and (self._return is None or self._return.done()):
            self._return = asyncio.create_task(self._come_back())

    async def _come_back(self) -> None:
        """Connect again, as long as something runs there that we are to be told of."""
        while self._followed:
            try:
                await self._link.ask("greet", patience_s=CHECK_S)
            except LaneUnreachable:
                await asyncio.sleep(max(self._link.rest_s, AGAIN_S))
            else:
                return


def make_marker(directory: Path) -> IO[bytes]:
    """An empty file that is deleted when it is closed; before the first project there is no place.

    Raises OSError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=directory, prefix=MARKER_PREFIX)


def leave_cancel(attempt: AttemptRef) -> bool:
    """Whether the cancel file is where the supervisor looks for it."""
    try:
        (attempt.directory / attempt_files.CANCEL).touch()
    except OSError:  # its login may own the directory, or the disk be full: the node is asked
        return False
    return True


def find_ends(attempts: Sequence[AttemptRef]) -> dict[str, Sighting]:
    """Those of which the shared disk proves that they have ended, or never begin."""
    seen: dict[str, Sighting] = {}
    for attempt in attempts:
        try:
            sighting = look_at_final(attempt)
        except OSError:
            continue
        if sighting is not None:
            seen[attempt.key] = sighting
    return seen


def _ref(attempt: AttemptRef) -> AttemptRef:
    """Without what a launch has besides."""
    return AttemptRef(key=attempt.key, token=attempt.token, directory=attempt.directory)


def _understood(kind: type[T], told: Any) -> T:
    try:
        return read_as(kind, told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LaneUnreachable(f"The node's answer makes no sense: {error!r}") from error


def _nobody(_key: str) -> None:
    """Until `listen` is called."""
