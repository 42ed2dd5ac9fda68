"""A bench for attempts on a machine that is reached over SSH: this one, through a real sshd."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from scheduler.executors.base import AttemptRef, LaneUnreachable, Launch, Sighting, StartResult
from scheduler.executors.local import LocalExecutor
from scheduler.executors.ssh import SshExecutor
from tests.lanes.node import TIMEOUT_S, Node
from tests.lanes.sshd import Sshd, all_processes, parent_of


class FarNode(Node):
    """Like Node; what it waits for may come after a time without any answer."""

    def __init__(self, root: Path, sshd: Sshd) -> None:
        self.sshd = sshd
        self.far = SshExecutor(sshd.access())
        super().__init__(root, self.far)

    async def try_start(self, launch: Launch) -> StartResult:
        """In a directory that the server has made."""
        launch.directory.mkdir(parents=True, exist_ok=True)
        return await super().try_start(launch)

    async def until(self, attempt: AttemptRef, is_enough: Callable[[Sighting], bool]) -> Sighting:
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                self._woken.clear()
                seen = await self.look_if_possible(attempt)
                if seen is not None and is_enough(seen):
                    return seen
                await self._woken.wait()

    async def look_if_possible(self, attempt: AttemptRef) -> Sighting | None:
        try:
            return await self.look(attempt)
        except LaneUnreachable:
            return None

    def agents(self) -> list[int]:
        """The processes that answer us: children of sessions of our sshd, and of nobody else's."""
        mark = f"127.0.0.1 {self.sshd.port}\0".encode()
        return [
            pid
            for pid in all_processes()
            if mark in read_of_process(pid, "environ")
            and b"f.readline()" in read_of_process(pid, "cmdline")
        ]

    def agent(self) -> int:
        """The one that is not the shell around it."""
        found = self.agents()
        (agent,) = (pid for pid in found if not any(parent_of(other) == pid for other in found))
        return agent

    async def clean_up(self) -> None:
        """From here: the machine may not answer any more."""
        await self.far.close()
        self.executor = LocalExecutor()
        self.executor.listen(on_change=self._changed, on_messages=self._said)
        await super().clean_up()


def read_of_process(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
