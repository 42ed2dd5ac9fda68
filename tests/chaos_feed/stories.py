"""What a subscriber was told, and what in it cannot be: the referee of a feed.

A story is kept across reconnects, as a client keeps its state and its last cursor.
"""

from abc import ABC, abstractmethod
from base64 import b64decode
from typing import Any

Json = dict[str, Any]


class Story(ABC):
    """One subscription's messages; `violations` are sentences."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cursor: str | None = None
        self.sequence = 0
        self.messages = 0
        self.resets = 0
        self.is_lost = False
        """The database has forgotten the cursor: the next word has to be RESET."""
        self.violations: list[str] = []
        self._is_complete = False
        self._begins_anew = True

    def told(self, message: Json) -> None:
        """Add a message."""
        kind, self.messages = message["kind"], self.messages + 1
        if self.is_lost and kind != "RESET":
            self._wrong(f"{kind} instead of RESET, though its cursor was lost")
        self.is_lost = False
        if kind == "RESET":
            self._reset()
        elif kind == "SNAPSHOT":
            self._snapshot(message)
        else:
            self._go_on(message)
        self.sequence, self.cursor = int(message["sequence"]), message["cursor"]

    def _reset(self) -> None:
        self.resets += 1
        self._is_complete, self._begins_anew = False, True

    def _snapshot(self, message: Json) -> None:
        if self._begins_anew:
            self.start_anew()
        elif self._is_complete:
            self._wrong("a SNAPSHOT after it was complete, without RESET")
        self._begins_anew, self._is_complete = False, message["snapshotComplete"]
        self.add(message)

    def _go_on(self, message: Json) -> None:
        if not self._is_complete:
            self._wrong(f"{message['kind']} before the snapshot was complete")
        news = message["kind"] == "DELTA"
        if int(message["sequence"]) < self.sequence + news:
            self._wrong(f"{message['kind']} at {message['sequence']} after {self.sequence}")
        if news:
            self.add(message)

    def _wrong(self, what: str) -> None:
        self.violations.append(f"{self.name}, message {self.messages}: {what}")

    @abstractmethod
    def start_anew(self) -> None:
        """Forget what is known."""

    @abstractmethod
    def add(self, message: Json) -> None:
        """Learn what a message brings."""


class JobStory(Story):
    """Jobs of a filter: their revisions, by global id."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.revisions: dict[str, int] = {}

    def start_anew(self) -> None:
        """Forget all jobs."""
        self.revisions = {}

    def add(self, message: Json) -> None:
        """Jobs never go back to an older revision."""
        for job in message["upserted"]:
            known = self.revisions.get(job["id"], 0)
            if job["revision"] < known:
                self._wrong(f"{job['uid']} went back from revision {known} to {job['revision']}")
            self.revisions[job["id"]] = job["revision"]
        for gone in message["removed"]:
            self.revisions.pop(gone["id"], None)

    def differs_from(self, truth: dict[str, int]) -> list[str]:
        """What is not as in the database: `truth` are the revisions of what the filter holds."""
        ids = sorted(truth.keys() | self.revisions.keys())
        wrong = [id for id in ids if truth.get(id) != self.revisions.get(id)]
        return [
            f"{self.name}: {id} is {self.revisions.get(id)}, in the database {truth.get(id)}"
            for id in wrong
        ]


class LogStory(Story):
    """A job's log: every entry once, by number; a global id ends with it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.last = 0

    def start_anew(self) -> None:
        """From the first entry on."""
        self.last = 0

    def add(self, message: Json) -> None:
        """Numbers follow each other."""
        for entry in message["entries"]:
            number = int(b64decode(entry["id"]).decode().rpartition(":")[2])
            if number != self.last + 1:
                self._wrong(f"entry {number} after {self.last}")
            self.last = number

    def differs_from(self, truth: int) -> list[str]:
        """`truth` is the number of entries in the database."""
        said = f"{self.name}: {self.last} entries, in the database {truth}"
        return [said] if truth != self.last else []
