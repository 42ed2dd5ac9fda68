"""How many sockets and streams over HTTP each user has open at this process."""

from collections import Counter


class TooManyStreams(Exception):
    """The user has as many open as one may have; closing one makes room."""


class OpenStreams:
    """Counts them by user; at most `most` each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def require_room(self, user_id: str) -> None:
        """Raises TooManyStreams."""
        if self._open[user_id] >= self._most:
            raise TooManyStreams

    def enter(self, user_id: str) -> None:
        """One more; raises TooManyStreams, and then it does not count."""
        self.require_room(user_id)
        self._open[user_id] += 1

    def leave(self, user_id: str) -> None:
        """One less."""
        self._open[user_id] -= 1
        if self._open[user_id] <= 0:
            del self._open[user_id]
