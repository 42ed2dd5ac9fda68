"""What a find or an aggregation will answer, once it is asked for."""

from collections.abc import AsyncIterator, Awaitable, Callable

from tests.simulation.store.table import Sort
from tests.simulation.store.values import Row


class SimulatedCursor:
    """What a find will read, once it is asked for."""

    def __init__(
        self,
        read: "Callable[[SimulatedCursor], Awaitable[list[Row]]]",
        order: Sort | None,
        left: int,
        most: int,
    ) -> None:
        self._read = read
        self.order = order
        self.left = left
        self.most = most

    def sort(self, key: str | Sort, direction: int = 1) -> "SimulatedCursor":
        self.order = [(key, direction)] if isinstance(key, str) else list(key)
        return self

    def skip(self, amount: int) -> "SimulatedCursor":
        self.left = amount
        return self

    def limit(self, amount: int) -> "SimulatedCursor":
        self.most = amount
        return self

    def batch_size(self, amount: int) -> "SimulatedCursor":
        return self

    def hint(self, index: object) -> "SimulatedCursor":
        return self

    async def to_list(self, length: int | None = None) -> list[Row]:
        return (await self._read(self))[:length]

    async def __aiter__(self) -> AsyncIterator[Row]:
        for row in await self._read(self):
            yield row
