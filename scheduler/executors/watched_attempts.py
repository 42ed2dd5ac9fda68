"""The attempts of this machine that somebody waits for: their processes and their directories."""

import asyncio
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scheduler.executors.attempt_files import CLAIM, EXIT, RUNNING
from scheduler.executors.base import AttemptRef, Wake
from scheduler.executors.directory_watch import DirectoryWatch

TELLING_FILES = ("", CLAIM, RUNNING, EXIT)


def is_message_file(name: str) -> bool:
    """messages.jsonl, or messages.<writer>.jsonl."""
    return name.startswith("messages.") and name.endswith(".jsonl")


@dataclass(slots=True)
class Watched:
    """One attempt. `starter`: the supervisor as our child; `pidfd`: None when it has ended."""

    attempt: AttemptRef
    starter: "subprocess.Popen[bytes] | None" = None
    pidfd: int | None = None
    is_wanted: bool = True


class WatchedAttempts:
    """Wakes by pidfd and by DirectoryWatch; nothing polls a running job."""

    def __init__(self) -> None:
        self.on_change: Wake = _nobody
        self.on_messages: Wake = _nobody
        self._by_key: dict[str, Watched] = {}
        self._keys: dict[Path, str] = {}
        self._directories = DirectoryWatch(self._hear_file)

    def add(self, attempt: AttemptRef) -> Watched:
        """Watch the directory; the attempt as it is watched, if it is already."""
        watched = self._by_key.get(attempt.key)
        if watched is None:
            watched = self._by_key[attempt.key] = Watched(attempt)
            self._keys[attempt.directory] = attempt.key
            self._directories.add(attempt.directory)
        return watched

    def add_process(
        self, attempt: AttemptRef, pidfd: int, starter: "subprocess.Popen[bytes] | None" = None
    ) -> None:
        """Wait for the supervisor's end too; takes over `pidfd`, and reaps `starter`."""
        watched = self.add(attempt)
        if watched.pidfd is not None:
            self._close_pidfd(watched, watched.pidfd)
        watched.starter, watched.pidfd = starter or watched.starter, pidfd
        asyncio.get_running_loop().add_reader(pidfd, self._hear_end, watched)

    def starter_code(self, key: str) -> int | None:
        """The code with which the supervisor ended that we started here; None while it lives."""
        watched = self._by_key.get(key)
        return None if watched is None or watched.starter is None else watched.starter.poll()

    def has_process(self, key: str) -> bool:
        """Whether the end of its supervisor will be told."""
        watched = self._by_key.get(key)
        return watched is not None and watched.pidfd is not None

    def forget(self, key: str) -> None:
        """Tell nothing more of the attempt; its process is still reaped."""
        watched = self._by_key.get(key)
        if watched is None:
            return
        watched.is_wanted = False
        self._directories.remove(watched.attempt.directory)
        self._keys.pop(watched.attempt.directory, None)
        if watched.pidfd is None:
            del self._by_key[key]

    def close(self) -> None:
        """Stop watching; the processes run on, and are nobody's children when we end."""
        for watched in self._by_key.values():
            if watched.pidfd is not None:
                self._close_pidfd(watched, watched.pidfd)
            if watched.starter is not None and watched.starter.poll() is None:
                watched.starter.returncode = 0  # or subprocess warns that it still runs
        self._directories.close()
        self._by_key.clear()

    def _hear_file(self, directory: Path, name: str) -> None:
        key = self._keys.get(directory)
        if key is None:
            return
        if name in TELLING_FILES:
            self.on_change(key)
        if is_message_file(name) or not name:
            self.on_messages(key)

    def _hear_end(self, watched: Watched) -> None:
        if watched.pidfd is not None:
            self._close_pidfd(watched, watched.pidfd)
        if watched.starter is not None:
            watched.starter.poll()
        if watched.is_wanted:
            self.on_change(watched.attempt.key)
        else:
            self._by_key.pop(watched.attempt.key, None)

    def _close_pidfd(self, watched: Watched, pidfd: int) -> None:
        asyncio.get_running_loop().remove_reader(pidfd)
        os.close(pidfd)
        watched.pidfd = None


def _nobody(_key: str) -> None:
    """Until `listen` is called."""
