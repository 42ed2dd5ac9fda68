"""Paths below a root, walked descriptor by descriptor, so that no link leads out (INV-23).

A component is opened in its parent's descriptor and never through a link: what is swapped
meanwhile makes the walk fail, or end at another place below the root.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from domain.errors import NotFound

NO_LINK = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""Without waiting: opening a pipe that a job has left must not hang the server."""
DIRECTORY = NO_LINK | os.O_DIRECTORY
DEEPEST = 64
"""Folders that are open at the same time, one in the other: depth must not cost descriptors."""
_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NOT_A_DIRECTORY = (errno.ELOOP, errno.ENOTDIR, errno.ENOENT)


def parts_of(relative: str) -> list[str]:
    """The components of a path below a root, "." and ".." resolved as text.

    Raises NotFound if it is absolute, climbs out, or has a NUL.
    """
    parts: list[str] = []
    if relative.startswith("/") or "\0" in relative:
        raise NotFound(f"There is no file {relative!r}.")
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                raise NotFound(f"{relative} leaves its directory.")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return parts


@contextmanager
def open_root(root: Path) -> Iterator[int]:
    """A descriptor of a root; links on the way to it are the administrator's, and followed."""
    descriptor = os.open(root, _ROOT)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def open_directory(anchor: int, parts: Sequence[str]) -> Iterator[int | None]:
    """A descriptor of the directory below `anchor`, or None if there is none but by a link.

    Other faults of the file system (no permission, an I/O error) are raised.
    """
    descriptor = _descend(anchor, parts)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _descend(anchor: int, parts: Sequence[str]) -> int | None:
    descriptor = os.dup(anchor)
    for part in parts:
        try:
            below = os.open(part, DIRECTORY, dir_fd=descriptor)
        except OSError as error:
            if error.errno in _NOT_A_DIRECTORY:
                return None
            raise
        finally:
            os.close(descriptor)
        descriptor = below
    return descriptor


@contextmanager
def make_directory(anchor: int, parts: Sequence[str]) -> Iterator[int]:
    """A descriptor of the directory below `anchor`, made with its parents where it is missing.

    Raises OSError if something else, a link too, is in the way.
    """
    descriptor = os.dup(anchor)
    try:
        for part in parts:
            below = _made(descriptor, part)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def _made(parent: int, name: str) -> int:
    try:
        os.mkdir(name, dir_fd=parent)
        os.fsync(parent)
    except FileExistsError:
        pass
    return os.open(name, DIRECTORY, dir_fd=parent)
