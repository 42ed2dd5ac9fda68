"""The stream of a job's log: every entry once, in order, also for who comes back."""

import pytest

from domain.clock import now
from domain.documents.event_log import EventType
from domain.event_log import Entry, append
from domain.uids import JobKey
from tests.api.streams.live import Live, make_job, make_project

pytestmark = pytest.mark.mongo
LOG = """subscription($ref: JobRef!, $after: Cursor) {
  jobEventLog(ref: $ref, after: $after, maxBatchSize: 2) {
    cursor kind snapshotComplete entries { ... on TextEvent { text } }
  }
}"""
REF = {"ref": {"uid": {"projectUid": "P1", "jobUid": "J1"}}}


async def write(first: int, last: int) -> None:
    entries = [Entry(f"1/{n}", EventType.TEXT, str(n)) for n in range(first, last + 1)]
    await append(JobKey("P1", "J1"), entries, now=now())


async def test_who_goes_on_from_the_first_of_several_messages_misses_nothing(live: Live) -> None:
    await make_project()
    await make_job("J1")
    reader = await live.read(LOG, REF)
    await reader.snapshot()
    await write(1, 6)
    first = await reader.message()
    await reader.close()

    back = await live.read(LOG, {**REF, "after": first["cursor"]})
    seen = [entry["text"] for entry in first["entries"]]
    while seen[-1] != "6":
        message = await back.message()
        assert message["kind"] == "DELTA"
        seen += [entry["text"] for entry in message["entries"]]

    assert seen == ["1", "2", "3", "4", "5", "6"]
