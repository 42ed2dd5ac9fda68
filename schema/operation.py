"""Long-running actions on one or many jobs."""

from datetime import datetime

import strawberry

from domain import documents
from domain.actions import JobAction
from domain.documents.operation import OperationStatus
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.node import Node, global_id
from schema.presenting import present, same_names
from schema.scalars import BigInt
from schema.user import User


@object_type
class JobOperation(Node):
    """A long-running action on one or many jobs (kill, clear, restart, export, delete, clone…)."""

    requester: strawberry.Private[str]
    action: JobAction = attribute("Action.")
    status: OperationStatus = attribute("Status.")
    phase: str | None = attribute("Present phase, e.g. killing, clearing, queueing.")
    progress: float = attribute("0 to 1.")
    revision: BigInt = attribute("Change counter.")
    created_at: datetime = attribute("Created.")
    started_at: datetime | None = attribute("Started.")
    finished_at: datetime | None = attribute("Finished.")

    @field()
    async def requested_by(self, info: Info) -> User | None:
        """Who."""
        user = await info.context.reads.user(self.requester)
        return User.from_document(user) if user else None

    @staticmethod
    @present.register(documents.Operation)
    def from_document(document: documents.Operation) -> "JobOperation":
        """Show the operation."""
        return JobOperation(
            id=global_id("JobOperation", document.id),
            action=JobAction(document.action),
            requester=document.requested_by,
            **same_names(JobOperation, document, "id", "action", "requester"),
        )
