"""Starts beside the loop: a slow lane must not hold up the others, nor a thousand starts us."""

import asyncio
from collections.abc import Awaitable, Callable

from scheduler.executors.base import Executor


class Starts:
    """What is being started, so many on each executor; the others wait for their turn.

    `at_once` is how many, if not as many as the executor likes.
    """

    def __init__(self, at_once: int | None = None) -> None:
        self._at_once = at_once
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: dict[Executor | None, asyncio.Semaphore] = {}

    def add(
        self,
        executor: Executor | None,
        start: Callable[[], Awaitable[None]],
        *,
        done: Callable[[], None],
    ) -> None:
        """Call `start` when it is its turn, and `done` after it, whatever came of it."""
        task = asyncio.create_task(self._take_turn(self._turns_at(executor), start, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _turns_at(self, executor: Executor | None) -> asyncio.Semaphore:
        if executor not in self._turns:
            likes = executor.starts_at_once if executor is not None else 1
            self._turns[executor] = asyncio.Semaphore(self._at_once or likes)
        return self._turns[executor]

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
