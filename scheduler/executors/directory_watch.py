"""Tells when files of watched directories are made, written or renamed into place.

By inotify(7); a directory that it cannot watch (limit reached, not there yet) is compared every
250 ms. inotify sees only what this machine does, which is all that a local lane needs.
"""

import asyncio
import ctypes
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

POLL_S = 0.25
REST_S = 0.01
"""A program may write its log thousands of times a second; so it wakes us at most every 10 ms."""

IN_MODIFY, IN_MOVED_TO, IN_CREATE, IN_ONLYDIR = 0x2, 0x80, 0x100, 0x01000000
IN_Q_OVERFLOW, IN_IGNORED = 0x4000, 0x8000
MASK = IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR
HEADER = struct.Struct("iIII")  # watch, mask, cookie, length of the name that follows
READ_BYTES = 65536

LIBC = ctypes.CDLL(None, use_errno=True)

OnFile = Callable[[Path, str], None]
"""Directory and name of the file; an empty name: events were lost, so look at everything."""

Snapshot = dict[str, tuple[int, int, int]]


def events(buffer: bytes) -> Iterator[tuple[int, int, str]]:
    """(watch, mask, name) of each event in what was read from inotify."""
    start = 0
    while start < len(buffer):
        watch, mask, _, length = HEADER.unpack_from(buffer, start)
        start += HEADER.size
        yield watch, mask, os.fsdecode(buffer[start : start + length].rstrip(b"\0"))
        start += length


def snapshot(directory: Path) -> Snapshot:
    """Name → (inode, bytes, modification time in ns) of each file; empty if it is not there."""
    try:
        with os.scandir(directory) as entries:
            stats = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
    except OSError:
        return {}
    return {name: (stat.st_ino, stat.st_size, stat.st_mtime_ns) for name, stat in stats}


class DirectoryWatch:
    """Calls `on_file` on the event loop; `add` is called there too."""

    def __init__(self, on_file: OnFile) -> None:
        self._on_file = on_file
        self._inotify = LIBC.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)  # -1: always poll
        self._directories: dict[int, Path] = {}
        self._watches: dict[Path, int] = {}
        self._polled: dict[Path, Snapshot] = {}
        self._is_reading = False
        self._rest: asyncio.TimerHandle | None = None
        self._poll_timer: asyncio.TimerHandle | None = None

    def add(self, directory: Path) -> None:
        """Watch a directory; what happened before is not told."""
        watch = LIBC.inotify_add_watch(self._inotify, os.fsencode(directory), MASK)
        if watch < 0:
            self._polled.setdefault(directory, snapshot(directory))
            self._poll_later()
            return
        self._directories[watch] = directory
        self._watches[directory] = watch
        self._resume_reading()

    def remove(self, directory: Path) -> None:
        """Forget a directory; fine if it is not watched."""
        self._polled.pop(directory, None)
        watch = self._watches.pop(directory, None)
        if watch is not None:
            del self._directories[watch]
            LIBC.inotify_rm_watch(self._inotify, watch)

    def close(self) -> None:
        """Stop watching everything."""
        for timer in (self._rest, self._poll_timer):
            if timer is not None:
                timer.cancel()
        if self._is_reading:
            asyncio.get_running_loop().remove_reader(self._inotify)
        if self._inotify >= 0:
            os.close(self._inotify)
        self._inotify, self._is_reading = -1, False
        self._polled.clear()

    def _resume_reading(self) -> None:
        if not self._is_reading and self._rest is None:
            asyncio.get_running_loop().add_reader(self._inotify, self._read)
            self._is_reading = True

    def _read(self) -> None:
        self._take_rest()
        for watch, mask, name in events(os.read(self._inotify, READ_BYTES)):
            if mask & IN_Q_OVERFLOW:
                self._tell_all()
            elif watch in self._directories and not mask & IN_IGNORED:
                self._on_file(self._directories[watch], name)

    def _take_rest(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._inotify)
        self._is_reading = False
        self._rest = loop.call_later(REST_S, self._end_rest)

    def _end_rest(self) -> None:
        self._rest = None
        self._resume_reading()

    def _tell_all(self) -> None:
        for directory in list(self._watches):
            self._on_file(directory, "")

    def _poll_later(self) -> None:
        if self._polled and self._poll_timer is None:
            self._poll_timer = asyncio.get_running_loop().call_later(POLL_S, self._poll)

    def _poll(self) -> None:
        self._poll_timer = None
        for directory in list(self._polled):
            if directory in self._polled:  # being told may remove others
                self._compare(directory)
        self._poll_later()

    def _compare(self, directory: Path) -> None:
        before, after = self._polled[directory], snapshot(directory)
        self._polled[directory] = after
        for name in after:
            if after[name] != before.get(name):
                self._on_file(directory, name)
