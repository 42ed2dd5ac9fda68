"""A request's writes as one: all of them, or none, whatever crashes in between.

For the request path alone; the scheduling path has no transaction (docs/adr/0006).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from domain.database import (
    Database,
    DatabaseFault,
    Session,
    is_passing,
    is_unknown_commit,
    use_session,
)

T = TypeVar("T")
MAX_TRIES = 30
LONGEST_PAUSE_S = 0.1


class Transaction(Protocol):
    """Carries out all that `work` writes, or nothing; `work` may be done several times."""

    async def __call__(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` answers, once it is durable."""
        ...


async def in_transaction(database: Database, work: Callable[[], Awaitable[T]]) -> T:
    """What `work` answers, once all that it wrote is durable; if it raises, nothing was written.

    A write that meets another transaction's undoes this one, and `work` is done again from its
    beginning: what it does outside the database must be safe to repeat. It must not read or
    write side by side with itself (one session does one thing at a time).
    """
    async with await database.client.start_session() as session:
        for attempt in range(1, MAX_TRIES + 1):
            try:
                return await _once(session, work)
            except DatabaseFault as fault:
                if not is_passing(fault) or attempt == MAX_TRIES:
                    raise
            await asyncio.sleep(random.uniform(0, min(0.002 * 2**attempt, LONGEST_PAUSE_S)))
    raise AssertionError("the last try answers or raises")


def outside_transaction() -> AbstractContextManager[None]:
    """What is written within stays written, though the transaction may be undone.

    For numbers that are given once: taking them must not wait for other requests.
    """
    return use_session(None)


async def _once(session: Session, work: Callable[[], Awaitable[T]]) -> T:
    session.start_transaction()
    try:
        with use_session(session):
            answer = await work()
    except BaseException:
        await session.abort_transaction()
        raise
    await _commit(session)
    return answer


async def _commit(session: Session) -> None:
    for attempt in range(1, MAX_TRIES + 1):
        try:
            await session.commit_transaction()
        except DatabaseFault as fault:
            if not is_unknown_commit(fault) or attempt == MAX_TRIES:
                raise
        else:
            return
