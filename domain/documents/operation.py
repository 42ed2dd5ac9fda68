"""A long action as data: what was asked, how far it has come."""

from datetime import datetime
from enum import StrEnum
from typing import Any

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
    """What became of one job of the operation; `error` is a sentence if it failed."""

    job_id: str
    done: bool = False
    error: str | None = None
    bytes_freed: int | None = None


class Operation(Record):
    """One operation; `action` is an action of `domain/actions.py`, jobs in request order."""

    id: str
    action: str
    status: OperationStatus = OperationStatus.PENDING
    phase: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)  # JSON: the options of the action
    outcomes: list[JobOutcome]
    project_uids: list[str] = Field(default_factory=list)
    requested_by: str
    revision: int = 1
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def progress(self) -> float:
        """The part of its jobs that is done, 0 to 1."""
        return sum(o.done for o in self.outcomes) / len(self.outcomes) if self.outcomes else 1.0

    class Settings:
        """Collection and indexes."""

        name = "operations"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("status", "created_at"),
            index("-created_at", "-_id"),
            index("requested_by", "_id"),
        ]
