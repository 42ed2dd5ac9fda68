"""Erase below a root: links are removed, never followed."""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from domain.files.paths import DEEPEST, open_directory, open_root, parts_of
from domain.files.reading import files_below

_MOST_PASSES = 10_000


def erase_files(root: Path, relative_paths: Iterable[str]) -> int:
    """Erase single files below `root`; returns the bytes of what was erased; blocking.

    What is missing, is a directory, or can be reached by a link only counts 0 and is left alone; a
    link at the end of a path is removed itself. All paths are read as text before the first goes.
    Raises NotFound if one of them climbs out of `root`.
    """
    wanted = [parts_of(path) for path in relative_paths]
    with open_root(root) as anchor:
        return sum(_erase_file(anchor, parts) for parts in wanted if parts)


def erase_job_directory(project_dir: Path, job_dir: str) -> int:
    """Erase everything in a job's directory but itself; returns the bytes freed; blocking.

    The spec of every attempt goes first: from then on no late supervisor can start (05, 1.1).
    A link in the directory's place is left alone, and frees nothing.
    """
    parts = parts_of(job_dir)
    if not parts or not project_dir.is_dir():
        return 0
    with open_root(project_dir) as anchor, open_directory(anchor, parts) as directory:
        if directory is None:
            return 0
        freed = sum(file.size_bytes for file in files_below(directory))
        _forbid_starts(directory)
        erase_contents(directory)
        return freed


def erase_tree(anchor: int, name: str) -> None:
    """Erase the entry `name` of the directory `anchor`, whatever it is; it need not be there."""
    with open_directory(anchor, [name]) as folder:
        if folder is None:
            _unlink_if_there(anchor, name)
            return
        erase_contents(folder)
    os.rmdir(name, dir_fd=anchor)


def erase_contents(directory: int) -> None:
    """Erase all that is in the directory; what is added meanwhile goes too, or raises OSError."""
    for _ in range(_MOST_PASSES):
        names = os.listdir(directory)
        if not names:
            return
        for name in names:
            _erase(directory, name, directory, 0)
    raise OSError(errno.ENOTEMPTY, "the directory is still being written to")


def _erase(parent: int, name: str, top: int, depth: int) -> None:
    """Unlink an entry, or empty a folder and remove it; too deep a folder is moved to `top`."""
    try:
        os.unlink(name, dir_fd=parent)
        return
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno != errno.EISDIR:
            raise
    if depth == DEEPEST:
        info = os.stat(name, dir_fd=parent, follow_symlinks=False)
        moved = f".erasing-{info.st_dev:x}-{info.st_ino:x}"
        os.rename(name, moved, src_dir_fd=parent, dst_dir_fd=top)
        return
    _erase_folder(parent, name, top, depth)


def _erase_folder(parent: int, name: str, top: int, depth: int) -> None:
    with open_directory(parent, [name]) as folder:
        if folder is None:
            return  # swapped for a link or gone: the next pass sees what it is now
        for entry in os.listdir(folder):
            _erase(folder, entry, top, depth + 1)
    try:
        os.rmdir(name, dir_fd=parent)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.ENOENT, errno.ENOTDIR):
            raise


def _erase_file(anchor: int, parts: list[str]) -> int:
    with open_directory(anchor, parts[:-1]) as folder:
        if folder is None:
            return 0
        try:
            info = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
            if stat.S_ISDIR(info.st_mode):
                return 0
            os.unlink(parts[-1], dir_fd=folder)
        except FileNotFoundError:
            return 0
        return info.st_size if stat.S_ISREG(info.st_mode) else 0


def _forbid_starts(job_directory: int) -> None:
    """Remove every attempt's spec.json; links that a job has left are not followed."""
    with open_directory(job_directory, ["run"]) as run:
        if run is None:
            return
        for name in os.listdir(run):
            with open_directory(run, [name]) as attempt:
                if attempt is not None:
                    _unlink_if_there(attempt, "spec.json")


def _unlink_if_there(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return
