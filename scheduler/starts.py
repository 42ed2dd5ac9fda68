"""Starts beside the loop: a slow lane must not hold up the others, nor a thousand starts us."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable

from scheduler.executors.base import Executor

AT_ONCE = 2 * (os.cpu_count() or 1)
"""Attempts that one executor is starting at the same time: each costs it a process or two."""


class Starts:
    """What is being started, `at_once` on each executor; the others wait for their turn."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: defaultdict[Executor | None, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(at_once)
        )

    def add(
        self,
        executor: Executor | None,
        start: Callable[[], Awaitable[None]],
        *,
        done: Callable[[], None],
    ) -> None:
        """Call `start` when it is its turn, and `done` after it, whatever came of it."""
        task = asyncio.create_task(self._take_turn(self._turns[executor], start, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_turn(
        self,
        turns: asyncio.Semaphore,
        start: Callable[[], Awaitable[None]],
        done: Callable[[], None],
    ) -> None:
        try:
            async with turns:
                await start()
        finally:
            done()

    async def close(self) -> None:
        """Break off what is under way and what waits."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
