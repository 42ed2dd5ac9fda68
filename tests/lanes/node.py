"""A bench for attempts on this machine: launch, wait for what was seen, and leave nothing alive."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scheduler.executors.base import (
    AttemptRef,
    Executor,
    ExitResult,
    Launch,
    Sighting,
    SightingState,
    StartResult,
)
from scheduler.executors.directory_watch import DirectoryWatch
from scheduler.executors.local import INTERPRETER, SUPERVISOR, LocalExecutor
from scheduler.supervise import process_stat

TIMEOUT_S = 20.0


def is_gone(pid: int) -> bool:
    """No such process, or a zombie."""
    stat = process_stat(pid)
    return stat is None or stat.state == "Z"


def shell(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script)


async def file_written(
    directory: Path, name: str, is_enough: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Wait by inotify until the JSON file `name` satisfies `is_enough`."""
    written = asyncio.Event()
    watch = DirectoryWatch(lambda _directory, _name: written.set())
    watch.add(directory)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                path = directory / name
                record = json.loads(path.read_text()) if path.exists() else None
                if record is not None and is_enough(record):
                    return dict(record)
                await written.wait()
                written.clear()
    finally:
        watch.close()


class Node:
    """One executor. Waiting relies on its wakes alone, so every wait tests them too."""

    def __init__(self, root: Path, executor: Executor | None = None) -> None:
        self.root = root
        self.executor = executor or LocalExecutor()
        self.changes: Counter[str] = Counter()
        self.messages: Counter[str] = Counter()
        self._woken = asyncio.Event()
        self._launched: list[AttemptRef] = []
        self.executor.listen(on_change=self._changed, on_messages=self._said)

    def _changed(self, key: str) -> None:
        self.changes[key] += 1
        self._woken.set()

    def _said(self, key: str) -> None:
        self.messages[key] += 1
        self._woken.set()

    def launch(self, argv: tuple[str, ...], number: int = 1, **changes: Any) -> Launch:
        """A launch in a directory of its own; the program's working directory is that one."""
        directory = changes.get("directory", self.root / "J1" / "run" / str(number))
        token = f"P1-J1#{number}-{os.urandom(4).hex()}"
        fields: dict[str, Any] = {
            "key": f"P1-J1#{number}",
            "token": token,
            "directory": directory,
            "argv": argv,
            "cwd": directory,
            "log": directory / "job.log",
            "grace_s": 0.3,
            "time_limit_s": 60.0,  # or a test run that is killed leaves its programs behind
        }
        launch = Launch(**{**fields, **changes})
        self._launched.append(launch)
        return launch

    async def start(self, argv: tuple[str, ...], number: int = 1, **changes: Any) -> Launch:
        launch = self.launch(argv, number, **changes)
        await self.try_start(launch)
        return launch

    async def try_start(self, launch: Launch) -> StartResult:
        return await self.executor.start(launch)

    async def look(self, attempt: AttemptRef) -> Sighting:
        return (await self.executor.observe([attempt]))[attempt.key]

    async def until(self, attempt: AttemptRef, is_enough: Callable[[Sighting], bool]) -> Sighting:
        """Look whenever woken, until the sighting satisfies `is_enough`."""
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                self._woken.clear()
                seen = await self.look(attempt)
                if is_enough(seen):
                    return seen
                await self._woken.wait()

    async def until_running(self, attempt: AttemptRef) -> Sighting:
        return await self.until(attempt, lambda seen: seen.running_at is not None)

    async def end_of(self, attempt: AttemptRef) -> ExitResult:
        seen = await self.until(attempt, lambda seen: seen.state is SightingState.ENDED)
        assert seen.exit is not None
        return seen.exit

    async def said(self, attempt: AttemptRef, count: int = 1) -> list[str]:
        """The lines that the program has written to its messages, once there are `count`."""
        path = attempt.directory / "messages.jsonl"
        await self.until(attempt, lambda _: path.exists() and path.read_text().count("\n") >= count)
        return path.read_text().split()

    async def clean_up(self) -> None:
        """End everything that was launched here."""
        for attempt in self._launched:
            await self._clean_up_attempt(attempt)
        await self.executor.close()

    async def _clean_up_attempt(self, attempt: AttemptRef) -> None:
        seen = (await self.executor.observe([attempt])).get(attempt.key)
        if seen is not None and seen.state is SightingState.RUNNING:
            await self.executor.stop(attempt)
            await self.until(attempt, lambda seen: seen.state is not SightingState.RUNNING)
        await self.executor.sweep(attempt)


async def supervise(spec: Path) -> int:
    """Run the supervisor as a cluster's script would; its exit status."""
    command = (INTERPRETER, "-I", "-S", str(SUPERVISOR), str(spec))
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
    return await asyncio.wait_for(process.wait(), TIMEOUT_S)
