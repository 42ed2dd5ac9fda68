"""The only module that knows the database driver: connecting, refusing unsafe servers, positions.

motor 3.7 has been announced end-of-life; the way out is in docs/adr/0002.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, cast
from urllib.parse import quote

from beanie import Document, init_beanie
from bson.timestamp import Timestamp
from motor.motor_asyncio import (
    AsyncIOMotorChangeStream,
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from pymongo.uri_parser import parse_uri

__all__ = [
    "AFTER",
    "BEFORE",
    "BulkConflict",
    "ChangeStream",
    "Collection",
    "Database",
    "DatabaseFault",
    "DuplicateKey",
    "HistoryLost",
    "Row",
    "Session",
    "Timestamp",
    "UnsafeDatabase",
    "UpdateOne",
    "bound_to_session",
    "connect",
    "index",
    "is_history_lost",
    "is_passing",
    "is_unknown_commit",
    "is_write_conflict",
    "operation_time",
    "prepare_replica_set",
    "register",
    "use_session",
    "watch",
]

Row = dict[str, Any]  # a raw document, as the driver gives it
Collection = AsyncIOMotorCollection[Row]
Database = AsyncIOMotorDatabase[Row]
Session = AsyncIOMotorClientSession
ChangeStream = AsyncIOMotorChangeStream[Row]
BulkConflict = BulkWriteError
DuplicateKey = DuplicateKeyError
DatabaseFault = PyMongoError
AFTER = ReturnDocument.AFTER
BEFORE = ReturnDocument.BEFORE

DURABLE: dict[str, Any] = {
    "w": "majority",
    "journal": True,
    "readConcernLevel": "majority",
    "retryWrites": True,
}
"""Client options under which an acknowledged write survives a crash (INV-1)."""
_WRITE_CONFLICT = 112
_LOST_CODES = frozenset({286, 280, 136, 10334, 260})
"""ChangeStreamHistoryLost, ChangeStreamFatalError (the token's change is not there),
CappedPositionLost, BSONObjectTooLarge, InvalidResumeToken (09, E2)."""


def is_history_lost(error: DatabaseFault) -> bool:
    """Whether a change stream failed for good: no retry brings its position back."""
    return isinstance(error, OperationFailure) and error.code in _LOST_CODES


def is_passing(error: DatabaseFault) -> bool:
    """Whether the transaction was undone for a reason that passes: doing it again can help."""
    return error.has_error_label("TransientTransactionError")


def is_unknown_commit(error: DatabaseFault) -> bool:
    """Whether nobody knows if the commit arrived: it may be sent again."""
    return error.has_error_label("UnknownTransactionCommitResult")


def is_write_conflict(error: DatabaseFault) -> bool:
    """Whether another transaction is writing the same document."""
    return isinstance(error, OperationFailure) and error.code == _WRITE_CONFLICT


class UnsafeDatabase(Exception):
    """The database would lose acknowledged writes, or has no change streams; says what to do."""


class HistoryLost(Exception):
    """The database no longer has the changes since the position asked for."""


_session: ContextVar[Session | None] = ContextVar("session", default=None)
_IN_A_SESSION = frozenset(
    {
        *("find", "find_one", "count_documents", "distinct", "aggregate"),
        *("insert_one", "insert_many", "update_one", "update_many", "replace_one", "bulk_write"),
        *("find_one_and_update", "find_one_and_replace", "find_one_and_delete"),
        *("delete_one", "delete_many"),
    }
)
"""What a collection does within the transaction of its caller."""


@contextmanager
def use_session(session: Session | None) -> Iterator[None]:
    """Let every record read and write in `session`; None leaves the transaction meanwhile."""
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


def bound_to_session(collection: Collection) -> Collection:
    """The collection as the present task uses it: within its transaction, if it is in one."""
    session = _session.get()
    if session is None:
        return collection
    return cast(Collection, _InSession(collection, session))


class _InSession:
    """A collection whose every operation belongs to one session."""

    def __init__(self, collection: Collection, session: Session) -> None:
        self._collection = collection
        self._session = session

    def __getattr__(self, name: str) -> object:
        attribute = getattr(self._collection, name)
        return partial(self._call, attribute) if name in _IN_A_SESSION else attribute

    def _call(self, method: Callable[..., object], *args: object, **options: object) -> object:
        return method(*args, **{**options, "session": self._session})


def index(*fields: str, unique: bool = False, expire_after_s: int | None = None) -> IndexModel:
    """An index over `fields` in their order; a leading "-" makes a field descend."""
    keys = [(f.lstrip("-"), DESCENDING if f.startswith("-") else ASCENDING) for f in fields]
    options: dict[str, Any] = {"unique": unique}  # the driver's own keyword arguments
    if expire_after_s is not None:
        options["expireAfterSeconds"] = expire_after_s
    return IndexModel(keys, **options)


@asynccontextmanager
async def connect(
    url: str, name: str, documents: Sequence[type[Document]], *, timeout_s: float = 15.0
) -> AsyncIterator[Database]:
    """Open the replica set at `url`, bind `documents` to database `name`, close at the end.

    Raises UnsafeDatabase if the server is standalone, cannot be reached within `timeout_s`,
    or if the url asks for a weaker write concern than majority.
    """
    _refuse_weak_writes(url)
    options = DURABLE | {"tz_aware": True, "serverSelectionTimeoutMS": int(timeout_s * 1000)}
    client: AsyncIOMotorClient[Row] = AsyncIOMotorClient(url, **options)
    try:
        await _refuse_standalone(client)
        await register(client[name], documents)
        yield client[name]
    finally:
        client.close()


async def register(database: Database, documents: Sequence[type[Document]]) -> None:
    """Bind `documents` to `database` and make their indexes; also for the mock in unit tests."""
    await init_beanie(database=database, document_models=list(documents))


def _refuse_weak_writes(url: str) -> None:
    try:
        asked = parse_uri(url)["options"]
    except ConfigurationError as error:
        raise UnsafeDatabase(f"The database URL cannot be used: {error}") from error
    if asked.get("w", "majority") != "majority" or asked.get("journal") is False:
        raise UnsafeDatabase(
            "The database URL asks for a weaker write concern than w=majority&journal=true; "
            "acknowledged work could be lost. Remove w= and journal= from it."
        )


async def _refuse_standalone(client: AsyncIOMotorClient[Row]) -> None:
    try:
        hello = await client.admin.command("hello")
    except ServerSelectionTimeoutError as error:
        raise UnsafeDatabase("No MongoDB answers at the database URL.") from error
    if "setName" not in hello:
        raise UnsafeDatabase(
            "This MongoDB is a standalone server; Lanekeeper needs a replica set (one node is "
            "enough: start mongod with --replSet and run rs.initiate())."
        )


async def operation_time(database: Database) -> Timestamp:
    """A cluster time at or after every write acknowledged so far on this connection."""
    reply: Mapping[str, Any] = await database.command("ping")
    time = reply["operationTime"]
    assert isinstance(time, Timestamp)
    return time


@asynccontextmanager
async def watch(
    database: Database,
    collections: Sequence[str],
    *,
    resume_after: str | None = None,
    start_at: Timestamp | None = None,
    await_ms: int = 1000,
) -> AsyncIterator[ChangeStream]:
    """The changes of `collections`: ids and times only, in the database's order.

    Each change is {_id: {_data: token}, operationType, ns, documentKey, clusterTime}.
    Starts after the token `resume_after`, or at cluster time `start_at` (inclusive), or now.
    Raises HistoryLost, on entering or while reading, if the database no longer has the position.
    """
    pipeline: list[Row] = [
        {"$match": {"ns.coll": {"$in": list(collections)}}},
        {"$project": {"operationType": 1, "ns": 1, "documentKey": 1, "clusterTime": 1}},
    ]
    options: dict[str, Any] = {"max_await_time_ms": await_ms, "batch_size": 1000}
    if resume_after is not None:
        options["resume_after"] = {"_data": resume_after}
    elif start_at is not None:
        options["start_at_operation_time"] = start_at
    try:
        async with database.watch(pipeline, **options) as stream:
            yield stream
    except OperationFailure as error:
        if is_history_lost(error):
            raise HistoryLost(str(error)) from error
        raise


async def prepare_replica_set(host: str, set_name: str, *, timeout_s: float) -> None:
    """Make the mongod at `host` a replica set of one, and wait until it takes writes.

    `host` is a socket's path or "name:port", as the set is to know its member. Safe to repeat:
    a set whose member was known by another name is told the new one.
    Raises TimeoutError if it is not writable within `timeout_s`.
    """
    url = f"mongodb://{quote(host, safe=':')}/?directConnection=true"
    client: AsyncIOMotorClient[Row] = AsyncIOMotorClient(url, serverSelectionTimeoutMS=500)
    member: Row = {"_id": 0, "host": host}
    try:
        async with asyncio.timeout(timeout_s):
            while not await _is_writable(client, set_name, member):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        client.close()


async def _is_writable(client: AsyncIOMotorClient[Row], set_name: str, member: Row) -> bool:
    try:
        hello = await client.admin.command("hello")
        if hello.get("isWritablePrimary"):
            return True
        await _configure(client, set_name, member)
    except (OperationFailure, AutoReconnect):  # it is starting, or was told already
        return False
    return False


async def _configure(client: AsyncIOMotorClient[Row], set_name: str, member: Row) -> None:
    stored = await client.local["system.replset"].find_one({})
    if stored is None:
        await client.admin.command("replSetInitiate", {"_id": set_name, "members": [member]})
    elif stored["members"][0]["host"] != member["host"]:
        stored["members"][0]["host"] = member["host"]
        stored["version"] += 1
        await client.admin.command("replSetReconfig", stored, force=True)
