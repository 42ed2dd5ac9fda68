"""The nine statuses of a job, the moves between them, and their groups."""

from enum import StrEnum


class JobStatus(StrEnum):
    """Where a job stands; `deleted` is a flag, not a status."""

    BUILDING = "building"
    QUEUED = "queued"
    LAUNCHED = "launched"
    STARTED = "started"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    KILLED = "killed"
    FAILED = "failed"


class QueueStatus(StrEnum):
    """Why a queued job waits."""

    WAITING_INPUTS = "waiting_inputs"
    PROJECT_PAUSED = "project_paused"
    ON_HOLD = "on_hold"
    ACTIVELY_QUEUED = "actively_queued"
    LAUNCHED = "launched"
    WAITING_MAINTENANCE = "waiting_maintenance"
    WAITING_LICENSES = "waiting_licenses"
    WAITING_RESOURCES = "waiting_resources"


S = JobStatus

MOVES: dict[JobStatus, frozenset[JobStatus]] = {
    S.BUILDING: frozenset({S.QUEUED}),
    S.QUEUED: frozenset({S.BUILDING, S.LAUNCHED}),
    S.LAUNCHED: frozenset({S.QUEUED, S.STARTED, S.FAILED, S.KILLED}),
    S.STARTED: frozenset({S.RUNNING, S.WAITING, S.FAILED, S.KILLED}),
    S.RUNNING: frozenset({S.WAITING, S.COMPLETED, S.FAILED, S.KILLED}),
    S.WAITING: frozenset({S.QUEUED, S.RUNNING, S.COMPLETED, S.FAILED, S.KILLED}),
    S.COMPLETED: frozenset({S.BUILDING}),
    S.KILLED: frozenset({S.COMPLETED, S.BUILDING}),
    S.FAILED: frozenset({S.COMPLETED, S.BUILDING}),
}
"""Status → the statuses that may follow it (04-lifecycle, "Allowed transitions").

A job that waits between its two phases is queued by its answer (docs/adr/0028).
"""

QUEUED = frozenset({S.QUEUED})
ACTIVE = frozenset({S.LAUNCHED, S.STARTED, S.RUNNING, S.WAITING})
CURRENT = QUEUED | ACTIVE
DONE = frozenset({S.COMPLETED, S.KILLED, S.FAILED})
EVERY = frozenset(JobStatus)


def may_move(old: JobStatus, new: JobStatus) -> bool:
    """Whether the table of moves leads from `old` to `new` in one step."""
    return new in MOVES[old]
