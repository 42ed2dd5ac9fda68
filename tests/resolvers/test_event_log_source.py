"""The stream of a log follows a program that writes without a pause."""

import asyncio
from typing import Any, cast

from domain.clock import now
from domain.database import Database
from domain.documents import Event, Job
from domain.documents.event_log import EventType
from domain.live.changes import Kind
from domain.live.cursor import Position
from domain.live.hub import Dirty
from resolvers.job_event_log import EventLogSource
from resolvers.stream_source import MARK
from schema.context import Context
from tests.api.streams.live import make_job


class EndlessLog:
    """The reads of a job whose log always has one more page than was read."""

    def __init__(self, of: Job) -> None:
        self.reads = self
        self._job = of

    async def job(self, id: str) -> Job:
        return self._job

    async def entries_of(self, job_id: str, *, after: int, limit: int, types: Any) -> list[Event]:
        await asyncio.sleep(0)  # as a database would
        return [_entry(job_id, number) for number in range(after + 1, after + 1 + limit)]


def _entry(job_id: str, number: int) -> Event:
    names = {"project_uid": "P1", "job_uid": "J1", "job_id": job_id}
    head = {"number": number, "source": str(number), "type": EventType.TEXT}
    return Event(id=f"{job_id}:{number:09d}", created_at=now(), **names, **head)


async def test_what_is_written_while_a_log_is_read_waits_for_the_next_message(
    database: Database,
) -> None:
    context = cast("Context", EndlessLog(await make_job("J1")))
    source = EventLogSource("P1-J1", types=None, tail=None)
    dirty = Dirty({Kind.EVENTS: {"P1-J1:000000005", "P1-J1:000000002"}}, {}, Position((1, 1)))

    async with asyncio.timeout(2):
        contents = await source.delta(context, dirty, batch=2)

    assert [len(content["entries"]) for content in contents] == [2, 2, 2]


async def test_each_message_counts_the_entries_that_were_sent_by_then(database: Database) -> None:
    """Whoever goes on from the first of several messages is told all that the others had."""
    context = cast("Context", EndlessLog(await make_job("J1")))
    source = EventLogSource("P1-J1", types=None, tail=None)
    dirty = Dirty({Kind.EVENTS: {"P1-J1:000000006"}}, {}, Position((1, 1)))

    contents = await source.delta(context, dirty, batch=2)
    again = EventLogSource("P1-J1", types=None, tail=None)
    is_known = again.resume_from(contents[0][MARK])
    rest = await again.delta(context, dirty, batch=2)

    assert [content[MARK] for content in contents] == [4, 8, 12]
    assert is_known
    assert [content[MARK] for content in rest] == [8, 12]
