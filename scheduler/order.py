"""The order of the queue: priority with ageing and fair share, then age, then number (INV-19).

Within a bucket age alone decides, whatever the hour, so only the buckets' heads are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush

from scheduler.queued_job import Bucket, QueuedJob

Rank = tuple[float, datetime, int, str]
Waiting = Mapping[Bucket, Sequence[QueuedJob]]
"""The queue: the jobs of each bucket, oldest first; no bucket is empty."""


@dataclass(frozen=True, slots=True)
class OrderRules:
    """How priorities change while jobs wait.

    `ageing_s`: a job gains one point of priority for each such time that it has waited, and
    `ageing_limit` points at most; 0 turns ageing off. `fair_share`: the points that a user's jobs
    lose for each GPU that jobs of theirs hold (a job without GPUs counts as one); 0 turns it off.
    `patience_s`: how long the first job of a lane waits before room is kept for it.
    """

    ageing_s: float = 3600.0
    ageing_limit: int = 20
    fair_share: float = 0.0
    patience_s: float = 1800.0

    def gain(self, job: QueuedJob, now: datetime) -> int:
        """The points that the job has gained by waiting."""
        if not self.ageing_s:
            return 0
        waited = (now - job.entered_at).total_seconds()
        return max(0, min(self.ageing_limit, int(waited // self.ageing_s)))


class Ranking:
    """Ranks jobs at one moment; `held` says what each user holds, and grows with what is given."""

    def __init__(self, rules: OrderRules, now: datetime, held: Mapping[str, int]) -> None:
        self.rules = rules
        self.now = now
        self._held = dict(held)

    def anew(self) -> "Ranking":
        """The same, with a memory of its own for what is given."""
        return Ranking(self.rules, self.now, self._held)

    def give(self, job: QueuedJob) -> None:
        """The job starts: its user holds more from now on."""
        self._held[job.user] = self._held.get(job.user, 0) + max(1, job.shape.need.gpu)

    def rank(self, job: QueuedJob) -> Rank:
        """The place in every queue, lowest first."""
        points: float = job.priority + self.rules.gain(job, self.now)
        points -= self.rules.fair_share * self._held.get(job.user, 0)
        return (-points, *job.age_order)


class Heads:
    """The queue from its front: `pop` gives the first job of all buckets that are still open."""

    def __init__(self, waiting: Waiting, ranking: Ranking) -> None:
        self._waiting = waiting
        self._ranking = ranking
        self._heap = [(ranking.rank(jobs[0]), bucket, 0) for bucket, jobs in waiting.items()]
        heapify(self._heap)

    def pop(self) -> QueuedJob | None:
        """The first job; its bucket stays closed until `go_on`. None at the end."""
        while self._heap:
            rank, bucket, at = heappop(self._heap)
            job = self._waiting[bucket][at]
            present = self._ranking.rank(job)
            if present == rank:
                self._last = (bucket, at)
                return job
            heappush(self._heap, (present, bucket, at))  # its user has been given something since
        return None

    def go_on(self) -> None:
        """Open the bucket of the last job again, at the job behind it."""
        bucket, at = self._last
        jobs = self._waiting[bucket]
        if at + 1 < len(jobs):
            heappush(self._heap, (self._ranking.rank(jobs[at + 1]), bucket, at + 1))


def in_order(waiting: Waiting, ranking: Ranking) -> Iterator[QueuedJob]:
    """All jobs from the front; reading a few costs little, however many there are."""
    heads = Heads(waiting, ranking)
    while (job := heads.pop()) is not None:
        yield job
        heads.go_on()
