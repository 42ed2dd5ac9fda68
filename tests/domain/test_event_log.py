"""A job's event log: every entry once, in order, however many come at a time."""

import pytest

from domain import event_log
from domain.clock import now
from domain.database import Database
from domain.documents import Event
from domain.documents.event_log import EventType
from domain.event_log import Entry, append
from domain.uids import JobKey

KEY = JobKey("P1", "J1")


async def test_a_long_report_is_appended_in_parts_and_each_entry_once(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_log, "AT_ONCE", 2)
    entries = [Entry(source=f"1//{n}", type=EventType.TEXT, text=f"line {n}") for n in range(5)]

    counts = [await append(KEY, entries[:3], now=now()), await append(KEY, entries, now=now())]

    assert counts == [3, 2]
    rows = await Event.rows().find({}).sort("number", 1).to_list(None)
    assert [(row["number"], row["text"]) for row in rows] == [
        (number + 1, f"line {number}") for number in range(5)
    ]
