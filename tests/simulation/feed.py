"""The change stream as one process reads it: every write, in order, a while later."""

from contextvars import Context
from random import Random

from domain.live.changes import Change, Kind
from domain.live.cursor import Position
from domain.live.hub import Hub, ResetReason
from tests.simulation.virtual_loop import PROCESS, Process, VirtualLoop

_KINDS = {kind.value: kind for kind in Kind}
RESET = 0.002


class SimulatedFeed:
    """Fills the hub of `process`; at times it has lost its place, and says so."""

    def __init__(self, process: Process, hub: Hub, loop: VirtualLoop, random: Random) -> None:
        self._hub = hub
        self._loop = loop
        self._random = random
        self._pending: list[Change] = []
        self._armed = False
        self._context = Context()
        self._context.run(PROCESS.set, process)
        self.resets = True

    def begin(self, number: int) -> None:
        """The hub is ready; `number` counts the writes of the world so far."""
        self._hub.mark([], position(number))

    def tell(self, collection: str, id: str, number: int, *, deleted: bool) -> None:
        """A write took effect; `number` is its place in the order of all writes."""
        kind = _KINDS.get(collection)
        if kind is None:
            return
        self._pending.append(Change(kind, id, position(number), deleted))
        if not self._armed:
            self._armed = True
            slow = self._random.random() < 0.02
            delay = 2 * self._random.random() if slow else 0.002 + 0.02 * self._random.random()
            self._loop.call_later(delay, self._pass_on, context=self._context)

    def _pass_on(self) -> None:
        changes, self._pending, self._armed = self._pending, [], False
        if self.resets and self._random.random() < RESET:
            self._hub.reset(ResetReason.SERVER_RESTORED, changes[-1].position)
        else:
            self._hub.mark(changes, changes[-1].position)


def position(number: int) -> Position:
    """The place of the write with this number."""
    return Position((0, number))
