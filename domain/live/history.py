"""What the database still remembers of its changes, for listeners that come back."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from domain.database import Database, operation_time
from domain.live.change_stream import batches
from domain.live.changes import Change
from domain.live.cursor import Position

_AWAIT_MS = 20


async def position_now(database: Database) -> Position:
    """A position at or behind every write acknowledged so far: that of a mutation's payload."""
    time = await operation_time(database)
    return Position((time.time, time.inc))


class DatabaseHistory:
    """The hub's history, read from the database by a stream of its own for each listener."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(
        self, after: Position, until: Position
    ) -> AsyncGenerator[Sequence[Change], None]:
        """The changes behind `after` and not behind `until`, in order, in batches.

        Raises HistoryLost if the database no longer has all of them.
        """
        async with aclosing(batches(self._database, after, await_ms=_AWAIT_MS)) as stream:
            async for batch in stream:
                yield [change for change in batch.changes if change.position <= until]
                if batch.position >= until:
                    return

    async def now(self) -> Position:
        """A position at or behind every write acknowledged so far."""
        return await position_now(self._database)
