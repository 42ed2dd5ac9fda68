"""What is known of the attempts on a cluster from its answers, and when silence becomes proof."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scheduler.executors import attempt_files
from scheduler.executors.attempt_files import CANCEL, CLAIM
from scheduler.executors.base import (
    AttemptRef,
    ClusterWord,
    ExitReason,
    Sighting,
    SightingState,
)
from scheduler.executors.cluster_queue import QueueRow
from scheduler.executors.local import claimed_sighting, look_at_final
from scheduler.supervise import write_whole

CLUSTER = "cluster.json"
POLLS_TO_SUSPECT = 3
FRESH_S = 30.0
"""A heartbeat that changed so lately is life, whatever the cluster says."""
FROM_OUTSIDE = (128 + 9, 128 + 15)
"""Codes of a program that was killed; the cluster signals it and its supervisor at once."""


@dataclass(slots=True)
class Followed:
    """One attempt; times are monotonic seconds. `taken_at`: when its submit was answered."""

    attempt: AttemptRef
    id: str | None
    taken_at: float
    row: QueueRow | None = None
    suspect_since: float | None = None
    suspect_polls: int = 0
    beat: tuple[int, float] = (-1, 0.0)
    exit_seen_at: float | None = None
    end_asked_at: float | None = None

    def hear(self, row: QueueRow | None, now: float) -> bool:
        """Take in a successful poll that began after the submit; True if it says anything new."""
        is_ours = row is not None and self.id in (None, row.id)
        found = row if is_ours else None
        is_new = found != self.row and found is not None
        if found is not None:
            self.row, self.id = found, found.id
        if found is not None and not found.has_ended:
            self.suspect_since, self.suspect_polls = None, 0
            return is_new
        self.suspect_since = now if self.suspect_since is None else self.suspect_since
        self.suspect_polls += 1
        return True

    def is_given_up(self, now: float, grace_s: float) -> bool:
        """Whether the cluster has long had no such job, or ended it, and nothing else lives."""
        if self.suspect_since is None or self.suspect_polls < POLLS_TO_SUSPECT:
            return False
        is_fresh = self.beat[0] >= 0 and now - self.beat[1] < min(FRESH_S, grace_s)
        return now - self.suspect_since >= grace_s and not is_fresh

    def word(self) -> ClusterWord:
        """What the cluster last said."""
        row = self.row
        if row is None:
            return ClusterWord(job_id=self.id or "")
        return ClusterWord(
            job_id=row.id,
            state=row.state,
            has_ended=row.has_ended,
            waits=row.waits,
            cause=row.cause,
        )

    def asked_to_end_s(self, now: float) -> float:
        """For how long it has been asked to end, from the first time on that this is called."""
        self.end_asked_at = now if self.end_asked_at is None else self.end_asked_at
        return now - self.end_asked_at

    def explain(
        self, seen: Sighting, now: float, *, heard_at: float, grace_s: float, cause_s: float
    ) -> Sighting:
        """The sighting of its files in the light of what the cluster says.

        A run that was ended from outside is held back until the cluster has said why, or `cause_s`.
        """
        if seen.heartbeat is not None and seen.heartbeat.seq != self.beat[0]:
            self.beat = (seen.heartbeat.seq, now)
        seen = replace(seen, cluster=self.word())
        if seen.state is SightingState.ENDED:
            return self._explain_end(seen, now, heard_at, cause_s)
        if not self.is_given_up(now, grace_s):
            return seen
        if seen.state is SightingState.RUNNING:
            return replace(seen, state=SightingState.LOST)
        row, is_unclaimed = self.row, seen.state is SightingState.UNCLAIMED
        if is_unclaimed and row is not None and row.has_ended and not row.is_nodes_fault:
            return replace(seen, starter_code=1, starter_text=row.text)
        return seen

    def _explain_end(self, seen: Sighting, now: float, heard_at: float, cause_s: float) -> Sighting:
        assert seen.exit is not None
        self.exit_seen_at = now if self.exit_seen_at is None else self.exit_seen_at
        is_strange = seen.exit.reason is ExitReason.TERMINATED or seen.exit.code in FROM_OUTSIDE
        is_told = self.row is not None and heard_at > self.exit_seen_at and self.row.cause
        if not is_strange or is_told or now - self.exit_seen_at >= cause_s:
            return seen
        if (self.attempt.directory / CANCEL).exists():
            return seen
        return replace(seen, state=SightingState.RUNNING, exit=None)


def look(attempt: AttemptRef) -> Sighting:
    """What its files say; the directory is listed first, so that NFS looks anew. Raises OSError."""
    if attempt.directory.exists():
        list(attempt.directory.iterdir())
    final = look_at_final(attempt)
    if final is not None:
        return final
    claimed = attempt_files.read(attempt, CLAIM, attempt_files.to_claim)
    if claimed is None:
        return Sighting(state=SightingState.UNCLAIMED)
    return claimed_sighting(attempt, claimed, is_alive=True)


def look_at_all(attempts: Sequence[AttemptRef]) -> dict[str, Sighting]:
    """From key to sighting, without those that cannot be looked at now."""
    seen: dict[str, Sighting] = {}
    for attempt in attempts:
        try:
            seen[attempt.key] = look(attempt)
        except OSError:  # no answer about this one
            continue
    return seen


def remember_id(attempt: AttemptRef, id: str) -> None:
    """Leave the cluster's id beside the attempt's files, for a later process. Raises OSError."""
    record: dict[str, object] = {"token": attempt.token, "id": id}
    write_whole(str(attempt.directory / CLUSTER), record)


def remembered_id(attempt: AttemptRef) -> str | None:
    """The id that a submit was answered with, if that was written down."""
    try:
        record = json.loads(Path(attempt.directory, CLUSTER).read_bytes())
    except (OSError, ValueError):
        return None
    return str(record["id"]) if record.get("token") == attempt.token else None


def remembered_ids(attempts: Sequence[AttemptRef]) -> list[str | None]:
    """Those of all attempts, in order."""
    return [remembered_id(attempt) for attempt in attempts]
