"""A job's event log as JSON lines: written from the database, read back without trust."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.documents import Event, Job
from domain.documents.event_log import EventFile, EventType
from domain.event_log import MAX_TEXT
from domain.uids import JobKey
from scheduler.exports.manifest import refused
from scheduler.exports.relocate import Relocation

BATCH = 500
MAX_LINE = 16 * 1024 * 1024
"""Bytes; the database keeps no larger document."""
_MAX_DEPTH = 50
_LARGEST = 2**63
_OF_THE_DATABASE = ("$ref", "$id", "$db")


class EventLine(BaseModel):
    """One entry; its project and job are those of the export."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: int = Field(ge=0, lt=_LARGEST)
    source: str = Field(max_length=1000)
    type: EventType
    text: str = Field(max_length=MAX_TEXT)
    name: str | None
    files: list[EventFile]
    flags: list[str]
    meta: dict[str, Any]  # JSON as the program sent it
    cpumem_mb: float | None
    avail_mb: float | None
    created_at: datetime


async def batches_of(job: Job) -> AsyncIterator[Sequence[Event]]:
    """The job's log, oldest first, some entries at a time."""
    last = -1
    while True:
        query = {"job_id": job.id, "number": {"$gt": last}}
        events = await Event.find(query).sort("number").limit(BATCH).to_list()
        if not events:
            return
        yield events
        last = events[-1].number


def as_lines(events: Sequence[Event]) -> bytes:
    """The entries, a line each."""
    fields = EventLine.model_fields
    lines = [EventLine(**{name: getattr(event, name) for name in fields}) for event in events]
    return b"".join(line.model_dump_json().encode() + b"\n" for line in lines)


def read_events(
    lines: BinaryIO, key: JobKey, count: int, relocation: Relocation
) -> Iterator[list[Event]]:
    """The entries of another log as those of `key`, in batches; numbers and sources are kept.

    Raises BadInput if there are not `count`, one of them is no entry, or they are not in order.
    """
    batch: list[Event] = []
    last, total = -1, 0
    while line := lines.readline(MAX_LINE):
        total += 1
        event = _event(line, total, key, relocation)
        if event.number <= last:
            raise refused(f"line {total} of its event log is out of order")
        last = event.number
        batch.append(event)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if total != count:
        raise refused(f"its event log has {total} entries, not {count}")
    if batch:
        yield batch


def is_storable(value: object, depth: int = 0) -> bool:
    """Whether the database can keep this JSON: text is Unicode, whole numbers have 64 bits."""
    if depth > _MAX_DEPTH:
        return False
    if isinstance(value, dict):
        keys = (_is_text(key) and key not in _OF_THE_DATABASE for key in value)
        return all(keys) and all(is_storable(inner, depth + 1) for inner in value.values())
    if isinstance(value, list):
        return all(is_storable(inner, depth + 1) for inner in value)
    if isinstance(value, str):
        return _is_text(value)
    return not isinstance(value, int) or -_LARGEST <= value < _LARGEST


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _event(line: bytes, number: int, key: JobKey, relocation: Relocation) -> Event:
    try:
        content = json.loads(line)
        entry = EventLine.model_validate(content)
    except (ValueError, RecursionError, ValidationError) as error:
        raise refused(f"line {number} of its event log is no entry") from error
    if not is_storable(content):
        raise refused(f"line {number} of its event log cannot be kept")
    files = [EventFile(path=relocation(f.path), filetype=f.filetype) for f in entry.files]
    return Event(
        id=f"{key}:{entry.number:09d}",
        project_uid=key.project_uid,
        job_uid=key.job_uid,
        job_id=str(key),
        **{**dict(entry), "files": files},
    )
