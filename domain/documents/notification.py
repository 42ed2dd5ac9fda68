"""A notice to one user: what happened, and how a long thing is getting on."""

from datetime import datetime
from enum import StrEnum

from domain.database import index
from domain.documents.record import Record

KEPT_S = 7 * 24 * 3600
"""How long a notification can be read; then the database forgets it."""


OF_USER = "/"
"""Parts the user from the occasion in an id, so that a change tells whose it is."""


class NotificationStatus(StrEnum):
    """How grave it is (contract: NotificationStatus)."""

    SUCCESS = "success"
    PRIMARY = "primary"
    WARNING = "warning"
    DANGER = "danger"


class Notification(Record):
    """One notice. `progress_pct` is 0 to 100; `active` until nothing more will come of it.

    The id is the user's and that of the occasion, e.g. "anna/P3-J42#2:completed", so that nobody
    is told of one twice.
    """

    id: str
    user_id: str
    message: str
    status: NotificationStatus
    progress_pct: float | None = None
    active: bool = True
    job_id: str | None = None
    created_at: datetime
    revision: int = 1

    class Settings:
        """Collection and indexes; the database forgets notices after a week."""

        name = "notifications"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("user_id", "_id"),
            index("created_at", expire_after_s=KEPT_S),
        ]
