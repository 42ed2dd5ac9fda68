"""What a reader was sent last of each object: only what differs from that is news."""


class LastSent:
    """Objects by id, as the reader has them; kept as `domain.live.groups.Sent` says."""

    def __init__(self) -> None:
        self._sent: dict[str, object] = {}
        self.is_known = True  # what was not sent is sent, whoever has it

    def start_anew(self) -> None:
        """The reader has nothing."""
        self._sent = {}

    def is_news(self, id: str, state: object) -> bool:
        """Whether the reader has the object otherwise, or not at all; it is sent if so."""
        if self._sent.get(id) == state:
            return False
        self._sent[id] = state
        return True

    def forget(self, id: str) -> None:
        """The object is gone."""
        self._sent.pop(id, None)

    def kept(self) -> dict[str, object]:
        """All objects, as they were sent."""
        return dict(self._sent)

    def restore(self, kept: dict[str, object]) -> None:
        """The reader has these."""
        self._sent = dict(kept)

    def join(self, kept: dict[str, object]) -> None:
        """Another reader has these: what not all have is sent again."""
        self._sent = {id: state for id, state in self._sent.items() if kept.get(id) == state}
