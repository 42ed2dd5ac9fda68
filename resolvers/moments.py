"""What readers with the same rights share: one reading, one message, one execution for each change.

A moment is a place of the feed as one kind of reader sees it. Whatever is read in a moment is at
least as new as its position, so that it serves every reader who has come to that position.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from copy import copy
from typing import Any

from domain.live.cursor import Position
from schema.context import Context
from schema.reads import Reads

MOST_SCOPES = 500
"""Kinds of readers whose last moment is kept."""


class Moment:
    """What was read, and the messages that were made of it."""

    def __init__(self, position: Position, reads: Reads) -> None:
        self.position = position
        self.reads = reads
        self.messages: dict[Hashable, Any] = {}


class Moments:
    """The last moment of every kind of reader at this process."""

    def __init__(self) -> None:
        self._last: OrderedDict[Hashable, Moment] = OrderedDict()

    def at(self, context: Context, position: Position) -> Moment:
        """The moment of `position` for readers with the rights of the context's caller."""
        scope = context.caller.rights
        moment = self._last.get(scope)
        if moment is None or moment.position < position:
            moment = self._last[scope] = Moment(position, context.new_reads(copy(context)))
        self._last.move_to_end(scope)
        if len(self._last) > MOST_SCOPES:
            self._last.popitem(last=False)
        return moment


def likeness(content: Mapping[str, Any]) -> Hashable:
    """Equal for contents that tell of the same objects, if both are of one moment."""
    return tuple((name, _likeness(value)) for name, value in content.items())


def _likeness(value: Any) -> Hashable:
    if isinstance(value, list):
        return tuple(_likeness(item) for item in value)
    if value is None or isinstance(value, str | int | bool):
        return value
    return type(value).__name__, getattr(value, "id", None), getattr(value, "deleted", None)
