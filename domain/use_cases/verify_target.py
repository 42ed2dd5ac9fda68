"""Try a target out: the scheduler does it, we wait for its word."""

import time
import uuid

from domain.documents import Target, TargetCheck
from domain.live.changes import Change, Kind
from domain.live.hub import Hub
from domain.permissions import Permission, require
from domain.transaction import outside_transaction
from domain.use_cases.context import Request
from domain.use_cases.revisions import require_revision

TIMEOUT_S = 8.0
"""Less than the database lets a transaction live."""


async def verify_target(
    request: Request, name: str, hub: Hub, *, timeout_s: float = TIMEOUT_S
) -> tuple[Target, TargetCheck]:
    """The target as it is after the trial, and the answer; not answered if nobody did in time.

    The request is written outside the caller's transaction, so that the scheduler can see it.
    Raises Forbidden, NotFound.
    """
    require(request.viewer, Permission.ADMIN)
    await require_revision(Target, name, None)
    check = TargetCheck(
        id=uuid.uuid4().hex,
        target=name,
        requested_by=request.viewer.user_id,
        requested_at=request.now,
    )
    with outside_transaction():
        answered = await _answer(check, hub, timeout_s)
        return await require_revision(Target, name, None), answered


async def _answer(check: TargetCheck, hub: Hub, timeout_s: float) -> TargetCheck:
    def is_ours(change: Change) -> bool:
        return change.kind is Kind.TARGET_CHECKS and change.id == check.id

    until = time.monotonic() + timeout_s
    present = check
    async with hub.listen(is_ours) as listener:
        await check.insert()
        while present.answered_at is None and time.monotonic() < until:
            await listener.wait(until - time.monotonic())
            present = await TargetCheck.get(check.id) or present
    return present
