"""A table as the driver offers it: the methods of a motor collection that the product calls."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pymongo import DeleteOne, IndexModel, InsertOne, UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.results import (
    BulkWriteResult,
    DeleteResult,
    InsertManyResult,
    InsertOneResult,
    UpdateResult,
)

from tests.simulation.store.cursor import SimulatedCursor
from tests.simulation.store.table import Sort, Table
from tests.simulation.store.updating import Update
from tests.simulation.store.values import NotSimulated, Row, stored

T = TypeVar("T")
Filter = Mapping[str, Any]


class Wire(Protocol):
    """The way to the server and back."""

    def __call__(self, what: str, effect: Callable[[], T]) -> Awaitable[T]:
        """The answer of `effect`, which is done at the server, later; `what` names it."""


class Writes(Protocol):
    """A look at conditional writes on their way; mutants of the product change them here."""

    def __call__(self, collection: str, query: Filter, update: Update) -> tuple[Filter, Update]:
        """The write that is done instead."""


def as_written(collection: str, query: Filter, update: Update) -> tuple[Filter, Update]:
    """The write as the product made it."""
    return query, update


class SimulatedCollection:
    """Finds its table anew at every call: records are bound once, worlds come and go."""

    def __init__(self, name: str, world: Callable[[], "Server"]) -> None:
        self.name = name
        self._world = world

    async def _call(self, what: str, effect: Callable[[Table], T], **options: object) -> T:
        session = options.pop("session", None)
        unknown = {k: v for k, v in options.items() if v is not None and k not in _HARMLESS}
        if session is not None or unknown:
            raise NotSimulated(f"{what} with {unknown or 'a session'}")
        server = self._world()
        table = server.table(self.name)
        return await server.wire(f"{what} {self.name}", lambda: effect(table))

    def _altered(self, query: Filter, update: Update) -> tuple[Filter, Update]:
        query, update = self._world().writes(self.name, query, update)
        return stored(query), stored(update)  # the driver packs them before it sends them

    # Reading

    def find(
        self,
        filter: Filter | None = None,
        projection: Filter | Sequence[str] | None = None,
        *,
        sort: Sort | None = None,
        skip: int = 0,
        limit: int = 0,
        **options: object,
    ) -> SimulatedCursor:
        query = stored(filter or {})

        def read(cursor: SimulatedCursor) -> Awaitable[list[Row]]:
            return self._call(
                "find",
                lambda table: table.find(
                    query, projection, sort=cursor.order, skip=cursor.left, limit=cursor.most
                ),
                **options,
            )

        return SimulatedCursor(read, sort, skip or 0, limit or 0)

    async def find_one(
        self,
        filter: Filter | str | None = None,
        projection: Filter | Sequence[str] | None = None,
        *,
        sort: Sort | None = None,
        **options: object,
    ) -> Row | None:
        query = stored({"_id": filter} if isinstance(filter, str) else filter or {})
        found = await self._call(
            "find_one", lambda t: t.find(query, projection, sort=sort, limit=1), **options
        )
        return found[0] if found else None

    async def count_documents(self, filter: Filter, **options: object) -> int:
        query = stored(filter)
        return await self._call("count", lambda table: table.count(query), **options)

    async def distinct(
        self, key: str, filter: Filter | None = None, **options: object
    ) -> list[Any]:
        query = stored(filter or {})
        return await self._call("distinct", lambda t: t.distinct(key, query), **options)

    def aggregate(self, pipeline: Sequence[Filter], **options: object) -> SimulatedCursor:
        stages = stored(list(pipeline))

        def read(_: SimulatedCursor) -> Awaitable[list[Row]]:
            return self._call("aggregate", lambda table: table.aggregate(stages), **options)

        return SimulatedCursor(read, None, 0, 0)

    # Writing

    async def insert_one(self, document: Row, **options: object) -> InsertOneResult:
        row = stored(document)
        id = await self._call("insert", lambda table: table.insert(row), **options)
        return InsertOneResult(id, acknowledged=True)

    async def insert_many(
        self, documents: Sequence[Row], ordered: bool = True, **options: object
    ) -> InsertManyResult:
        operations = [InsertOne(row) for row in documents]
        await self.bulk_write(operations, ordered=ordered, **options)
        return InsertManyResult([row["_id"] for row in documents], acknowledged=True)

    async def update_one(
        self, filter: Filter, update: Update, upsert: bool = False, **options: object
    ) -> UpdateResult:
        filter, update = self._altered(filter, update)
        matched, changed, made = await self._call(
            "update", lambda table: table.update(filter, update, upsert=upsert), **options
        )
        return UpdateResult({"n": matched, "nModified": changed, "upserted": made}, True)

    async def update_many(
        self, filter: Filter, update: Update, upsert: bool = False, **options: object
    ) -> UpdateResult:
        filter, update = self._altered(filter, update)
        matched, changed, made = await self._call(
            "update_many",
            lambda table: table.update(filter, update, upsert=upsert, many=True),
            **options,
        )
        return UpdateResult({"n": matched, "nModified": changed, "upserted": made}, True)

    async def find_one_and_update(
        self,
        filter: Filter,
        update: Update,
        projection: Filter | None = None,
        sort: Sort | None = None,
        upsert: bool = False,
        return_document: bool = False,
        **options: object,
    ) -> Row | None:
        filter, update = self._altered(filter, update)
        return await self._call(
            "find_and_update",
            lambda table: table.find_and_update(
                filter, update, projection, sort=sort, upsert=upsert, after=return_document
            ),
            **options,
        )

    async def delete_one(self, filter: Filter, **options: object) -> DeleteResult:
        query = stored(filter)
        gone = await self._call("delete", lambda table: table.delete(query), **options)
        return DeleteResult({"n": gone}, True)

    async def delete_many(self, filter: Filter, **options: object) -> DeleteResult:
        query = stored(filter)
        gone = await self._call("delete", lambda t: t.delete(query, many=True), **options)
        return DeleteResult({"n": gone}, True)

    async def bulk_write(
        self, requests: Sequence[Any], ordered: bool = True, **options: object
    ) -> BulkWriteResult:
        """Each write by itself, at one moment of the server: a bulk is no transaction.

        The product may rely on no order of other writers between them, so none is given.
        """
        writes = [(i, self._write_of(request)) for i, request in enumerate(requests)]
        if not ordered:  # the driver sends inserts first, then updates, then deletions
            writes.sort(key=lambda write: _RANK.get(type(requests[write[0]]), 1))
        return await self._call(
            "bulk_write", lambda table: _in_bulk(table, writes, ordered), **options
        )

    def _write_of(self, request: Any) -> Callable[[Table], Row]:
        if isinstance(request, InsertOne):
            row = stored(request._doc)
            return lambda table: {"nInserted": 1, "id": table.insert(row)}
        if isinstance(request, DeleteOne):
            doomed = stored(request._filter)
            return lambda table: {"nRemoved": table.delete(doomed)}
        if not isinstance(request, UpdateOne | UpdateMany):
            raise NotSimulated(f"{type(request).__name__} in bulk")
        query, update = self._altered(request._filter, request._doc)
        many, upsert = isinstance(request, UpdateMany), bool(request._upsert)

        def write(table: Table) -> Row:
            matched, changed, made = table.update(query, update, upsert=upsert, many=many)
            return {"nMatched": matched, "nModified": changed, "nUpserted": int(made is not None)}

        return write

    # What binding records asks

    async def index_information(self) -> dict[str, Any]:
        return {}

    async def create_indexes(self, indexes: Sequence[IndexModel], **options: object) -> list[str]:
        for index in indexes:
            if index.document.get("unique"):
                self._world().unique.setdefault(self.name, []).append(tuple(index.document["key"]))
        return [index.document["name"] for index in indexes]


_HARMLESS = frozenset({"hint", "batch_size", "max_time_ms", "maxTimeMS", "comment"})
_RANK = {InsertOne: 0, DeleteOne: 2}
"""Where the driver sends what, in a bulk without order; updates stand between."""
_COUNTS = ("nInserted", "nMatched", "nModified", "nRemoved", "nUpserted")


def _in_bulk(
    table: Table, writes: Sequence[tuple[int, Callable[[Table], Row]]], ordered: bool
) -> BulkWriteResult:
    counts: Row = dict.fromkeys(_COUNTS, 0)
    errors: list[Row] = []
    for place, write in writes:
        try:
            done = write(table)
        except DuplicateKeyError as error:
            errors.append(
                {**(error.details or {}), "index": place, "code": 11000, "errmsg": str(error)}
            )
            if ordered:
                break
            continue
        for name in _COUNTS:
            counts[name] += done.get(name, 0)
    result = {**counts, "upserted": [], "writeErrors": errors, "writeConcernErrors": []}
    if errors:
        raise BulkWriteError(result)
    return BulkWriteResult(result, acknowledged=True)


class Server(Protocol):
    """What collections need of the world's database server."""

    wire: Wire
    writes: Writes
    unique: dict[str, list[tuple[str, ...]]]

    def table(self, name: str) -> Table:
        """The rows of a collection."""
