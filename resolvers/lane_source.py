"""Lanes and targets as streams see them; a lane changes with the jobs that are in it."""

from domain.live.changes import Kind
from domain.live.hub import Dirty
from resolvers.last_sent import LastSent
from resolvers.stream_parts import removed
from schema.context import Context
from schema.lane import SchedulerLane
from schema.streams import RemovedObject
from schema.target import SchedulerTarget

_CHANGE_LANES = frozenset({Kind.LANES, Kind.JOBS, Kind.INSTANCES})


class SentLanes(LastSent):
    """The lanes that a reader has, each with how busy it was; what differs from that is told.

    So a lane is told when a job comes, goes on, or leaves it, wherever the job has gone.
    """

    async def all(self, context: Context) -> list[SchedulerLane]:
        """Every lane, for a reader that has none."""
        self.start_anew()
        return await self._news(context)

    async def changes(
        self, context: Context, dirty: Dirty
    ) -> tuple[list[SchedulerLane], list[RemovedObject]]:
        """Lanes that are not as they were sent, and lanes that are gone."""
        gone = dirty.deleted.get(Kind.LANES, set())
        for name in gone:
            self.forget(name)
        if Kind.INSTANCES in dirty.keys:  # another may be the default lane now
            self.start_anew()
        shown = await self._news(context) if _CHANGE_LANES & dirty.keys.keys() else []
        return shown, removed("SchedulerLane", gone, deleted=True)

    async def _news(self, context: Context) -> list[SchedulerLane]:
        shown = []
        for lane in await context.reads.lanes():
            now = lane.revision, await context.reads.lane_load(lane.name)
            if self.is_news(lane.name, now):
                shown.append(SchedulerLane.from_document(lane))
        return shown


async def changed_targets(context: Context, dirty: Dirty) -> list[SchedulerTarget]:
    """Targets that changed."""
    names = dirty.keys.get(Kind.TARGETS, set())
    targets = await context.reads.targets() if names else []
    return [SchedulerTarget.from_document(t) for t in targets if t.name in names]


def removed_targets(dirty: Dirty) -> list[RemovedObject]:
    """Targets that are gone."""
    return removed("SchedulerTarget", dirty.deleted.get(Kind.TARGETS, set()), deleted=True)
