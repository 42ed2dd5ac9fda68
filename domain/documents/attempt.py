"""An attempt: one try to run a queued job, and what is known of its process."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from domain.database import index
from domain.documents.record import Record
from domain.documents.shapes import AllocatedResources, Interaction


class AttemptState(StrEnum):
    """How far an attempt has come; VOID never ran and never will, LOST left no result."""

    NEW = "new"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    CLAIMED = "claimed"
    ENDED = "ended"
    VOID = "void"
    LOST = "lost"


UNSETTLED = (
    AttemptState.NEW,
    AttemptState.SUBMITTING,
    AttemptState.SUBMITTED,
    AttemptState.CLAIMED,
    AttemptState.LOST,
)
"""States in which an attempt may still hold slots and tokens."""


class RunPhase(StrEnum):
    """Which part of its work an attempt does; all of it, unless its type has two phases."""

    MAIN = "main"
    PREPARE = "prepare"
    APPLY = "apply"


class MessageFile(BaseModel):
    """How far a file of messages has been read: whole lines up to `offset`, in bytes."""

    inode: int
    offset: int
    seq: int = 0


class Attempt(Record):
    """One attempt; its id is "P3-J42#2". `directory` and `project_dir` are absolute.

    The files in `directory` are the truth of the run; this record says what was learned of them.
    Its tokens are those of `instance_id`. `question` is what a first phase has asked; a second
    phase begins with the one that was `answered`.
    """

    id: str
    project_uid: str
    job_uid: str
    number: int
    state: AttemptState
    token: str
    instance_id: str = ""
    term: int
    directory: str
    project_dir: str
    resources: AllocatedResources
    phase: RunPhase = RunPhase.MAIN
    question: Interaction | None = None
    answered: Interaction | None = None
    created_at: datetime
    submitted_at: datetime | None = None
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    unreachable_since: datetime | None = None
    quarantined: bool = False
    message_files: dict[str, MessageFile] = Field(default_factory=dict)
    code: int | None = None
    signal: int | None = None
    reason: str | None = None
    max_rss_kb: int | None = None

    @property
    def job_id(self) -> str:
        """The id of the job: "P3-J42"."""
        return f"{self.project_uid}-{self.job_uid}"

    class Settings:
        """Collection and indexes."""

        name = "attempts"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("state"),
            index("project_uid", "job_uid", "number", unique=True),
        ]
