"""Fan-out of the feed: every listener has a bounded set of dirty keys, never payloads."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.database import HistoryLost
from domain.live.changes import Change, Kind
from domain.live.cursor import Position
from domain.live.watches import Watches

Matches = Callable[[Change], bool]
"""Whether a listener wants to know of a change; quick, and never raises."""


class ResetReason(StrEnum):
    """Why what a listener was told is no longer the whole story (contract: StreamResetReason)."""

    CURSOR_EXPIRED = "cursor_expired"
    CURSOR_INVALID = "cursor_invalid"
    FILTER_CHANGED = "filter_changed"
    CONSUMER_TOO_SLOW = "consumer_too_slow"
    SERVER_RESTORED = "server_restored"


@dataclass(frozen=True)
class Dirty:
    """What changed since the listener last looked: ids by kind, whatever the number of writes.

    An id is in `keys` if its last change was a write, in `deleted` if it was a deletion; it is
    never in both. What is read after this was returned is at least as new as `position`.
    """

    keys: dict[Kind, set[str]]
    deleted: dict[Kind, set[str]]
    position: Position


@dataclass(frozen=True)
class Reset:
    """Changes may be missing: read everything anew. Later changes are told again.

    What is read after this was returned is at least as new as `position`.
    """

    reason: ResetReason
    position: Position


class History(Protocol):
    """The changes that the database still remembers."""

    def between(self, after: Position, until: Position) -> AsyncGenerator[Sequence[Change], None]:
        """The changes behind `after` and not behind `until`, in order, in batches.

        Raises HistoryLost if the database no longer has all of them.
        """
        ...

    async def now(self) -> Position:
        """A position at or behind every write acknowledged so far."""
        ...


_Marks = dict[tuple[Kind, str], bool]
"""What is dirty; the value says whether the last change was a deletion."""


class Listener:
    """One reader's place at the hub; made by `Hub.listen`."""

    def __init__(self, matches: Matches, position: Position, max_keys: int) -> None:
        self.matches = matches
        self._max_keys = max_keys
        self._seen = position  # all up to here is marked
        self._told = position  # all up to here is marked and was taken
        self._marks: _Marks = {}
        self._reset: ResetReason | None = None
        self._woken = asyncio.Event()

    @property
    def position(self) -> Position:
        """How far this listener has been told; grows also while nothing it wants changes."""
        return self._told if self._woken.is_set() else self._seen

    @property
    def is_dirty(self) -> bool:
        """Whether `wait` would answer at once."""
        return self._woken.is_set()

    async def wait(self, timeout_s: float) -> Dirty | Reset | None:
        """Take all that is dirty, as soon as there is any; None if nothing is by `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        except TimeoutError:
            return None
        return self._take()

    def take(self) -> Dirty | Reset | None:
        """Take all that is dirty now; None if nothing is."""
        return self._take() if self._woken.is_set() else None

    def nudge(self) -> None:
        """End a wait, though there may be nothing to tell."""
        self._become_dirty()

    def at(self, position: Position) -> "Listener":
        """Another listener for the same changes, from `position` on."""
        return Listener(self.matches, position, self._max_keys)

    def before(self, untold: Dirty | Reset | None, told: Position) -> "Listener":
        """A listener as this one was at `told`, before it took `untold`: it has yet to be told."""
        other = self.at(self._seen)
        reset = untold.reason if isinstance(untold, Reset) else self._reset
        marks = marks_in(untold) if isinstance(untold, Dirty) else {}
        if reset is not None:
            other.reset(reset, self._seen)
        other.add(marks | self._marks)
        if other.is_dirty:
            other._told = told
        return other

    def mark(self, changes: Sequence[Change], position: Position) -> None:
        """Note the wanted ones among `changes`, up to `position`; called by the hub."""
        if changes and changes[0].position <= self._seen:
            changes = [change for change in changes if change.position > self._seen]
        self.add(marks_of(changes, self.matches) if self._reset is None else {})
        self._seen = max(self._seen, position)

    def add(self, marks: _Marks) -> None:
        """Make these keys dirty, or reset the listener if they are too many."""
        if not marks:
            return
        self._become_dirty()
        self._marks |= marks
        if len(self._marks) > self._max_keys:
            self.reset(ResetReason.CONSUMER_TOO_SLOW, self._seen)

    def reset(self, reason: ResetReason, position: Position) -> None:
        """Forget what is dirty and tell of the reset instead; the order goes on at `position`."""
        self._become_dirty()
        self._marks, self._reset, self._seen = {}, reason, position

    def skip_to(self, position: Position) -> None:
        """Start behind `position`, which the hub has yet to reach."""
        self._seen = self._told = position

    def start_from(self, position: Position, missed: _Marks) -> None:
        """Put what happened between `position` and the registration before what came since."""
        newer, self._marks = self._marks, {}
        self.add(missed | newer)
        if self._woken.is_set():
            self._told = position

    def _become_dirty(self) -> None:
        if not self._woken.is_set():
            self._told = self._seen
            self._woken.set()

    def _take(self) -> Dirty | Reset:
        reset, self._reset = self._reset, None
        marks, self._marks = self._marks, {}
        self._told = self._seen
        self._woken.clear()
        if reset is not None:
            return Reset(reset, self._told)
        return Dirty(_by_kind(marks, False), _by_kind(marks, True), self._told)


def marks_of(changes: Sequence[Change], matches: Matches) -> _Marks:
    """The wanted ones among `changes`, which are in order, as keys."""
    return {(c.kind, c.id): c.deleted for c in changes if matches(c)}


def marks_in(dirty: Dirty) -> _Marks:
    """What became dirty, as keys."""
    written = {(kind, id): False for kind, ids in dirty.keys.items() for id in ids}
    return written | {(kind, id): True for kind, ids in dirty.deleted.items() for id in ids}


def _by_kind(marks: _Marks, deleted: bool) -> dict[Kind, set[str]]:
    ids_by_kind: dict[Kind, set[str]] = {}
    for (kind, key), gone in marks.items():
        if gone is deleted:
            ids_by_kind.setdefault(kind, set()).add(key)
    return ids_by_kind


class Hub:
    """Where the feed's batches arrive and listeners take their part of them.

    Not safe between threads: the feed and all listeners live in one event loop.
    """

    def __init__(
        self, history: History, *, max_keys: int = 10_000, catch_up_timeout_s: float = 10.0
    ) -> None:
        self._history = history
        self._max_keys = max_keys
        self._catch_up_timeout_s = catch_up_timeout_s
        self.watches = Watches()
        self._listeners: dict[Listener, None] = {}  # a set that keeps its order
        self._position: Position | None = None
        self._ready = asyncio.Event()

    @property
    def position(self) -> Position:
        """How far the feed has been read; only once the hub is ready."""
        if self._position is None:
            raise RuntimeError("the feed has not started; await wait_ready()")
        return self._position

    async def wait_ready(self, timeout_s: float = 30.0) -> None:
        """Wait for the feed's first position; raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            await self._ready.wait()

    def mark(self, changes: Sequence[Change], position: Position) -> None:
        """Pass a batch on; `position` is behind its last change, and may stand without any."""
        for listener in self._listeners:
            listener.mark(changes, position)
        self.watches.tell(changes)
        self._move(position)

    def reset(self, reason: ResetReason, position: Position) -> None:
        """Tell every listener that changes are missing before `position`."""
        for listener in self._listeners:
            listener.reset(reason, position)
        self.watches.tell_all()
        self._move(position)

    def _move(self, position: Position) -> None:
        self._position = position
        self._ready.set()

    @asynccontextmanager
    async def listen(
        self, matches: Matches, after: Position | None = None
    ) -> AsyncIterator[Listener]:
        """A listener for all wanted changes behind `after`, or behind now.

        What the hub has already passed is read from the database's history; if that is gone or
        too long, the listener's first word is a Reset. Never a gap, never a change twice.
        """
        await self.wait_ready()
        listener = self.enter(Listener(matches, self.position, self._max_keys))
        try:
            if after is not None:
                await self._catch_up(listener, after)
            yield listener
        finally:
            self.leave(listener)

    def enter(self, listener: Listener) -> Listener:
        """Tell it of all changes from now on; whoever lets it enter lets it leave."""
        self._listeners[listener] = None
        return listener

    def leave(self, listener: Listener) -> None:
        """Tell it nothing more."""
        self._listeners.pop(listener, None)

    def has_reached(self, listener: Listener) -> bool:
        """Whether the listener does not wait for a position that the feed has yet to reach."""
        return not listener.position > self.position

    async def _catch_up(self, listener: Listener, after: Position) -> None:
        if after < self.position:
            await self._replay(listener, after, self.position)
        elif after > self.position:
            listener.skip_to(after)
            if after > await self._history.now():
                listener.reset(ResetReason.SERVER_RESTORED, self.position)

    async def _replay(self, listener: Listener, after: Position, until: Position) -> None:
        missed: _Marks = {}
        try:
            async with (
                asyncio.timeout(self._catch_up_timeout_s),
                aclosing(self._history.between(after, until)) as batches,
            ):
                async for changes in batches:
                    missed |= marks_of(changes, listener.matches)
                    if len(missed) > self._max_keys:
                        raise HistoryLost("too much has changed to tell it one by one")
        except (HistoryLost, TimeoutError):
            listener.reset(ResetReason.CURSOR_EXPIRED, self.position)
        else:
            listener.start_from(after, missed)
