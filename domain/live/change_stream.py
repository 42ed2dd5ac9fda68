"""The database's change stream in whole batches, each with the position behind it.

The driver's own change stream hands out one change per call and thread switch, and does not say
when a batch ends. Here the commands behind it are sent as they are (MongoDB manual, "aggregate",
"getMore"): one call per batch, and a position even when nothing changed.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from domain.database import Database, DatabaseFault, HistoryLost, Row, Timestamp, is_history_lost
from domain.live.changes import Change, CollectionGone, Kind, change_from_row
from domain.live.cursor import Position

_BATCH_SIZE = 1000
_CLOSE_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes in the database's order; `position` is behind the last of them."""

    changes: Sequence[Change]
    position: Position


async def batches(
    database: Database, after: Position | None = None, *, await_ms: int
) -> AsyncGenerator[Batch, None]:
    """All changes of the watched collections behind `after`, or from now on; has no end.

    The first batch comes at once, later ones with the next change, or empty after `await_ms`.
    Raises HistoryLost if what is behind `after` is not all there, or a collection was dropped;
    DatabaseFault if the database cannot be reached.
    """
    async with await database.client.start_session(causal_consistency=False) as session:
        cursor_id = 0
        try:
            reply = await database.command(_aggregate(after), session=session)
            cursor_id = reply["cursor"]["id"]
            _refuse_future(after, reply["operationTime"])
            while cursor_id:
                yield _batch(reply["cursor"])
                reply = await database.command(_get_more(cursor_id, await_ms), session=session)
                cursor_id = reply["cursor"]["id"]
            raise HistoryLost("the database closed the change stream")
        except DatabaseFault as error:
            if is_history_lost(error):
                raise HistoryLost(str(error)) from error
            raise
        finally:
            if cursor_id:
                await _close(database, cursor_id)


def _refuse_future(after: Position | None, present: Timestamp) -> None:
    """A stream from the future would wait in silence until the clock gets there."""
    if after is not None and after.time > (present.time, present.inc):
        raise HistoryLost("the database is older than the position: it was restored")


def _aggregate(after: Position | None) -> Row:
    watch: Row = {}
    if after is not None and after.token is not None:
        watch["resumeAfter"] = {"_data": after.token}
    elif after is not None:
        seconds, increment = after.time
        watch["startAtOperationTime"] = Timestamp(seconds, increment + 1)  # it is inclusive
    pipeline: list[Row] = [
        {"$changeStream": watch},
        {"$match": {"ns.coll": {"$in": [kind.value for kind in Kind]}}},
        {"$project": {"operationType": 1, "ns": 1, "documentKey": 1}},
    ]
    return {"aggregate": 1, "pipeline": pipeline, "cursor": {"batchSize": _BATCH_SIZE}}


def _get_more(cursor_id: int, await_ms: int) -> Row:
    return {
        "getMore": cursor_id,
        "collection": "$cmd.aggregate",
        "batchSize": _BATCH_SIZE,
        "maxTimeMS": await_ms,
    }


def _batch(cursor: Row) -> Batch:
    rows = cursor["firstBatch"] if "firstBatch" in cursor else cursor["nextBatch"]
    try:
        changes = [change_from_row(row) for row in rows]
    except CollectionGone as error:
        raise HistoryLost(str(error)) from error
    return Batch(changes, Position.of_token(cursor["postBatchResumeToken"]["_data"]))


async def _close(database: Database, cursor_id: int) -> None:
    """Free the server's cursor and a getMore that still waits on it; it may be gone already."""
    with suppress(DatabaseFault, TimeoutError):
        async with asyncio.timeout(_CLOSE_TIMEOUT_S):
            await database.command({"killCursors": "$cmd.aggregate", "cursors": [cursor_id]})
