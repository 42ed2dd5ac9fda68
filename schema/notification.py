"""Notices to a user."""

from datetime import datetime

import strawberry

from domain import documents
from domain.documents.notification import NotificationStatus
from schema.context import Info
from schema.described import attribute, describe, field, object_type
from schema.job import Job
from schema.node import Node, global_id
from schema.presenting import present, same_names

describe(
    NotificationStatus,
    "NotificationStatus",
    "Notification severity.",
    {
        "SUCCESS": "Success.",
        "PRIMARY": "Primary.",
        "WARNING": "Warning.",
        "DANGER": "Danger.",
    },
)


@object_type
class Notification(Node):
    """A notification."""

    document: strawberry.Private[documents.Notification]
    message: str = attribute("Text.")
    status: NotificationStatus = attribute("Severity.")
    progress_pct: float | None = attribute("0 to 100.")
    active: bool = attribute("Active.")
    created_at: datetime = attribute("Created.")

    @field()
    async def job(self, info: Info) -> Job | None:
        """About."""
        id = self.document.job_id
        job = await info.context.reads.job(id) if id else None
        return Job.from_document(job) if job else None

    @staticmethod
    @present.register(documents.Notification)
    def from_document(document: documents.Notification) -> "Notification":
        """Show the notification."""
        return Notification(
            id=global_id("Notification", document.id),
            document=document,
            **same_names(Notification, document, "id", "document"),
        )
