"""What a subscription streams, as the one loop behind all of them asks for it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol, TypeVar

from domain.live.changes import Change
from domain.live.groups import Sent
from domain.live.hub import Dirty
from schema.context import Context
from schema.streams import StreamMessage

M = TypeVar("M", bound=StreamMessage)
Content = dict[str, Any]  # the fields that a message has besides its head
MARK = "mark"
"""The key, beside those fields, of the count that goes into a message's cursor; 0 without it."""


class Source(Protocol[M]):
    """What one subscription streams. `filter` is JSON: it binds cursors to what was asked for."""

    message: type[M]
    field: str
    filter: object

    @property
    def sent(self) -> Sequence[Sent] | None:
        """What the next message depends on; None if no two readers of it can be told the same."""
        ...

    def concerns(self, change: Change) -> bool:
        """Whether a change can touch what is streamed; quick, and no secret."""
        ...

    def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """The state in messages of at most `batch` objects; at least one."""
        ...

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """What `dirty` means for this reader, in messages; empty if nothing."""
        ...

    def is_void(self, dirty: Dirty) -> bool:
        """Whether what was sent before no longer holds as a whole: the reader starts anew."""
        ...

    async def idle(self, context: Context) -> Content:
        """The content of a message that tells no news."""
        ...

    def resume_from(self, mark: int) -> bool:
        """Go on behind `mark`; False if that is no place to go on from."""
        ...
