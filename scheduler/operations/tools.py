"""What the steps of operations work with."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from scheduler.watch import Watcher

P = ParamSpec("P")
T = TypeVar("T")
FILE_THREADS = 4
"""Jobs whose files are worked on side by side; threads of their own, so that following running
jobs never waits for a large directory."""


class LeadsNoMore(Exception):
    """Another leader may be at work: nothing may be done to files under this term."""


@dataclass(frozen=True)
class OperationTools:
    """The leader's term, its watcher, the time, and whether it leads still."""

    term: int
    watcher: Watcher
    clock: Callable[[], datetime]
    leads: Callable[[], bool] = lambda: True
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(FILE_THREADS, "operation-files")
    )
    asked_to_end: set[str] = field(default_factory=set)
    """Attempts that were looked at since their kill: the sweep sees to them from then on."""

    async def on_disk(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do blocking file work in one of the operations' own threads.

        Raises LeadsNoMore, on its turn, if the lease was lost: a disk knows no terms.
        """

        def on_turn() -> T:
            if not self.leads():
                raise LeadsNoMore
            return work(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self.threads, on_turn)
