"""The stream of one job's event log: every entry once, in order, never coalesced."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.documents.event_log import EventType
from domain.errors import NotFound
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_source import MARK, Content
from schema.arguments import MaxBatchSize, StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.event_log import show_event
from schema.given import given
from schema.job import Job
from schema.selections import JobRef
from schema.streams import EventLogStreamMessage

INTERVAL_S = 0.05


class EventLogSource:
    """Entries by number; a cursor holds twice the last number sent (INCOMPLETE is odd)."""

    message = EventLogStreamMessage
    field = "Subscription.jobEventLog"
    sent = None

    def __init__(self, job_id: str, types: Sequence[EventType] | None, tail: int | None) -> None:
        self.filter: object = {"job": job_id, "types": sorted(types) if types is not None else None}
        self._job_id = job_id
        self._types = types
        self._tail = tail
        self._last = 0

    def concerns(self, change: Change) -> bool:
        """Entries of this job's log."""
        return change.kind is Kind.EVENTS and change.id.startswith(f"{self._job_id}:")

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """The log from its start, or its last `tail` entries."""
        self._last = 0
        if self._tail is not None:
            tail = max(self._tail, 0)
            self._last = await context.reads.number_before_last(
                self._job_id, tail=tail, types=self._types
            )
        full = True
        while full:
            content = await self._next(context, batch)
            full = len(content["entries"]) == batch
            yield content

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """What is behind the last entry that was sent, as far as it is known to be there.

        What is written meanwhile comes next: a program that writes without a pause is followed.
        """
        newest = max((_number_in(id) for id in dirty.keys.get(Kind.EVENTS, ())), default=0)
        contents: list[Content] = []
        while self._last < newest:
            content = await self._next(context, batch)
            if not content["entries"]:
                break
            contents.append(content)
        return contents

    async def _next(self, context: Context, batch: int) -> Content:
        found = await context.reads.entries_of(
            self._job_id, after=self._last, types=self._types, limit=batch
        )
        self._last = found[-1].number if found else self._last
        content = await self.idle(context)
        return content | {"entries": [show_event(event, context) for event in found]}

    async def idle(self, context: Context) -> Content:
        """The job alone; raises NotFound once the reader may not see it any more."""
        job = await context.reads.job(self._job_id)
        if job is None:
            raise NotFound(f"There is no job {self._job_id}.")
        return {"job": Job.from_document(job), "entries": [], MARK: 2 * self._last}

    def is_void(self, dirty: Dirty) -> bool:
        """Whether the log was cleared."""
        return bool(dirty.deleted.get(Kind.EVENTS))

    def resume_from(self, mark: int) -> bool:
        """Go on behind the last entry sent; an odd mark is within a snapshot."""
        self._last = mark // 2
        return mark % 2 == 0


def _number_in(id: str) -> int:
    """17 of "P3-J42:000000017"."""
    return int(id.rpartition(":")[2])


@object_type
class EventLogSubscriptions:
    """Streams of event logs."""

    @subscription(Permission.READ)
    async def job_event_log(
        self,
        info: Info,
        ref: Annotated[JobRef, strawberry.argument(description="Job.")],
        types: Annotated[
            list[EventType] | None,
            strawberry.argument(description="Restrict to these entry types."),
        ] = UNSET,
        after: StreamAfter = UNSET,
        tail: Annotated[
            int | None, strawberry.argument(description="Start with the last n entries.")
        ] = UNSET,
        max_batch_size: MaxBatchSize = 200,
    ) -> AsyncGenerator[EventLogStreamMessage, None]:
        """A job's event log, from the start, from a cursor, or the last `tail` entries."""
        source = EventLogSource(str(ref.key), given(types), given(tail))
        pace = Pace.of(max_batch_size, int(INTERVAL_S * 1000))
        async for message in Stream(info.context, source, pace).messages(
            after or None, snapshot=True
        ):
            yield message
