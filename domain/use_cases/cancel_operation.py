"""Cancel an operation: what it has not begun is spared, what it has begun is finished."""

from domain import operations
from domain.documents import Operation
from domain.errors import BadInput, NotFound
from domain.permissions import Permission, require
from domain.use_cases.context import Request
from domain.visibility import visible_project_uids


async def cancel_operation(request: Request, operation_id: str) -> Operation:
    """Ask the scheduler to begin no further job; asking again changes nothing.

    Raises NotFound (also if one of its projects is not visible) and BadInput if it is too late.
    """
    require(request.viewer, Permission.WRITE)
    operation = await _visible(request, operation_id)
    if operation.cancel_requested_at is not None and operation.is_open:
        return operation
    if not operation.cancellable:
        message = f"It is too late to cancel: the operation is {operation.status}."
        if operation.is_open:
            message = "It is too late to cancel: all its jobs have been begun."
        raise BadInput(message, path=["operationId"])
    asked = await operations.ask_to_cancel(operation.id, now=request.now)
    if asked is None:
        message = "It is too late to cancel: the operation has just finished."
        raise BadInput(message, path=["operationId"])
    return asked


async def _visible(request: Request, operation_id: str) -> Operation:
    operation = await Operation.get(operation_id)
    seen = await visible_project_uids(request.viewer)
    if operation is not None and (seen is None or set(operation.project_uids) <= set(seen)):
        return operation
    raise NotFound("There is no such operation.", path=["operationId"])
