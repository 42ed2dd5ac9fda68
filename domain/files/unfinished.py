"""A directory that appears whole or not at all: made under a temporary name, then renamed.

The name is ".J12.<mark>.unfinished" beside its place; the mark names who makes it, so that what a
crash has left is found, and one who was thought dead cannot publish what another goes on with.
"""

import ctypes
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.files.copying import NewFile, OnBytes, WrittenFile, blocks_of
from domain.files.erasing import erase_tree
from domain.files.paths import DIRECTORY, make_directory, open_directory, open_root, parts_of
from domain.files.reading import files_below, open_file

_SUFFIX = ".unfinished"
_RENAME_EXCHANGE = 2  # renameat2(2), Linux 3.15
_UNABLE = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class UnfinishedTree:
    """A directory that is being made; `parent` and `directory` are descriptors."""

    parent: int
    name: str
    temporary: str
    directory: int
    on_bytes: OnBytes | None = None

    def new_file(self, relative: str) -> NewFile:
        """A new file in it, to be written; raises FileExistsError if it is there already."""
        return NewFile(self.directory, relative, self.on_bytes)

    def write(self, relative: str, blocks: Iterable[bytes]) -> WrittenFile:
        """Write a new file of these blocks."""
        with self.new_file(relative) as file:
            for block in blocks:
                file.write(block)
        return file.written

    def copy(self, source: BinaryIO, relative: str) -> WrittenFile:
        """Copy what is left of `source` into a new file."""
        return self.write(relative, blocks_of(source))

    def read(self, relative: str) -> BinaryIO:
        """Open a file that was written before; raises NotFound without one."""
        return open_file(self.directory, relative)

    def replace(self, relative: str, by: str) -> None:
        """Put the file `by` in the place of the file `relative`."""
        *folders, name = parts_of(relative)
        *other_folders, other = parts_of(by)
        with (
            make_directory(self.directory, folders) as folder,
            make_directory(self.directory, other_folders) as from_folder,
        ):
            os.rename(other, name, src_dir_fd=from_folder, dst_dir_fd=folder)

    def remove(self, relative: str) -> None:
        """Remove a file that was written before."""
        *folders, name = parts_of(relative)
        with make_directory(self.directory, folders) as folder:
            os.unlink(name, dir_fd=folder)

    def size(self) -> int:
        """The bytes of all its files."""
        return sum(file.size_bytes for file in files_below(self.directory))

    def name_is_free(self) -> bool:
        """Whether nothing has its name yet."""
        return self.name not in os.listdir(self.parent)

    def publish(self, *, replace: bool = False) -> None:
        """Give the directory its name, all of it being on the disk.

        Raises FileExistsError if something has that name, unless it is an empty directory or
        `replace`, which exchanges the two in one step and erases the former one.
        """
        _sync_folders(self.directory)
        if replace and _exchange(self.parent, self.temporary, self.name):
            os.fsync(self.parent)
            erase_tree(self.parent, self.temporary)
        else:
            self._take_free_name()
        os.fsync(self.parent)

    def _take_free_name(self) -> None:
        try:
            os.rename(self.temporary, self.name, src_dir_fd=self.parent, dst_dir_fd=self.parent)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
            raise FileExistsError(errno.EEXIST, f"there is a {self.name} already") from error


@contextmanager
def unfinished_tree(
    root: Path, relative: str, mark: str, on_bytes: OnBytes | None = None
) -> Iterator[UnfinishedTree]:
    """Make the directory `relative` below `root`; what is not published at the end is erased.

    What any mark has left of it before is erased first. Raises OSError, and NotFound if `relative`
    climbs out of `root`.
    """
    *folders, name = parts_of(relative)
    temporary = f".{name}.{mark}{_SUFFIX}"
    with open_root(root) as anchor, make_directory(anchor, folders) as parent:
        _erase_unfinished(parent, name)
        os.mkdir(temporary, dir_fd=parent)
        try:
            directory = os.open(temporary, DIRECTORY, dir_fd=parent)
            try:
                yield UnfinishedTree(parent, name, temporary, directory, on_bytes)
            finally:
                os.close(directory)
        finally:
            erase_tree(parent, temporary)  # nothing of that name is left if it was published


def erase_unfinished(root: Path, relative: str) -> None:
    """Erase what was left of the directory `relative` before it was published; blocking."""
    *folders, name = parts_of(relative)
    with open_root(root) as anchor, open_directory(anchor, folders) as parent:
        if parent is not None:
            _erase_unfinished(parent, name)


def erase_directory(root: Path, relative: str) -> None:
    """Erase the directory `relative` below `root` and its unfinished forms; blocking."""
    *folders, name = parts_of(relative)
    with open_root(root) as anchor, open_directory(anchor, folders) as parent:
        if parent is not None:
            _erase_unfinished(parent, name)
            erase_tree(parent, name)


def _erase_unfinished(parent: int, name: str) -> None:
    for entry in os.listdir(parent):
        if entry.startswith(f".{name}.") and entry.endswith(_SUFFIX):
            erase_tree(parent, entry)


def _exchange(parent: int, one: str, other: str) -> bool:
    """Exchange two entries in one step; False if there is no `other`.

    Where the file system cannot (NFS), the former one is erased first.
    """
    if _libc.renameat2(parent, os.fsencode(one), parent, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in _UNABLE:
        os.stat(one, dir_fd=parent, follow_symlinks=False)  # else another has gone on with it
        erase_tree(parent, other)
    elif fault != errno.ENOENT:
        raise OSError(fault, os.strerror(fault), other)
    return False


def _sync_folders(directory: int) -> None:
    folders = {tuple(file.path.split("/")[:-1]) for file in files_below(directory)}
    with_parents = {parts[:length] for parts in folders for length in range(len(parts) + 1)}
    for parts in sorted(with_parents, key=len, reverse=True):
        with open_directory(directory, parts) as folder:
            if folder is not None:
                os.fsync(folder)
