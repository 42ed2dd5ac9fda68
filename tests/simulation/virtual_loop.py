"""An event loop on a virtual clock, whose callbacks belong to processes that freeze and die."""

import asyncio
import heapq
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, ContextVar
from itertools import count
from typing import Any, TypeVar

T = TypeVar("T")


class Deadlock(Exception):
    """Nothing is ready and nothing is scheduled."""


class Process:
    """What a callback belongs to: nothing of it runs while it is frozen, or ever once it is dead.

    `skew_s` is how far its wall clock is ahead. `hurried`: its calls take no time and no fault,
    as if they were one transaction.
    """

    def __init__(self, name: str, *, skew_s: float = 0.0, hurried: bool = False) -> None:
        self.name = name
        self.skew_s = skew_s
        self.hurried = hurried
        self.is_dead = False
        self.held = False
        self.frozen_until = 0.0
        self.held_back: list[asyncio.Handle] = []

    def freeze(self, until: float) -> None:
        """Run nothing until then; what becomes due meanwhile runs afterwards."""
        self.held, self.frozen_until = True, max(until, self.frozen_until)

    def thaw(self, now: float) -> list[asyncio.Handle]:
        """What was held back, in order; nothing if it is to stay frozen."""
        if self.is_dead or now < self.frozen_until:
            return []
        self.held = False
        due, self.held_back = self.held_back, []
        return due

    def die(self) -> None:
        """As kill -9: nothing of it runs any more, not even what should clean up."""
        self.is_dead = self.held = True
        self.held_back = []


PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)
"""The process that runs; None is the world: the database's server, the nodes, the referee."""


class NumberedTask(asyncio.Task[T]):
    """A task whose place in sets does not depend on where it lies in memory."""

    numbers = count()

    def __new__(cls, *args: object, **options: object) -> "NumberedTask[T]":
        """Number it before anything can ask for its hash."""
        task = super().__new__(cls)
        task.number = next(NumberedTask.numbers)
        return task

    number: int

    def __hash__(self) -> int:
        return self.number


class VirtualLoop(asyncio.BaseEventLoop):
    """Time jumps to the next timer; blocking work of threads is done at once, in line."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._ready: Any
        self._scheduled: list[asyncio.TimerHandle]
        self.every_task: list[asyncio.Task[Any]] = []
        NumberedTask.numbers = count()
        self._numbers = count(1)
        self.set_task_factory(self._numbered)

    def next_number(self) -> int:
        """1, 2, 3 …: for names that are given once in this world."""
        return next(self._numbers)

    def time(self) -> float:
        """Seconds since the world began."""
        return self._now

    def call_soon(  # type: ignore[override]  # it needs no variadic types
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """As the base, without its checks."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def run_in_executor(  # type: ignore[override]  # the base is not generic in what is returned
        self, executor: object, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """Do it a moment later, as the process that asked: no thread outlives it."""
        future: asyncio.Future[T] = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                future.set_result(func(*args))
            except Exception as error:  # noqa: BLE001 - it is the caller's
                future.set_exception(error)

        self.call_later(0.001, work)
        return future

    def freeze(self, process: Process, seconds: float) -> None:
        """Hold a process still from now on, for `seconds`."""
        process.freeze(self._now + seconds)
        self.call_later(seconds, self._thaw, process, context=Context())

    def _thaw(self, process: Process) -> None:
        self._ready.extend(process.thaw(self._now))

    def _run_once(self) -> None:
        ready, scheduled = self._ready, self._scheduled
        if not ready:
            self._go_to_next_timer()
        while scheduled and scheduled[0].when() <= self._now:
            timer = heapq.heappop(scheduled)
            timer._scheduled = False  # type: ignore[attr-defined]
            ready.append(timer)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            process = handle._context.get(PROCESS)
            if process is not None and process.held:
                if not process.is_dead:
                    process.held_back.append(handle)
                continue
            handle._run()

    def _go_to_next_timer(self) -> None:
        while self._scheduled and self._scheduled[0].cancelled():
            heapq.heappop(self._scheduled)._scheduled = False  # type: ignore[attr-defined]
        if not self._scheduled:
            raise Deadlock
        self._now = max(self._now, self._scheduled[0].when())

    def _numbered(
        self,
        loop: asyncio.AbstractEventLoop,
        coro: Coroutine[Any, Any, T] | Generator[Any, None, T],
        **options: Any,
    ) -> "asyncio.Future[T]":
        task: NumberedTask[T] = NumberedTask(coro, loop=loop, **options)
        self.every_task.append(task)  # a dead process's must not be cleaned up half-way
        return task

    def _process_events(self, event_list: object) -> None:
        """There is no input or output."""

    def _write_to_self(self) -> None:
        """There are no other threads."""
