"""One connection to a node with our agent at the other end, from its start until it is lost."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import asyncssh

from scheduler.executors.agent import READY
from scheduler.executors.base import LaneUnreachable
from scheduler.executors.sent_agent import NO_PYTHON, command, program
from scheduler.executors.ssh_connection import SshAccess, connect
from scheduler.executors.wire import line_of

READ_BYTES = 1 << 16
BEGIN_S = 20.0
"""An interpreter on a cold network disk may take its time."""
TOLD_CHARS = 300

Hear = Callable[[dict[str, Any]], None]
"""Takes what nobody waits for: {"changed": key}, {"said": key}, and answers that come too late."""


@dataclass(slots=True)
class Question:
    """What was asked and is not answered; `asked_at` is monotonic."""

    answer: asyncio.Future[Any]
    asked_at: float = field(default_factory=time.monotonic)


class NodeSession:
    """Questions and answers over one channel, so that sshd's limit of sessions is never met."""

    def __init__(
        self,
        access: SshAccess,
        connection: asyncssh.SSHClientConnection,
        process: "asyncssh.SSHClientProcess[bytes]",
    ) -> None:
        self._access = access
        self._connection = connection
        self._process = process
        self._rest = b""
        self._numbers = count(1)
        self._questions: dict[int, Question] = {}

    @classmethod
    async def open(cls, access: SshAccess) -> "NodeSession":
        """Connect and start the agent; raises LaneUnreachable."""
        connection = await connect(access)
        try:
            async with asyncio.timeout(BEGIN_S):
                process = await connection.create_process(command(), encoding=None)
                session = cls(access, connection, process)
                process.stdin.write(program())
                await session._until_ready()
        except (OSError, asyncssh.Error) as error:
            connection.abort()
            reason = str(error) or f"no answer within {BEGIN_S:g} seconds"
            raise LaneUnreachable(f"No agent starts on {access.host}: {reason}.") from error
        except BaseException:
            connection.abort()
            raise
        return session

    async def _until_ready(self) -> None:
        """Past all that the login shell may print."""
        while not (line := await self._line()).endswith(READY):
            if not line:
                raise LaneUnreachable(await self._why_it_ended())

    async def _why_it_ended(self) -> str:
        told = (await self._process.stderr.read(TOLD_CHARS)).decode(errors="replace").strip()
        await self._process.wait_closed()
        if self._process.exit_status == NO_PYTHON:
            return (
                f"{self._access.host} has no Python 3.11 or newer that {self._access.user} finds."
            )
        return f"No agent starts on {self._access.host}: {told or 'it ended at once'}."

    async def _line(self) -> bytes:
        """The next line with its end; empty at the end of the connection."""
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            block = await self._process.stdout.read(READ_BYTES)
            if not block:
                return b""
            parts.append(block)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line + b"\n"

    async def listen(self, hear: Hear) -> None:
        """Take in answers, and what nobody waits for, until the connection is lost."""
        try:
            while line := await self._line():
                said = json.loads(line)
                question = self._questions.pop(said["id"], None) if "id" in said else None
                if question is None or question.answer.done():
                    hear(said)
                else:
                    question.answer.set_result(said)
        except (OSError, ValueError, TypeError, AttributeError, asyncssh.Error):
            pass  # lost, or not our agent's words
        finally:
            self.close()

    async def ask(self, do: str, given: object) -> Any:
        """The agent's answer; raises LaneUnreachable, and when cancelled it stays unanswered."""
        number, answer = next(self._numbers), asyncio.get_running_loop().create_future()
        self._questions[number] = Question(answer)
        try:
            self._process.stdin.write(line_of({"id": number, "do": do, "with": given}))
        except (OSError, asyncssh.Error) as error:
            raise LaneUnreachable(f"The connection to {self._access.host} is lost.") from error
        said = await answer
        if "gives" not in said:
            raise LaneUnreachable(f"{self._access.host} could not answer: {said.get('fails')}")
        return said["gives"]

    @property
    def silent_s(self) -> float:
        """For how long somebody who has given up has not been answered; 0 if there is nobody."""
        given_up = [q.asked_at for q in self._questions.values() if q.answer.done()]
        return time.monotonic() - min(given_up) if given_up else 0.0

    def close(self) -> None:
        """Hang up; who waits is told that the connection is lost."""
        self._connection.abort()
        for question in self._questions.values():
            if not question.answer.done():
                lost = LaneUnreachable(f"The connection to {self._access.host} is lost.")
                question.answer.set_exception(lost)
        self._questions.clear()
