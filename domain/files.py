"""Files below a project's directory: opened, measured and erased so that no link leads out."""

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import BinaryIO

from domain.errors import NotFound

_MAX_LINKS = 8
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""Without waiting: opening a pipe that a job has left must not hang the server."""
_DIRECTORY = _OPEN | os.O_DIRECTORY


def open_beneath(root: Path, relative: str) -> BinaryIO:
    """Open the regular file `relative` below `root` for reading; blocking.

    Every component is opened by its parent's descriptor, so a link swapped in meanwhile cannot
    lead out (INV-23). A link is followed only if it is relative and stays below `root`.
    Raises NotFound for anything that is not such a file.
    """
    parts = _parts(relative)
    try:
        for _ in range(_MAX_LINKS):
            found = _walk(root, parts)
            if isinstance(found, int):
                return os.fdopen(found, "rb")
            parts = found
    except OSError as error:
        raise NotFound(f"There is no file {relative}.") from error
    raise NotFound(f"There is no file {relative}.")


def _parts(relative: str) -> list[str]:
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


def _walk(root: Path, parts: list[str]) -> int | list[str]:
    """A descriptor of the file, or the path to go on with when a link was met."""
    directory = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            try:
                opened = os.open(part, _OPEN | (0 if last else os.O_DIRECTORY), dir_fd=directory)
            except OSError as error:
                if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                    raise
                target = os.readlink(part, dir_fd=directory)  # EINVAL if it is not a link
                return _parts("/".join([*parts[:index], *_relative(target), *parts[index + 1 :]]))
            if last and stat.S_ISREG(os.fstat(opened).st_mode):
                return opened
            os.close(directory)
            directory = opened
        raise IsADirectoryError(errno.EISDIR, "not a regular file")
    finally:
        os.close(directory)


def _relative(target: str) -> list[str]:
    if target.startswith("/"):
        raise NotFound("A link leads out of the project.")
    return target.split("/")


def tree_size(directory: Path) -> int:
    """Bytes of all regular files below `directory`; links are not followed; blocking.

    Files that vanish while it looks do not count; a directory that is not there has none.
    """
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                info = os.lstat(os.path.join(folder, name))
            except OSError:
                continue
            total += info.st_size if stat.S_ISREG(info.st_mode) else 0
    return total


def _forbid_starts(job_directory: Path) -> None:
    """Remove every attempt's spec.json; links that a job has left are not followed."""
    try:
        run = os.open(job_directory / "run", _DIRECTORY)
    except OSError:
        return  # no attempt, or a link in its place
    try:
        for name in os.listdir(run):
            _unlink_spec(run, name)
    finally:
        os.close(run)


def _unlink_spec(run: int, name: str) -> None:
    try:
        attempt = os.open(name, _DIRECTORY, dir_fd=run)
    except OSError:
        return  # not an attempt's directory
    try:
        os.unlink("spec.json", dir_fd=attempt)
    except FileNotFoundError:
        return
    finally:
        os.close(attempt)


def erase_job_directory(project_dir: Path, job_dir: str) -> int:
    """Erase everything in a job's directory but itself; returns the bytes freed; blocking.

    The spec of every attempt goes first: from then on no late supervisor can start (05, 1.1).
    `shutil.rmtree` works by descriptors here, so links inside are removed, never followed.
    """
    directory = project_dir.joinpath(*_parts(job_dir))
    if directory == project_dir or directory.is_symlink() or not directory.is_dir():
        return 0
    freed = tree_size(directory)
    _forbid_starts(directory)
    for entry in os.scandir(directory):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
    return freed
