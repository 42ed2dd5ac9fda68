"""What the steps of operations work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from scheduler.watch import Watcher


@dataclass(frozen=True)
class OperationTools:
    """The leader's term, its watcher, and the time."""

    term: int
    watcher: Watcher
    clock: Callable[[], datetime]
