"""The stream of the Current Jobs panel: its jobs, lanes, targets, tokens and banner."""

from collections.abc import AsyncGenerator, AsyncIterator

from strawberry import UNSET

from domain.database import Row
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from resolvers.lane_source import SentLanes, changed_targets
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition, SentJobs, batches
from resolvers.stream_source import Content
from schema.arguments import MaxBatchSize, MinIntervalMs, Snapshot, StreamAfter
from schema.context import Context, Info
from schema.current_jobs_view import STATUSES, CurrentJobsView, View
from schema.described import object_type
from schema.instance import current_instance
from schema.job import Job
from schema.streams import CurrentJobsStreamMessage
from schema.target import SchedulerTarget
from schema.token_usage import show_token_usage

CONCERNED = frozenset({Kind.JOBS, Kind.LANES, Kind.TARGETS, Kind.TOKEN_POOLS, Kind.INSTANCES})


class CurrentJobsSource(ResumedByPosition):
    """Queued and active jobs of the caller's projects, and what is around them."""

    message = CurrentJobsStreamMessage
    field = "Subscription.currentJobsChanges"

    def __init__(self, view: CurrentJobsView) -> None:
        self.filter: object = view.value
        self._statuses = STATUSES[view]
        self._sent = SentJobs()
        self._lanes = SentLanes()
        self.sent = (self._sent, self._lanes)

    def concerns(self, change: Change) -> bool:
        """What the panel shows."""
        return change.kind in CONCERNED

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """Lanes, targets, tokens and instance come with the first jobs."""
        columns = await context.reads.columns()
        ids = [id for column in columns.values() for id in column.of(self._statuses)]
        self._sent.start_anew()
        self._sent.note(ids)
        for number, piece in enumerate(batches(ids, batch)):
            content = await self.idle(context)
            jobs = await context.reads.jobs(piece)
            content["upserted_jobs"] = [Job.from_document(job) for job in jobs]
            if number == 0:
                content |= await _surroundings(context)
                content["upserted_lanes"] = await self._lanes.all(context)
            yield content

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """The dirty jobs of this view; the rest comes with the last message."""
        query: Row = {"status": {"$in": sorted(self._statuses)}, "deleted": False}
        jobs, removed = await self._sent.changes(context, dirty, query)
        contents = []
        for piece in batches(jobs, batch):
            content = await self.idle(context)
            content["upserted_jobs"] = list(piece)
            contents.append(content)
        last = contents[-1]
        last["removed_jobs"] = removed
        last["upserted_lanes"], last["removed_lanes"] = await self._lanes.changes(context, dirty)
        last["upserted_targets"] = await changed_targets(context, dirty)
        if Kind.TOKEN_POOLS in dirty.keys:
            last["token_usage"] = await show_token_usage(context)
        if Kind.INSTANCES in dirty.keys:
            last["instance"] = await current_instance(context)
        return contents if any(any(content.values()) for content in contents) else []

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return {
            "upserted_jobs": [],
            "removed_jobs": [],
            "upserted_lanes": [],
            "removed_lanes": [],
            "upserted_targets": [],
            "token_usage": None,
            "instance": None,
        }


async def _surroundings(context: Context) -> Content:
    targets = await context.reads.targets()
    return {
        "upserted_targets": [SchedulerTarget.from_document(target) for target in targets],
        "token_usage": await show_token_usage(context),
        "instance": await current_instance(context),
    }


@object_type
class CurrentJobsSubscriptions:
    """Streams of the Current Jobs panel."""

    @subscription(Permission.READ)
    async def current_jobs_changes(
        self,
        info: Info,
        view: View = CurrentJobsView.ALL,
        after: StreamAfter = UNSET,
        snapshot: Snapshot = True,
        max_batch_size: MaxBatchSize = 200,
        min_interval_ms: MinIntervalMs = 250,
    ) -> AsyncGenerator[CurrentJobsStreamMessage, None]:
        """The Current Jobs panel and active footer."""
        pace = Pace.of(max_batch_size, min_interval_ms)
        stream = Stream(info.context, CurrentJobsSource(view), pace)
        async for message in stream.messages(after or None, snapshot=snapshot):
            yield message
