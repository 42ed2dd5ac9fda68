"""A queued job as the planner sees it, its bucket in the queue, and why it waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.errors import Shortage
from domain.resources import ResourceSpec
from domain.status import QueueStatus


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a job waits, for people and with numbers; `blocked_by` are ids of at most three jobs."""

    status: QueueStatus
    message: str
    shortages: tuple[Shortage, ...] = ()
    blocked_by: tuple[str, ...] = ()
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What jobs ask for: where one of a shape does not fit, no other of the shape does."""

    lane: str
    need: ResourceSpec = field(default_factory=ResourceSpec)
    tokens: int = 0
    hostname: str | None = None
    gpus: tuple[int, ...] = ()
    job_type: str = ""


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A queued job; `obstacle` is a reason that no resource can lift."""

    id: str
    uid_num: int
    shape: Shape
    priority: int
    entered_at: datetime
    user: str = ""
    obstacle: Reason | None = None

    @property
    def bucket(self) -> "Bucket":
        """The part of the queue that it stands in."""
        return Bucket(self.shape, self.priority, self.user)

    @property
    def age_order(self) -> tuple[datetime, int, str]:
        """The place within its bucket; ageing and fair share change nothing there."""
        return (self.entered_at, self.uid_num, self.id)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Queued jobs that differ in nothing but their age: the oldest is always first."""

    shape: Shape
    priority: int
    user: str = ""

    @property
    def lane(self) -> str:
        """The lane of its jobs."""
        return self.shape.lane


def as_document(reason: Reason) -> Mapping[str, object]:
    """The reason as `Job.waiting_for` stores it."""
    return {
        "status": str(reason.status),
        "message": reason.message,
        "position_in_lane": reason.position,
        "shortages": [
            {"resource": s.resource, "needed": s.needed, "free": s.free} for s in reason.shortages
        ],
        "blocked_by": list(reason.blocked_by),
    }
