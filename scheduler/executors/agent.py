"""What runs on a node while we are connected: its own LocalExecutor, asked over stdin.

A question is one line, {"id", "do", "with"}; an answer {"id", "gives"} or {"id", "fails"}. Between
them come {"changed": key} and {"said": key}. It ends with its stdin; attempts run on.
"""

import asyncio
import inspect
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scheduler import supervise
from scheduler.executors.base import AttemptRef, LaneReport, LaneUnreachable, Launch, Refused
from scheduler.executors.local import LocalExecutor
from scheduler.executors.programs import Programs
from scheduler.executors.wire import line_of, plain, plain_start, read_as

READY = b"lanekeeper agent ready\n"
LONGEST_LINE = 1 << 26
APPEARS_S, LOOK_EVERY_S = 2.0, 0.2
"""How late a new directory may be seen over a network file system."""

Asked = Any  # JSON, read into a type by whoever answers
Answer = Callable[[Asked], Awaitable[Any]]


class Agent:
    """Answers questions one beside the other; `tell` takes a line."""

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        self._tell = tell
        self._executor = LocalExecutor(leave_supervisor)
        self._answers: Mapping[str, Answer] = {
            "greet": self._greet,
            "check": self._check,
            "lacking": self._lacking,
            "start": self._start,
            "observe": self._observe,
            "stop": self._stop,
            "forbid": self._forbid,
            "sweep": self._sweep,
        }
        self._executor.listen(
            on_change=lambda key: tell(line_of({"changed": key})),
            on_messages=lambda key: tell(line_of({"said": key})),
        )

    async def answer(self, line: bytes) -> None:
        """Answer the question; whatever goes wrong is an answer too."""
        question = json.loads(line)
        try:
            gives = await self._answers[question["do"]](question["with"])
        except LaneUnreachable as error:
            self._tell(line_of({"id": question["id"], "fails": str(error)}))
        except Exception as error:  # noqa: BLE001 - told, and judged by who asked
            self._tell(line_of({"id": question["id"], "fails": f"{type(error).__name__}: {error}"}))
        else:
            self._tell(line_of({"id": question["id"], "gives": gives}))

    async def _greet(self, _asked: Asked) -> Any:
        return os.uname().nodename

    async def _check(self, asked: Asked) -> Any:
        directory, marker, python = Path(asked["directory"]), asked["marker"], asked["python"]
        report = await self._executor.check(directory)
        problems = [*report.problems, *await asyncio.to_thread(lacks, directory, marker, python)]
        sees_projects = await asyncio.to_thread((directory / marker).exists)
        checked: LaneReport = replace(
            report,
            problems=tuple(problems),
            takes_jobs=report.takes_jobs and sees_projects,
        )
        return plain(checked)

    async def _lacking(self, asked: Asked) -> Any:
        wanted = {key: read_as(Programs, programs) for key, programs in asked.items()}
        return await self._executor.lacking(wanted)

    async def _start(self, asked: Asked) -> Any:
        launch = read_as(Launch, asked)
        if not await appears(launch.directory):
            reason = f"{launch.directory} is not there on {os.uname().nodename}: it must be shared."
            return plain_start(Refused(reason))
        return plain_start(await self._executor.start(launch))

    async def _observe(self, asked: Asked) -> Any:
        seen = await self._executor.observe([read_as(AttemptRef, each) for each in asked])
        return {key: plain(sighting) for key, sighting in seen.items()}

    async def _stop(self, asked: Asked) -> Any:
        await self._executor.stop(read_as(AttemptRef, asked))

    async def _forbid(self, asked: Asked) -> Any:
        attempt = read_as(AttemptRef, asked["attempt"])
        return await self._executor.forbid(attempt, asked["reason"])

    async def _sweep(self, asked: Asked) -> Any:
        return await self._executor.sweep(read_as(AttemptRef, asked))


def leave_supervisor(launch: Launch) -> Path:
    """The supervisor beside the attempt's other files: Lanekeeper need not be installed here."""
    path = launch.directory / "supervise.py"
    path.write_text(inspect.getsource(supervise))
    return path


async def appears(directory: Path) -> bool:
    """Whether the directory, which we never make ourselves, is there within a moment."""
    for _ in range(int(APPEARS_S / LOOK_EVERY_S)):
        if await asyncio.to_thread(os.path.isdir, directory):
            return True
        await asyncio.sleep(LOOK_EVERY_S)
    return False


def lacks(directory: Path, marker: str, python: str) -> list[str]:
    """What jobs of the server would miss here; `marker` is a file that it has just made."""
    problems = []
    if not os.path.exists(os.path.join(directory, marker)):
        problems.append(f"{directory} is not the server's: the projects must be shared.")
    if not os.access(python, os.X_OK):
        problems.append(f"{python} is not there: the built-in job types need it.")
    return problems


async def serve() -> None:
    """Answer what comes on stdin until it ends."""
    loop = asyncio.get_running_loop()
    questions = asyncio.StreamReader(limit=LONGEST_LINE)
    source = os.fdopen(0, "rb", buffering=0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(questions), source)
    sink = os.fdopen(1, "wb", buffering=0)
    answers, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, sink)
    agent, under_way = Agent(answers.write), set()
    answers.write(READY)
    while line := await questions.readline():
        task = asyncio.create_task(agent.answer(line))
        under_way.add(task)
        task.add_done_callback(under_way.discard)


def main() -> None:
    """Serve; then go at once, though a disk may hold a thread of ours."""
    os.chdir("/")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        asyncio.run(serve())
    finally:
        os._exit(0)
