"""Who waits for a change of certain objects, by object: to pass a change on is one look-up."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from domain.live.changes import Change, Kind
from domain.permissions import Viewer

Key = tuple[Kind, str]


class Watch:
    """Whether any of the watched objects may have changed; so it is at first."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._woken.set()

    @property
    def is_woken(self) -> bool:
        """Whether anything may have changed since `rest`."""
        return self._woken.is_set()

    def wake(self) -> None:
        """Something may have changed."""
        self._woken.set()

    def rest(self) -> None:
        """All that has changed so far is about to be looked at."""
        self._woken.clear()

    async def wait(self, timeout_s: float) -> None:
        """Until something may have changed, or `timeout_s` are over."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        except TimeoutError:
            return


class Watches:
    """The watches of one hub."""

    def __init__(self) -> None:
        self._watches: dict[Key, set[Watch]] = {}

    @contextmanager
    def over(self, keys: Iterable[Key]) -> Iterator[Watch]:
        """Watch these objects for as long as this lasts."""
        watched, watch = frozenset(keys), Watch()
        for key in watched:
            self._watches.setdefault(key, set()).add(watch)
        try:
            yield watch
        finally:
            for key in watched:
                self._watches[key].discard(watch)
                if not self._watches[key]:
                    del self._watches[key]

    def tell(self, changes: Iterable[Change]) -> None:
        """Wake those who watch what has changed."""
        for change in changes:
            for watch in self._watches.get((change.kind, change.id), ()):
                watch.wake()

    def tell_all(self) -> None:
        """Changes are missing: wake everybody."""
        for watches in self._watches.values():
            for watch in watches:
                watch.wake()


def sign_in_of(viewer: Viewer) -> frozenset[Key]:
    """What a caller's rights are read from: the user, and the session or token it came with."""
    keys = (
        (Kind.USERS, viewer.user_id),
        (Kind.LOGIN_SESSIONS, viewer.session_id),
        (Kind.API_TOKENS, viewer.token_id),
    )
    return frozenset((kind, id) for kind, id in keys if id is not None)
