"""The database that records are bound to, once for all worlds of this operating-system process."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from domain.database import Database, register
from domain.documents import DOCUMENTS
from tests.simulation.store.collection import (
    SimulatedCollection,
    Wire,
    Writes,
    as_written,
)
from tests.simulation.store.table import Table, Written

BEGINNING = datetime(2026, 1, 1, 12, tzinfo=UTC)


async def at_once(what: str, effect: Callable[[], Any]) -> Any:
    """A wire without delay or fault."""
    return effect()


class SimulatedServer:
    """The tables of one world; `time` is its virtual seconds, the server's own clock.

    `unique` maps a collection to the groups of fields that are there once; records declare them.
    """

    def __init__(
        self, time: Callable[[], float], written: Written, unique: dict[str, list[tuple[str, ...]]]
    ) -> None:
        self.unique = unique
        self.wire: Wire = at_once
        self.writes: Writes = as_written
        self._time = time
        self._written = written
        self._tables: dict[str, Table] = {}

    def now(self) -> datetime:
        """The server's $$NOW, in whole milliseconds."""
        return BEGINNING + timedelta(milliseconds=int(self._time() * 1000))

    def table(self, name: str) -> Table:
        """The rows of a collection, made when it is first asked for."""
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = Table(name, self.now, self._written)
            for fields in self.unique.get(name, ()):
                table.make_unique(fields)
        return table


class SimulatedDatabase:
    """Where records look for their collections; `server` is that of the present world."""

    def __init__(self) -> None:
        self.server: SimulatedServer | None = None
        self.unique: dict[str, list[tuple[str, ...]]] = {}
        self.client = self

    def __getitem__(self, name: str) -> SimulatedCollection:
        return SimulatedCollection(name, self._present)

    def _present(self) -> SimulatedServer:
        assert self.server is not None, "no world has begun"
        return self.server

    async def command(self, command: object) -> dict[str, Any]:
        return {"version": "6.0.5"}

    async def list_collection_names(self, **options: object) -> list[str]:
        return []


_database: SimulatedDatabase | None = None


async def bound_database() -> SimulatedDatabase:
    """The database that all records are bound to; binds them at the first call."""
    global _database
    if _database is None:
        _database = SimulatedDatabase()
        _database.server = SimulatedServer(lambda: 0.0, lambda *_: None, _database.unique)
        await register(cast(Database, _database), DOCUMENTS)
    return _database
