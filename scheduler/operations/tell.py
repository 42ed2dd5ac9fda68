"""Tell whoever asked for an operation what has become of a job."""

from domain.documents import Operation
from domain.documents.notification import NotificationStatus
from domain.notifications import notify
from scheduler.operations.tools import OperationTools


async def tell(
    operation: Operation, job_id: str, message: str, tools: OperationTools, *, failed: bool = False
) -> None:
    """Notify once for this operation and job, however often it is repeated."""
    await notify(
        operation.requested_by,
        message,
        NotificationStatus.DANGER if failed else NotificationStatus.SUCCESS,
        job_id=job_id,
        now=tools.clock(),
        occasion=f"{operation.id}:{job_id}",
    )
