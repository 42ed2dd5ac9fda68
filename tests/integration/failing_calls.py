"""A database that fails at one call: the process dies there, or is told of a fault."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorCursor
from pymongo.errors import AutoReconnect

CALLS = (
    *("insert_one", "insert_many", "update_one", "update_many", "delete_many", "bulk_write"),
    *("find_one_and_update", "find_one", "count_documents"),
)


class Crash(BaseException):
    """The process dies; nothing of ours may catch it."""


class Failing(Enum):
    """How a call fails; a dead process makes no further call."""

    DIES_AFTER_EFFECT = "dies after effect"
    FAULT_BEFORE_EFFECT = "fault before effect"
    FAULT_AFTER_EFFECT = "fault after effect"


class Calls:
    """Counts the calls and fails at the n-th, from 1; `has_failed` says whether it came to that."""

    def __init__(self, at: int, how: Failing) -> None:
        self._left = at
        self._how = how
        self.has_failed = False

    async def make(self, call: Any) -> Any:  # of the driver's
        """Make the call, or fail."""
        if self.has_failed and self._how is Failing.DIES_AFTER_EFFECT:
            raise Crash
        self._left -= 1
        fails = self._left == 0
        self.has_failed |= fails
        if fails and self._how is Failing.FAULT_BEFORE_EFFECT:
            raise AutoReconnect("not sent")
        result = await call()
        if fails and self._how is Failing.DIES_AFTER_EFFECT:
            raise Crash
        if fails:
            raise AutoReconnect("done, but not told")
        return result


@asynccontextmanager
async def failing_at(call: int, how: Failing) -> AsyncIterator[Calls]:
    """Until its end, the database fails at this call; a crash or a fault that comes ends it."""
    calls = Calls(call, how)
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(
                AsyncIOMotorCollection, name, _counted(calls, AsyncIOMotorCollection, name)
            )
        patch.setattr(AsyncIOMotorCursor, "to_list", _counted(calls, AsyncIOMotorCursor, "to_list"))
        before = asyncio.all_tasks()
        try:
            yield calls
        except (Crash, AutoReconnect):
            pass
        finally:
            left = asyncio.all_tasks() - before
            await asyncio.gather(*left, return_exceptions=True)


def _counted(calls: Calls, owner: Any, name: str) -> Any:  # a method of the driver's
    original = getattr(owner, name)

    async def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return await calls.make(lambda: original(self, *args, **kwargs))

    return call
