"""A job's event log: append entries, each numbered once; read pages of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.database import AFTER, BulkConflict, Row
from domain.documents import Counter, Event
from domain.documents.event_log import EventFile, EventType
from domain.uids import JobKey

MAX_TEXT = 64 * 1024
"""Characters of one entry; longer texts are cut, since programs are not trusted."""


AT_ONCE = 500
"""Entries appended by one write: between two of them others have their turn."""


@dataclass(frozen=True)
class Entry:
    """An entry to be appended; `source` makes appending it twice harmless (Event.source)."""

    source: str
    type: EventType
    text: str = ""
    created_at: datetime | None = None
    name: str | None = None
    files: tuple[EventFile, ...] = ()
    flags: tuple[str, ...] = ()
    meta: Row = field(default_factory=dict)
    cpumem_mb: float | None = None
    avail_mb: float | None = None


async def append(key: JobKey, entries: Sequence[Entry], *, now: datetime) -> int:
    """Append what is not in the log yet, in order; returns how many entries were new."""
    parts = range(0, len(entries), AT_ONCE)
    return sum([await _append(key, entries[at : at + AT_ONCE], now) for at in parts])


async def _append(key: JobKey, entries: Sequence[Entry], now: datetime) -> int:
    new = 0
    while fresh := await _unknown(key, entries):
        last = await _reserve(key, len(fresh))
        first = last - len(fresh) + 1
        events = [_event(key, entry, first + i, now) for i, entry in enumerate(fresh)]
        try:
            await Event.insert_many(events)
        except BulkConflict:  # another process read the same file at the same moment
            continue
        new += len(events)
    return new


async def _unknown(key: JobKey, entries: Sequence[Entry]) -> list[Entry]:
    sources = [entry.source for entry in entries]
    query = {"job_id": str(key), "source": {"$in": sources}}
    known = set(await Event.rows().distinct("source", query))
    return [entry for entry in entries if entry.source not in known]


async def _reserve(key: JobKey, count: int) -> int:
    row = await Counter.rows().find_one_and_update(
        {"_id": f"{key}:events"}, {"$inc": {"last": count}}, upsert=True, return_document=AFTER
    )
    assert row is not None
    last: int = row["last"]
    return last


def _event(key: JobKey, entry: Entry, number: int, now: datetime) -> Event:
    return Event(
        id=f"{key}:{number:09d}",
        project_uid=key.project_uid,
        job_uid=key.job_uid,
        job_id=str(key),
        number=number,
        source=entry.source,
        type=entry.type,
        text=entry.text[:MAX_TEXT],
        name=entry.name,
        files=list(entry.files),
        flags=list(entry.flags),
        meta=entry.meta,
        cpumem_mb=entry.cpumem_mb,
        avail_mb=entry.avail_mb,
        created_at=entry.created_at or now,
    )
