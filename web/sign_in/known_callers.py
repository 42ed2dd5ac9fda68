"""Who credentials belong to, remembered for streams until the feed tells of a change.

Every stream asks before every message. A change of a user, a sign-in or a token comes through the
same feed as what a stream tells, and before it: whoever lost their rights gets nothing later.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from domain.clock import Clock
from domain.live.changes import Change, Kind
from domain.live.hub import Hub, Listener
from domain.permissions import Viewer

KEPT = timedelta(seconds=60)
CONCERNED = frozenset({Kind.USERS, Kind.LOGIN_SESSIONS, Kind.API_TOKENS})
Ask = Callable[[], Awaitable[Viewer | None]]


class KnownCallers:
    """The callers of one process by their credentials; nobody who was refused is kept."""

    def __init__(self, listener: Listener, clock: Clock) -> None:
        self._listener = listener
        self._clock = clock
        self._known: dict[Hashable, tuple[Viewer, datetime]] = {}

    async def ask(self, credentials: Hashable, ask: Ask) -> Viewer | None:
        """The caller as `ask` finds it, now or a moment ago."""
        if self._listener.is_dirty:
            await self._listener.wait(0)
            self._known.clear()
        found = self._known.get(credentials)
        if found is not None and self._clock() < found[1]:
            return found[0]
        viewer = await ask()
        self._known.pop(credentials, None)
        if viewer is not None and not self._listener.is_dirty:
            self._known[credentials] = viewer, self._until(viewer)
        return viewer

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
