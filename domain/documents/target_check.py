"""A target to be tried out, and what came of it."""

from datetime import datetime

from domain.database import index
from domain.documents.record import Record


class TargetCheck(Record):
    """One trial, asked for by the API; the leading scheduler carries it out and answers, once.

    `reachable` is None in an answer that says why nothing was tried.
    """

    id: str
    target: str
    requested_by: str
    requested_at: datetime
    answered_at: datetime | None = None
    reachable: bool | None = None
    output: str | None = None

    class Settings:
        """Collection and indexes; the database forgets a trial after an hour."""

        name = "target_checks"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("answered_at", "requested_at"),
            index("requested_at", expire_after_s=3600),
        ]
