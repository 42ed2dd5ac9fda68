"""The hub's history in a world where no listener comes back to an earlier position."""

from collections.abc import AsyncGenerator, Sequence

from domain.live.changes import Change
from domain.live.cursor import Position
from tests.simulation.store.values import NotSimulated


class NoHistory:
    """See the protocol `History`."""

    def between(self, after: Position, until: Position) -> AsyncGenerator[Sequence[Change], None]:
        raise NotSimulated("the history of changes")

    async def now(self) -> Position:
        raise NotSimulated("the history of changes")
