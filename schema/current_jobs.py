"""The Current Jobs panel: queued and active jobs by lane."""

from schema.described import attribute, object_type
from schema.job import Job
from schema.lane import SchedulerLane
from schema.scalars import BigInt, Cursor
from schema.status_count import JobStatusCount
from schema.target import SchedulerTarget
from schema.token_usage import TokenUsage


@object_type
class CurrentLane:
    """One lane column of the Current Jobs panel."""

    lane: SchedulerLane = attribute("Lane.")
    total_count: int = attribute("Jobs attached.")
    shown_count: int = attribute("Jobs in this view.")
    jobs: list[Job] = attribute("First jobs of the column.")


@object_type
class CurrentJobs:
    """The Current Jobs panel in one query."""

    counts: list[JobStatusCount] = attribute("By status.")
    lanes: list[CurrentLane] = attribute("Active lanes.")
    inactive_lanes: list[SchedulerLane] = attribute("Inactive lanes.")
    active_targets: list[SchedulerTarget] = attribute("Targets with running jobs, for the footer.")
    token_usage: TokenUsage = attribute("GPU tokens.")
    cursor: Cursor = attribute(
        "Pass as `after` to currentJobsChanges: query first, then subscribe, with no gap."
    )
    sequence: BigInt = attribute("The same position as a number.")
