"""What must be true of a job, by what its user has done: the table of 04-lifecycle in short."""

from dataclasses import dataclass
from enum import StrEnum

ACTIVE = frozenset({"LAUNCHED", "STARTED", "RUNNING", "WAITING"})
DONE = frozenset({"COMPLETED", "KILLED", "FAILED"})
EVERY = frozenset({"BUILDING", "QUEUED"}) | ACTIVE | DONE
OPEN: dict[str, frozenset[str]] = {
    "QUEUE": frozenset({"BUILDING"}),
    "KILL": ACTIVE,
    "CLEAR": EVERY - ACTIVE,
    "RESTART": EVERY - {"BUILDING"},
    "SET_PRIORITY": EVERY - ACTIVE,
    "HOLD": frozenset({"QUEUED"}),
    "RELEASE": frozenset({"QUEUED"}),
    "CHANGE_LANE": frozenset({"QUEUED"}),
    "CLONE": EVERY,
    "ADD_TAGS": EVERY,
    "REMOVE_TAGS": EVERY,
    "DELETE": EVERY,
}
"""Action → the statuses in which it is not refused."""


class Phase(StrEnum):
    """What a user has made of a job; the scheduler alone moves it within `SUBMITTED`."""

    BUILDING = "building"
    SUBMITTED = "submitted"
    KILLED = "killed"
    COMPLETED = "completed"
    FAILED = "failed"
    DELETED = "deleted"


STATUSES: dict[Phase, frozenset[str]] = {
    Phase.BUILDING: frozenset({"BUILDING"}),
    Phase.SUBMITTED: frozenset({"QUEUED"}) | ACTIVE,
    Phase.KILLED: frozenset({"KILLED"}),
    Phase.COMPLETED: frozenset({"COMPLETED"}),
    Phase.FAILED: frozenset({"FAILED"}),
}


@dataclass
class ModelJob:
    """A job as its users know it."""

    gpus: int
    phase: Phase = Phase.BUILDING
    on_hold: bool = False
    priority: int = 0
    has_own_priority: bool = False
    tags: frozenset[str] = frozenset()

    def submit(self, priority: int | None = None) -> None:
        """It is queued, with the priority asked for, or its own, or the instance's: none."""
        self.phase, self.on_hold = Phase.SUBMITTED, False
        if priority is not None:
            self.priority = priority
        elif not self.has_own_priority:
            self.priority = 0

    def clone(self) -> "ModelJob":
        """Another one, to be built."""
        return ModelJob(self.gpus, tags=self.tags)
