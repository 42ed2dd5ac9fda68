"""Files below a root: opened, listed and measured so that no link leads out."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.errors import NotFound
from domain.files.paths import DEEPEST, DIRECTORY, NO_LINK, open_directory, open_root, parts_of

_MAX_LINKS = 8


@dataclass(frozen=True)
class FoundFile:
    """A regular file; `path` is relative to the directory that was listed."""

    path: str
    size_bytes: int


def open_beneath(root: Path, relative: str) -> BinaryIO:
    """Open the regular file `relative` below `root` for reading; blocking.

    A link is followed only if it is relative and stays below `root`.
    Raises NotFound for anything that is not such a file.
    """
    parts = parts_of(relative)
    try:
        with open_root(root) as anchor:
            for _ in range(_MAX_LINKS):
                found = _walk(anchor, parts)
                if isinstance(found, int):
                    return os.fdopen(found, "rb")
                parts = found
    except OSError as error:
        raise NotFound(f"There is no file {relative}.") from error
    raise NotFound(f"There is no file {relative}.")


def open_file(anchor: int, relative: str) -> BinaryIO:
    """Open the regular file `relative` below the directory `anchor`, through no link at all.

    Raises NotFound for anything that is not such a file.
    """
    *folders, name = parts_of(relative) or [""]
    with open_directory(anchor, folders) as directory:
        try:
            if directory is not None and name:
                return os.fdopen(_regular(os.open(name, NO_LINK, dir_fd=directory)), "rb")
        except OSError as error:
            raise NotFound(f"There is no file {relative}.") from error
    raise NotFound(f"There is no file {relative}.")


def tree_size(root: Path, relative: str = "") -> int:
    """Bytes of all regular files below the directory `relative` of `root`; blocking.

    Links are not followed, on no part of the way. Files that vanish while it looks do not count; a
    directory that is not there has none.
    """
    try:
        with open_root(root) as anchor, open_directory(anchor, parts_of(relative)) as directory:
            return 0 if directory is None else sum(f.size_bytes for f in files_below(directory))
    except FileNotFoundError:
        return 0


def files_below(directory: int) -> Iterator[FoundFile]:
    """The regular files below a directory, sorted within each folder; links are left out."""
    pending: list[tuple[str, ...]] = [()]
    while pending:
        parts = pending.pop()
        with open_directory(directory, parts) as folder:
            if folder is not None:  # else it has vanished, or is a link by now
                yield from _files_in(folder, parts, pending, 0)


def _files_in(
    folder: int, parts: tuple[str, ...], pending: list[tuple[str, ...]], depth: int
) -> Iterator[FoundFile]:
    """Depth first; what is nested too deep for descriptors is left `pending`."""
    for name, info in _entries(folder):
        below = (*parts, name)
        if stat.S_ISREG(info.st_mode):
            yield FoundFile("/".join(below), info.st_size)
        elif stat.S_ISDIR(info.st_mode) and depth == DEEPEST:
            pending.append(below)
        elif stat.S_ISDIR(info.st_mode):
            with open_directory(folder, [name]) as inner:
                if inner is not None:
                    yield from _files_in(inner, below, pending, depth + 1)


def _entries(folder: int) -> Iterator[tuple[str, os.stat_result]]:
    for name in sorted(os.listdir(folder)):
        try:
            yield name, os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            continue


def _walk(anchor: int, parts: list[str]) -> int | list[str]:
    """A descriptor of the file, or the path to go on with when a link was met."""
    directory = os.dup(anchor)
    try:
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            try:
                opened = os.open(part, NO_LINK if last else DIRECTORY, dir_fd=directory)
            except OSError as error:
                if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                    raise
                target = os.readlink(part, dir_fd=directory)  # EINVAL if it is not a link
                return parts_of("/".join([*parts[:index], *_relative(target), *parts[index + 1 :]]))
            if last:
                return _regular(opened)
            os.close(directory)
            directory = opened
        raise IsADirectoryError(errno.EISDIR, "not a regular file")
    finally:
        os.close(directory)


def _regular(opened: int) -> int:
    if stat.S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    raise OSError(errno.EINVAL, "not a regular file")


def _relative(target: str) -> list[str]:
    if target.startswith("/"):
        raise NotFound("A link leads out of the project.")
    return target.split("/")
