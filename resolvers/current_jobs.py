"""The Current Jobs panel."""

from asyncio import gather
from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import strawberry

from domain import documents
from domain.live.cursor import ANY_FIELD
from domain.status import JobStatus
from schema.context import Context, Info
from schema.current_jobs import CurrentJobs, CurrentLane
from schema.current_jobs_view import STATUSES, CurrentJobsView, View
from schema.described import field, object_type
from schema.directives import Cost
from schema.job import Job
from schema.lane import SchedulerLane
from schema.lane_load import LaneColumn
from schema.scalars import BigInt, Cursor
from schema.status_count import JobStatusCount
from schema.target import SchedulerTarget
from schema.token_usage import show_token_usage

MOST_PER_LANE = 100


@object_type
class CurrentJobsQueries:
    """The Current Jobs panel."""

    @field(Cost(weight="10"))
    async def current_jobs(
        self,
        info: Info,
        view: View = CurrentJobsView.ALL,
        jobs_per_lane: Annotated[
            int, strawberry.argument(description="Jobs shown per lane, at most 100.")
        ] = 20,
    ) -> CurrentJobs | None:
        """The Current Jobs panel."""
        position = await info.context.position()  # noted first: what follows is not older
        columns = await info.context.reads.columns()
        lanes = await info.context.reads.lanes()
        shown = min(max(jobs_per_lane, 0), MOST_PER_LANE)
        busy = [lane for lane in lanes if columns.get(lane.name)]
        return CurrentJobs(
            counts=_counts(columns.values()),
            lanes=await gather(
                *(_column(info.context, lane, columns[lane.name], view, shown) for lane in busy)
            ),
            inactive_lanes=[
                SchedulerLane.from_document(lane) for lane in lanes if lane not in busy
            ],
            active_targets=await _active_targets(info.context),
            token_usage=await show_token_usage(info.context),
            cursor=Cursor(info.context.cursors.encode(position, ANY_FIELD, "")),
            sequence=BigInt(position.sequence),
        )


async def _column(
    context: Context,
    lane: documents.Lane,
    column: LaneColumn,
    view: CurrentJobsView,
    shown: int,
) -> CurrentLane:
    ids = column.of(STATUSES[view])
    jobs = await context.reads.jobs(ids[:shown])
    return CurrentLane(
        lane=SchedulerLane.from_document(lane),
        total_count=len(column.of(STATUSES[CurrentJobsView.ALL])),
        shown_count=len(ids),
        jobs=[Job.from_document(job) for job in jobs],
    )


def _counts(columns: Iterable[LaneColumn]) -> list[JobStatusCount]:
    counts: Counter[JobStatus] = Counter()
    for column in columns:
        counts.update({status: len(ids) for status, ids in column.ids.items()})
    return JobStatusCount.list_of(counts)


async def _active_targets(context: Context) -> list[SchedulerTarget]:
    """Those of which a slot is held."""
    return [
        SchedulerTarget.from_document(target)
        for target in await context.reads.targets()
        if any(key for held in target.slots.values() for key in held.values())
    ]
