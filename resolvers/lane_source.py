"""Lanes and targets as streams see them; a lane changes with the jobs that are queued to it."""

from collections.abc import Iterable

from domain.live.changes import Kind
from domain.live.hub import Dirty
from resolvers.stream_parts import removed
from schema.context import Context
from schema.lane import SchedulerLane
from schema.streams import RemovedObject
from schema.target import SchedulerTarget


async def changed_lanes(
    context: Context, dirty: Dirty
) -> tuple[list[SchedulerLane], list[RemovedObject]]:
    """Lanes that changed, or whose jobs did, and lanes that are gone."""
    names = set(dirty.keys.get(Kind.LANES, set()))
    names |= await context.reads.lanes_of(dirty.keys.get(Kind.JOBS, set()))
    lanes = [lane for lane in await context.reads.lanes() if lane.name in names]
    gone = dirty.deleted.get(Kind.LANES, set())
    shown = [SchedulerLane.from_document(lane) for lane in lanes]
    return shown, _gone("SchedulerLane", gone)


async def changed_targets(context: Context, dirty: Dirty) -> list[SchedulerTarget]:
    """Targets that changed."""
    names = dirty.keys.get(Kind.TARGETS, set())
    targets = await context.reads.targets() if names else []
    return [SchedulerTarget.from_document(t) for t in targets if t.name in names]


def removed_targets(dirty: Dirty) -> list[RemovedObject]:
    """Targets that are gone."""
    return _gone("SchedulerTarget", dirty.deleted.get(Kind.TARGETS, set()))


def _gone(type_name: str, names: Iterable[str]) -> list[RemovedObject]:
    found = removed(type_name, names, deleted=True)
    for one, name in zip(found, sorted(names), strict=True):
        one.uid = name
    return found
