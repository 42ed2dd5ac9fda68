"""Lanes: the queues that jobs are sent to."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import documents
from domain.database import Row
from domain.status import ACTIVE, QUEUED, JobStatus
from schema.context import Info
from schema.current_jobs_view import STATUSES, CurrentJobsView, View
from schema.described import attribute, field, object_type
from schema.directives import PAGE
from schema.job import JobConnection
from schema.lane_type import LaneType
from schema.node import Node, global_id
from schema.paging import After, Before, First, Last, Window
from schema.presenting import present, same_names
from schema.reads import JobsWanted
from schema.scalars import BigInt
from schema.selections import JobRef
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
    async def queue_position(
        self, info: Info, ref: Annotated[JobRef, strawberry.argument(description="Job.")]
    ) -> int | None:
        """Place of a job in the lane's queue, 1 being next; null if it is not queued here."""
        job = await info.context.reads.job(str(ref.key))
        if job is None or job.status is not JobStatus.QUEUED or job.queued_to_lane != self.name:
            return None
        told = job.waiting_for.position_in_lane if job.waiting_for else None
        return told or await info.context.reads.queue_place(self.name, job.id)

    @field()
    async def job_count(self, info: Info, view: View = CurrentJobsView.ALL) -> int:
        """Jobs attached in the view."""
        column = (await info.context.reads.columns()).get(self.name)
        return len(column.of(STATUSES[view])) if column else 0

    @field()
    async def targets(self, info: Info) -> list[SchedulerTarget]:
        """Targets."""
        targets = await info.context.reads.targets(self.name)
        return [SchedulerTarget.from_document(target) for target in targets]

    @field()
    def queue_permitted(self, info: Info) -> bool:
        """The caller may queue here."""
        return info.context.caller.is_admin or self.name in info.context.caller.lanes

    @field(PAGE)
    async def jobs(
        self,
        info: Info,
        view: View = CurrentJobsView.ALL,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> JobConnection:
        """Jobs attached to the lane, in run order."""
        wanted = JobsWanted(
            field="SchedulerLane.jobs",
            scope=attached_to(self.name, STATUSES[view]),
            window=Window.of(first, after, last, before),
            in_run_order=True,
        )
        return JobConnection.from_page(await info.context.reads.job_page(wanted))

    @staticmethod
    @present.register(documents.Lane)
    def from_document(document: documents.Lane) -> "SchedulerLane":
        """Show the lane."""
        return SchedulerLane(
            id=global_id("SchedulerLane", document.id),
            type=LaneType(document.type),
            **same_names(SchedulerLane, document, "id", "type"),
        )


def attached_to(lane: str, statuses: frozenset[JobStatus]) -> Row:
    """The query of the jobs in these statuses that are on the lane: queued to it, or given it."""
    queued = {"status": {"$in": sorted(statuses & QUEUED)}, "queued_to_lane": lane}
    active = {"status": {"$in": sorted(statuses & ACTIVE)}, "resources_allocated.lane": lane}
    return {"deleted": False, "$or": [queued, active]}
