"""The stream of jobs that match a filter."""

from collections.abc import AsyncGenerator, AsyncIterator

from strawberry import UNSET

from domain.database import Row
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission, Viewer
from resolvers.job_filter import plain, query_of
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition, SentJobs
from resolvers.stream_source import Content
from schema.arguments import MaxBatchSize, MinIntervalMs, Snapshot, StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.filters import Filter, JobFilter
from schema.job import Job
from schema.streams import JobStreamMessage


class JobSource(ResumedByPosition):
    """Jobs in the caller's projects; the filter is asked anew for every change."""

    message = JobStreamMessage
    field = "Subscription.jobChanges"

    def __init__(self, filter: JobFilter | None) -> None:
        self.filter: object = plain(filter) if filter else None
        self._filter = filter
        self._sent = SentJobs()
        self.sent = (self._sent,)
        self._compiled: tuple[Viewer, Row] | None = None

    def concerns(self, change: Change) -> bool:
        """Every change of a job, which can come into the filter, and of who sees its project."""
        return change.kind in (Kind.JOBS, Kind.PROJECTS)

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """All jobs that match now, by id."""
        query = self._query_for(context.caller)
        self._sent.start_anew()
        after, full = "", True
        while full:
            jobs = await context.reads.jobs_where(query, after=after, limit=batch)
            self._sent.note(job.id for job in jobs)
            yield {"upserted": [Job.from_document(job) for job in jobs], "removed": []}
            full = len(jobs) == batch
            after = jobs[-1].id if jobs else ""

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """The dirty jobs that match, and those that match no more."""
        query = self._query_for(context.caller)
        upserted, removed = await self._sent.changes(context, dirty, query)
        if not upserted and not removed:
            return []
        pieces = [upserted[i : i + batch] for i in range(0, len(upserted), batch)] or [[]]
        contents: list[Content] = [{"upserted": piece, "removed": []} for piece in pieces]
        contents[-1]["removed"] = removed
        return contents

    def _query_for(self, caller: Viewer) -> Row:
        """The filter as a query; compiled anew only if the caller has changed."""
        if self._compiled is None or self._compiled[0] is not caller:
            self._compiled = caller, query_of(self._filter, caller)
        return self._compiled[1]

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return {"upserted": [], "removed": []}


@object_type
class JobSubscriptions:
    """Streams of jobs."""

    @subscription(Permission.READ)
    async def job_changes(
        self,
        info: Info,
        filter: Filter = UNSET,
        after: StreamAfter = UNSET,
        snapshot: Snapshot = True,
        max_batch_size: MaxBatchSize = 200,
        min_interval_ms: MinIntervalMs = 250,
    ) -> AsyncGenerator[JobStreamMessage, None]:
        """Jobs matching a filter."""
        source = JobSource(filter or None)
        stream = Stream(info.context, source, Pace.of(max_batch_size, min_interval_ms))
        async for message in stream.messages(after or None, snapshot=snapshot):
            yield message
