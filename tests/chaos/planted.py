"""Faults that are planted in a process of the product, to see that a test finds them."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any
from zlib import crc32

import schema.enums
import schema.error_code  # noqa: F401 - the two come before all that shows the domain's enums
from domain import audit, tokens
from domain.live.changes import Change
from domain.live.cursor import Position
from domain.live.hub import Dirty, Hub, Listener, ResetReason
from resolvers.stream import Stream

PLANTED = "LANEKEEPER_TESTS_PLANTED"
"""The variable that names the fault; the nursery alone reads it."""


def leak_tokens() -> None:
    """Of a job with two GPUs, the tokens stay behind."""
    sound = tokens.give_back

    async def give_back(key: str, amount: int, *, instance_id: str) -> bool:
        return amount < 2 and await sound(key, amount, instance_id=instance_id)

    tokens.give_back = give_back


def skip_audit() -> None:
    """Taking tags away is not put on record."""
    sound: Callable[..., Awaitable[None]] = audit.record

    async def record(*args: object, **options: object) -> None:
        if "removeJobTags" not in args:
            await sound(*args, **options)

    audit.record = record


def drop_changes() -> None:
    """The feed passes over one change in three."""
    sound = Hub.mark

    def mark(self: Hub, changes: Sequence[Change], position: Position) -> None:
        kept = [change for change in changes if position_number(change.position) % 3]
        sound(self, kept, position)

    Hub.mark = mark  # type: ignore[method-assign]


def position_number(position: Position) -> int:
    """A number that is another for every change."""
    return crc32((position.token or "").encode())


def tell_twice() -> None:
    """Every subscription gets its deltas twice."""
    sound = Stream._delta

    async def delta(self: Stream[Any], news: Dirty) -> AsyncGenerator[Any, None]:
        async for message in sound(self, news):
            yield message
            yield message

    Stream._delta = delta  # type: ignore[method-assign]


def hush_resets() -> None:
    """Whose cursor is lost is not told so."""
    sound = Listener.reset

    def reset(self: Listener, reason: ResetReason, position: Position) -> None:
        if reason is not ResetReason.CURSOR_EXPIRED:
            sound(self, reason, position)

    Listener.reset = reset  # type: ignore[method-assign]


_ALL = (leak_tokens, skip_audit, drop_changes, tell_twice, hush_resets)
FAULTS = {fault.__name__: fault for fault in _ALL}


def plant(name: str | None) -> None:
    """Break the product in this process; None leaves it as it is."""
    if name is not None:
        FAULTS[name]()
