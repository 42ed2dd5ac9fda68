"""How many jobs a lane has, and which of them the caller sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.status import JobStatus


@dataclass(frozen=True)
class LaneLoad:
    """How busy a lane is: its queued and its active jobs."""

    queued: int = 0
    active: int = 0
    oldest_queued_at: datetime | None = None


@dataclass(frozen=True)
class LaneColumn:
    """The caller's queued and active jobs on a lane: ids by status, in the order of the queue."""

    ids: Mapping[JobStatus, Sequence[str]]

    def of(self, statuses: frozenset[JobStatus]) -> list[str]:
        """The jobs in these statuses, the furthest first, then in the order of the queue."""
        stages = [status for status in reversed(JobStatus) if status in statuses]
        return [id for status in stages for id in self.ids.get(status, ())]
