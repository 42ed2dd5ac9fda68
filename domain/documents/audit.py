"""Who did what: one record for each request that was to change something."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from domain.database import index
from domain.documents.record import Record


class AuditOutcome(StrEnum):
    """How an audited request ended."""

    SUCCEEDED = "succeeded"
    PARTIALLY_SUCCEEDED = "partially_succeeded"
    REFUSED = "refused"
    FAILED = "failed"


class AuditRecord(Record):
    """One audited request; it is written once and never changed.

    `user_name` is the login at that time, `mutation` the name in the API ("deleteJobs"),
    `subject` the first of `subject_count` objects for people ("P3/J42"), `subject_id` the same
    object's type and key ("Job:P3-J42"), `error_codes` names of `ErrorCode`, each once.
    """

    id: str
    created_at: datetime
    user_id: str | None = None
    user_name: str | None = None
    api_token_name: str | None = None
    remote_address: str | None = None
    mutation: str
    subject: str
    subject_count: int = 1
    subject_id: str | None = None
    outcome: AuditOutcome
    error_codes: list[str] = Field(default_factory=list)
    message: str | None = None

    class Settings:
        """Collection and indexes: newest first, alone and by what the log is searched for."""

        name = "audit_records"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("-created_at", "-_id"),
            index("user_id", "-created_at", "-_id"),
            index("mutation", "-created_at", "-_id"),
            index("subject_id", "-created_at", "-_id"),
        ]
