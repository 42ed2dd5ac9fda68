"""Who credentials belong to, remembered for streams until the feed tells of a change.

Every stream asks before every message. A change of a user, a sign-in or a token comes through the
same feed as what a stream tells, and before it: whoever lost their rights gets nothing later.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from domain.clock import Clock
from domain.live.changes import Change, Kind
from domain.live.hub import Hub, Listener
from domain.permissions import Viewer

KEPT = timedelta(seconds=60)
CONCERNED = frozenset({Kind.USERS, Kind.LOGIN_SESSIONS, Kind.API_TOKENS})
Ask = Callable[[], Coroutine[Any, Any, Viewer | None]]


class KnownCallers:
    """The callers of one process by their credentials; nobody who was refused is kept.

    All who ask for the same at once are answered by one look-up: a user's thousand sockets do.
    """

    def __init__(self, listener: Listener, clock: Clock) -> None:
        self._listener = listener
        self._clock = clock
        self._known: dict[Hashable, tuple[Viewer, datetime]] = {}
        self._asking: dict[Hashable, asyncio.Task[Viewer | None]] = {}

    async def ask(self, credentials: Hashable, ask: Ask) -> Viewer | None:
        """The caller as `ask` finds it, now or a moment ago."""
        if self._listener.is_dirty:
            await self._listener.wait(0)
            self._known.clear()
            self._asking.clear()
        found = self._known.get(credentials)
        if found is not None and self._clock() < found[1]:
            return found[0]
        asking = self._asking.get(credentials)
        if asking is None:
            asking = self._asking[credentials] = asyncio.create_task(ask())
            asking.add_done_callback(lambda done: self._keep(credentials, done))
        return await asyncio.shield(asking)

    def _keep(self, credentials: Hashable, asked: asyncio.Task[Viewer | None]) -> None:
        """Remember who was found, unless something has changed since it was asked."""
        if self._asking.get(credentials) is not asked:
            return
        del self._asking[credentials]
        self._known.pop(credentials, None)
        viewer = None if asked.cancelled() or asked.exception() else asked.result()
        if viewer is not None and not self._listener.is_dirty:
            self._known[credentials] = viewer, self._until(viewer)

    def _until(self, viewer: Viewer) -> datetime:
        until = self._clock() + KEPT
        return until if viewer.expires_at is None else min(until, viewer.expires_at)


@asynccontextmanager
async def known_callers(hub: Hub, clock: Clock) -> AsyncIterator[KnownCallers]:
    """Remember callers for as long as this lasts."""
    async with hub.listen(_concerns_callers) as listener:
        yield KnownCallers(listener, clock)


def _concerns_callers(change: Change) -> bool:
    return change.kind in CONCERNED
