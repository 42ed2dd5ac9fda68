"""The way from a simulated process to the database and the nodes, and all that goes wrong on it."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from random import Random
from typing import Any, TypeVar

from pymongo.errors import AutoReconnect

from tests.simulation.store.values import NotSimulated
from tests.simulation.virtual_loop import PROCESS, Process, VirtualLoop

T = TypeVar("T")


class Fate(Enum):
    """What becomes of one call."""

    FINE = "fine"
    REFUSED = "fault before it took effect"
    UNANSWERED = "fault after it took effect"
    FROZEN = "the caller freezes as it takes effect"
    CRASHED = "the caller dies as it takes effect"


@dataclass(frozen=True)
class Dangers:
    """How often each fate meets a call, and how often a call takes long.

    Right after a write took effect is the worst moment for a process to freeze.
    """

    refused: float = 0.01
    unanswered: float = 0.01
    frozen: float = 0.01
    frozen_writing: float = 0.05
    crashed: float = 0.002
    slow: float = 0.004

    @cached_property
    def any(self) -> float:
        """How often something happens at all."""
        return self.refused + self.unanswered + self.crashed + self.frozen_writing


CALM = Dangers(0, 0, 0, 0, 0, 0)
_READS = ("find ", "find_one ", "count ", "distinct ", "aggregate ", "observe ")
LONGEST_FREEZE_S = 30.0
SERVER = Context()
"""Of callbacks that belong to no process."""


class Trace:
    """A digest of all that happened, in order: the same seed must give the same."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, time: float, text: str) -> None:
        """Add one fact."""
        self.lines.append(f"{time:.6f} {text}\n")

    @property
    def digest(self) -> str:
        """Of all that was noted so far."""
        return hashlib.sha256("".join(self.lines).encode()).hexdigest()


class Network:
    """Carries calls; what was sent takes effect even if its caller has died meanwhile."""

    def __init__(
        self, loop: VirtualLoop, random: Random, trace: Trace, crash: Callable[[Process], None]
    ) -> None:
        self.dangers = CALM
        self.calls = 0
        self.freezes = 0
        self.broken: NotSimulated | None = None
        self.on_call: Callable[[Process, str], None] = lambda process, what: None
        self._loop = loop
        self._random = random
        self._trace = trace
        self._crash = crash

    def to_database(self, what: str, effect: Callable[[], T]) -> Awaitable[T]:
        """Ask the database; faults are those of a connection that broke."""
        return self.call(what, effect, AutoReconnect)

    async def call(self, what: str, effect: Callable[[], T], fault: type[Exception]) -> T:
        """The answer of `effect`, which is done at the other end; raises `fault`."""
        process = PROCESS.get()
        if process is None or process.hurried:
            return effect()
        future: asyncio.Future[T] = self._loop.create_future()
        arrive = (process, what, effect, fault, future)
        self._loop.call_later(self._delay(), self._arrive, *arrive, context=SERVER)
        return await future

    def _delay(self) -> float:
        random = self._random.random()
        if random < self.dangers.slow:
            return 0.5 + 7.5 * self._random.random()
        return 0.002 + 0.02 * random * random

    def _arrive(
        self,
        process: Process,
        what: str,
        effect: Callable[[], Any],
        fault: type[Exception],
        future: "asyncio.Future[Any]",
    ) -> None:
        self.calls += 1
        fate = Fate.FINE if process.is_dead else self._fate(what)
        self._trace.note(self._loop.time(), f"{process.name} {what} {fate.name}")
        if fate is Fate.REFUSED:
            _settle(future, error=fault(fate.value))
            return
        error: Exception | None = None
        answer: Any = None
        try:
            answer = effect()
        except NotSimulated as unknown:
            self.broken = error = unknown
        except Exception as raised:  # noqa: BLE001 - it is the caller's
            error = raised
        self.on_call(process, what)
        self._befall(process, fate)
        if fate is Fate.UNANSWERED:
            error = fault(fate.value)
        _settle(future, answer, error)

    def _fate(self, what: str) -> Fate:
        random, dangers = self._random.random(), self.dangers
        if random > dangers.any:
            return Fate.FINE
        frozen = dangers.frozen if what.startswith(_READS) else dangers.frozen_writing
        for fate, chance in (
            (Fate.REFUSED, dangers.refused),
            (Fate.UNANSWERED, dangers.unanswered),
            (Fate.CRASHED, dangers.crashed),
            (Fate.FROZEN, frozen),
        ):
            if random < chance:
                return fate
            random -= chance
        return Fate.FINE

    def _befall(self, process: Process, fate: Fate) -> None:
        if fate is Fate.FROZEN:
            self.freeze(process, self.pause())
        elif fate is Fate.CRASHED:
            self._crash(process)

    def pause(self) -> float:
        """How long a process freezes: mostly for moments, at times for longer than the lease."""
        random = self._random.random()
        if random < 0.4:
            return 0.01 + self._random.random()
        return min(LONGEST_FREEZE_S, 1.0 + self._random.expovariate(1 / 8))

    def freeze(self, process: Process, seconds: float) -> None:
        """Hold a process still from this moment on."""
        if not process.is_dead:
            self.freezes += 1
            self._trace.note(self._loop.time(), f"{process.name} freezes for {seconds:.3f}")
            self._loop.freeze(process, seconds)


def _settle(
    future: "asyncio.Future[Any]", answer: object = None, error: Exception | None = None
) -> None:
    if future.done():
        return  # whoever asked does not wait any more
    if error is None:
        future.set_result(answer)
    else:
        future.set_exception(error)
        future.exception()  # if whoever asked is dead, nobody else has to hear of it
