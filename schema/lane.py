"""Lanes: the queues that jobs are sent to."""

from datetime import datetime

from domain import documents
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.lane_type import LaneType
from schema.node import Node, global_id
from schema.presenting import present, same_names
from schema.scalars import BigInt
from schema.target import SchedulerTarget


@object_type
class SchedulerLane(Node):
    """A scheduler lane."""

    revision: BigInt = attribute("Change counter.")
    name: str = attribute("Name.")
    type: LaneType = attribute("Type.")
    title: str = attribute("Title.")
    desc: str | None = attribute("Description.")
    drained: bool = attribute("Running jobs go on, none is started.")

    @field()
    async def active(self, info: Info) -> bool:
        """Has queued or active jobs."""
        load = await info.context.reads.lane_load(self.name)
        return load.queued + load.active > 0

    @field()
    async def is_default(self, info: Info) -> bool:
        """Used when no lane is given, and for interactive and master-only jobs."""
        return (await info.context.reads.instance()).default_lane == self.name

    @field()
    async def queue_length(self, info: Info) -> int:
        """Queued jobs."""
        return (await info.context.reads.lane_load(self.name)).queued

    @field()
    async def running_count(self, info: Info) -> int:
        """Active jobs."""
        return (await info.context.reads.lane_load(self.name)).active

    @field()
    async def oldest_queued_at(self, info: Info) -> datetime | None:
        """When the longest waiting job was queued."""
        return (await info.context.reads.lane_load(self.name)).oldest_queued_at

    @field()
    async def targets(self, info: Info) -> list[SchedulerTarget]:
        """Targets."""
        targets = await info.context.reads.targets(self.name)
        return [SchedulerTarget.from_document(target) for target in targets]

    @field()
    def queue_permitted(self, info: Info) -> bool:
        """The caller may queue here."""
        return info.context.caller.is_admin or self.name in info.context.caller.lanes

    @staticmethod
    @present.register(documents.Lane)
    def from_document(document: documents.Lane) -> "SchedulerLane":
        """Show the lane."""
        return SchedulerLane(
            id=global_id("SchedulerLane", document.id),
            type=LaneType(document.type),
            **same_names(SchedulerLane, document, "id", "type"),
        )
