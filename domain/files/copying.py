"""Copy bytes into new files, and know their sum: SHA-256, taken while they pass."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

from domain.files.paths import make_directory, parts_of

BLOCK = 1024 * 1024
OnBytes = Callable[[int], None]
"""Told the number of bytes of each block that was written; what it raises stops the copying."""


@dataclass(frozen=True)
class WrittenFile:
    """A file that lies on the disk for good; `path` is relative to the tree that it was made in."""

    path: str
    size_bytes: int
    sha256: str


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """What is left of a file, in blocks."""
    while block := file.read(BLOCK):
        yield block


class NewFile:
    """A file that is made below a directory; it must not be there, nor a link on the way to it.

    On leaving it is on the disk, and `written` says what it has become.
    """

    def __init__(self, directory: int, relative: str, on_bytes: OnBytes | None = None) -> None:
        self.relative = relative
        self.size_bytes = 0
        self._sum = hashlib.sha256()
        self._on_bytes = on_bytes
        *folders, name = parts_of(relative)
        with make_directory(directory, folders) as folder:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.fdopen(os.open(name, flags, 0o666, dir_fd=folder), "wb", buffering=0)

    def write(self, block: bytes) -> None:
        """Append a block."""
        view = memoryview(block)
        while view:
            view = view[self._file.write(view) :]
        self._sum.update(block)
        self.size_bytes += len(block)
        if self._on_bytes is not None:
            self._on_bytes(len(block))

    @property
    def written(self) -> WrittenFile:
        """What the file is so far."""
        return WrittenFile(self.relative, self.size_bytes, self._sum.hexdigest())

    def __enter__(self) -> Self:
        """The file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        """Bring it to the disk, unless something went wrong."""
        try:
            if fault is None:
                os.fsync(self._file.fileno())
        finally:
            self._file.close()
