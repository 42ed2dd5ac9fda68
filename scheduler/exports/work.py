"""How far long work on the disk has come, told from its thread to the loop, and how it is ended."""

import os
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

from domain.error_codes import ErrorCode
from domain.errors import OperationFailed

MARGIN_BYTES = 16 * 1024 * 1024
"""Left free on the disk."""


class Stopped(Exception):
    """Nobody waits for this work any more."""


@dataclass
class Work:
    """Bytes to do and done; `stop` makes the thread end at its next block."""

    total_bytes: int = 0
    done_bytes: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def add(self, size_bytes: int) -> None:
        """Count a block; raises Stopped if nobody waits any more."""
        if self.stop.is_set():
            raise Stopped
        self.done_bytes += size_bytes

    @property
    def fraction(self) -> float:
        """The part that is done, 0 to 1."""
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else 0.0


def require_space(directory: Path, needed_bytes: int) -> None:
    """Raises OperationFailed if the disk of `directory` has no room for so many bytes more."""
    free = shutil.disk_usage(os.fspath(directory)).free
    if needed_bytes + MARGIN_BYTES > free:
        message = f"The disk has no room: {needed_bytes:,} bytes are needed, {free:,} are free."
        raise OperationFailed(message, code=ErrorCode.STORAGE_FAILURE, retryable=True)
