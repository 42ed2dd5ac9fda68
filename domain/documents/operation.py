"""A long action as data: what was asked, how far it has come, and what a restart keeps alone."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, Field

from domain.database import index
from domain.documents.record import Record


class OperationStatus(StrEnum):
    """How an operation stands."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIALLY_SUCCEEDED = "partially_succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (OperationStatus.PENDING, OperationStatus.RUNNING)


class JobOutcome(BaseModel):
    """What became of one job of the operation.

    `begun`: something was done to it, so a cancellation comes too late. `outcome` is set once it
    is `done`, in the words of the contract's JobActionOutcome; `code` (an ErrorCode) and `error`
    (a sentence) say why it failed. `fraction` of its work is done, 0 to 1, where that is known.
    `location` is where an export lies.
    """

    job_id: str
    begun: bool = False
    done: bool = False
    outcome: Literal["applied", "skipped", "failed", "not_attempted"] | None = None
    code: str | None = None
    error: str | None = None
    bytes_freed: int | None = None
    location: str | None = None
    fraction: float = 0.0


class Operation(Record):
    """One operation; `action` is an action of `domain/actions.py`, jobs in request order.

    It holds its jobs (`Job.active_operation`); the last write to a job also lets go of it. `error`
    is a sentence about what concerns no single job. `term` is of the last leader that wrote it.
    """

    id: str
    action: str
    status: OperationStatus = OperationStatus.PENDING
    phase: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)  # JSON: the options of the action
    outcomes: list[JobOutcome]
    error: str | None = None
    project_uids: list[str] = Field(default_factory=list)
    requested_by: str
    cancel_requested_at: datetime | None = None
    term: int = 0
    revision: int = 1
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def progress(self) -> float:
        """The part of its work that is done, 0 to 1; jobs count alike."""
        done = sum(1.0 if o.done else o.fraction for o in self.outcomes)
        return done / len(self.outcomes) if self.outcomes else 1.0

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self.status in OPEN

    @property
    def cancellable(self) -> bool:
        """Whether cancelling it would spare any job."""
        asked = self.cancel_requested_at is not None
        return self.is_open and not asked and any(not o.begun and not o.done for o in self.outcomes)

    class Settings:
        """Collection and indexes."""

        name = "operations"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("status", "created_at"),
            index("-created_at", "-_id"),
            index("requested_by", "_id"),
            index("project_uids", "-created_at"),
        ]


class RestartLock(Record):
    """The last restart of a project, by its uid; it locks while that operation is open.

    So a lock can never be left behind, and two restarts that begin at once write the same record.
    """

    id: str
    operation: str

    class Settings:
        """Collection."""

        name = "restart_locks"
