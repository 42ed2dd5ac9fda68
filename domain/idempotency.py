"""A repeated request is answered as the first time: claim a key, replay, refuse.

To be used within the request's transaction: then the key and the effect are written together.
"""

from datetime import datetime
from typing import Any

from domain.database import DatabaseFault, is_write_conflict
from domain.documents import IdempotencyKey
from domain.error_codes import ErrorCode
from domain.errors import BadInput, IdempotencyRefused

MAX_KEY = 128


async def claim(
    user_id: str, mutation: str, key: str, input_mark: str, *, now: datetime
) -> IdempotencyKey:
    """The request's record: new, or, with an `answer`, that of the first time.

    Raises BadInput for a key of the wrong length, IdempotencyRefused if the key came with
    another input, or if the first request with it still runs.
    """
    if not 1 <= len(key) <= MAX_KEY:
        message = f"An idempotency key has 1 to {MAX_KEY} characters."
        raise BadInput(message, path=["idempotencyKey"], constraint=f"1..{MAX_KEY} characters")
    id = f"{user_id}|{mutation}|{key}"
    known = await IdempotencyKey.get(id)
    if known is None:
        return await _insert(IdempotencyKey(id=id, input_mark=input_mark, created_at=now))
    if known.input_mark != input_mark:
        message = "This idempotency key was used with another input."
        raise IdempotencyRefused(message, operation_id=known.operation_id)
    return known


async def _insert(record: IdempotencyKey) -> IdempotencyKey:
    try:
        await record.insert()
    except DatabaseFault as fault:
        if not is_write_conflict(fault):
            raise
        message = "The first request with this idempotency key still runs."
        code = ErrorCode.IDEMPOTENCY_KEY_IN_FLIGHT
        raise IdempotencyRefused(message, code=code) from fault
    return record


async def remember(id: str, answer: dict[str, Any], operation_id: str | None) -> None:
    """Keep with the key what is to be answered again; `answer` is JSON."""
    values = {"answer": answer, "operation_id": operation_id}
    await IdempotencyKey.rows().update_one({"_id": id}, {"$set": values})
