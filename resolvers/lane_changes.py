"""The stream of lanes and targets."""

from collections.abc import AsyncGenerator, AsyncIterator

from strawberry import UNSET

from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from resolvers.lane_source import SentLanes, changed_targets, removed_targets
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition
from resolvers.stream_source import Content
from schema.arguments import Snapshot, StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.streams import LaneStreamMessage
from schema.target import SchedulerTarget

CONCERNED = frozenset({Kind.LANES, Kind.TARGETS, Kind.JOBS, Kind.INSTANCES})


class LaneSource(ResumedByPosition):
    """All lanes and targets; queue lengths change with jobs."""

    message = LaneStreamMessage
    field = "Subscription.laneChanges"
    filter: object = None

    def __init__(self) -> None:
        self._lanes = SentLanes()
        self.sent = (self._lanes,)

    def concerns(self, change: Change) -> bool:
        """Lanes, targets, the jobs that are counted in lanes, and which is the default."""
        return change.kind in CONCERNED

    async def snapshot(
        self,
        context: Context,
        batch: int,  # noqa: ARG002 - there are few lanes
    ) -> AsyncIterator[Content]:
        """Everything in one message."""
        yield {
            "upserted_lanes": await self._lanes.all(context),
            "upserted_targets": [
                SchedulerTarget.from_document(t) for t in await context.reads.targets()
            ],
            "removed": [],
        }

    async def delta(
        self,
        context: Context,
        dirty: Dirty,
        batch: int,  # noqa: ARG002 - there are few lanes
    ) -> list[Content]:
        """What changed, in one message."""
        lanes, removed_lanes = await self._lanes.changes(context, dirty)
        content: Content = {
            "upserted_lanes": lanes,
            "upserted_targets": await changed_targets(context, dirty),
            "removed": [*removed_lanes, *removed_targets(dirty)],
        }
        return [content] if any(content.values()) else []

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return {"upserted_lanes": [], "upserted_targets": [], "removed": []}


@object_type
class LaneSubscriptions:
    """Streams of lanes."""

    @subscription(Permission.READ)
    async def lane_changes(
        self, info: Info, after: StreamAfter = UNSET, snapshot: Snapshot = True
    ) -> AsyncGenerator[LaneStreamMessage, None]:
        """Lanes and targets."""
        stream = Stream(info.context, LaneSource(), Pace())
        async for message in stream.messages(after or None, snapshot=snapshot):
            yield message
