"""An entry of a job's event log."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from domain.database import index
from domain.documents.record import Record


class EventType(StrEnum):
    """What an entry is."""

    TEXT = "text"
    WARNING = "warning"
    ERROR = "error"
    IMAGE = "image"
    INTERACTIVE = "interactive"
    CHECKPOINT = "checkpoint"


class EventFile(BaseModel):
    """A file of an entry; `path` is relative to the project directory."""

    path: str
    filetype: str


class Event(Record):
    """One entry; its id is "P3-J42:000000017": job, then the entry's number in that job's log.

    `source` is "attempt/writer/seq" for a program's record, so that reading it twice adds nothing.
    """

    id: str
    project_uid: str
    job_uid: str
    job_id: str
    number: int
    source: str
    type: EventType
    text: str = ""
    name: str | None = None
    files: list[EventFile] = Field(default_factory=list)
    flags: list[str] = Field(default_factory=list)
    meta: dict[str, Any] = Field(default_factory=dict)  # JSON as the program sent it
    cpumem_mb: float | None = None
    avail_mb: float | None = None
    created_at: datetime

    class Settings:
        """Collection and indexes."""

        name = "events"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("job_id", "number", unique=True),
            index("job_id", "source", unique=True),
            index("job_id", "type", "number"),
        ]
