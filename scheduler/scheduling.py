"""The passes of a leader: follow the queue, plan, launch, and say why the rest waits."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain import job_moves
from domain.database import Row
from domain.documents import Job
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty, Reset
from domain.status import JobStatus
from domain.uids import JobKey
from scheduler.explain import Explainer, Outcome
from scheduler.order import Ranking
from scheduler.plan import Assignment, plan
from scheduler.ready_queue import ReadyQueue
from scheduler.snapshot import take_snapshot

_OF_THE_QUEUE = frozenset({Kind.JOBS, Kind.PROJECTS})
_OF_WHAT_IS_FREE = frozenset(
    {Kind.LANES, Kind.TARGETS, Kind.TOKEN_POOLS, Kind.INSTANCES, Kind.TARGET_CHECKS}
)
AT_ONCE = 256
"""The most jobs that one pass launches: what changes meanwhile must not wait for long."""

Launch = Callable[[Mapping[str, Job], Sequence[Assignment]], Awaitable[None]]


def concerns_scheduling(change: Change) -> bool:
    """Whether a change may move the queue."""
    return change.kind in _OF_THE_QUEUE or change.kind in _OF_WHAT_IS_FREE


@dataclass
class Scheduling:
    """The queue of one term; `usable` gives the names of the targets that an executor serves."""

    term: int
    usable: Callable[[], frozenset[str]]
    launch: Launch
    clock: Callable[[], datetime]
    queue: ReadyQueue = field(default_factory=ReadyQueue)
    _is_stale: bool = True
    _is_due: bool = True

    def __post_init__(self) -> None:
        self._explainer = Explainer(self.queue)

    async def follow(self, news: Dirty | Reset | None) -> None:
        """Take in what the feed tells; None means nothing, but look again at what is free."""
        was_stale, self._is_stale = self._is_stale, True  # until all of it has been read
        if was_stale or isinstance(news, Reset):
            await self.queue.load()
            self._is_due = True
        elif news is None:
            self._is_due = True
        else:
            self._is_due |= await self.queue.apply(news) or _frees_something(news)
        self._is_stale = False

    async def one_pass(self) -> bool:
        """Plan and act, if anything has changed; True if there is more to do at once."""
        if not self._is_due or not len(self.queue):
            return False
        seen = await take_snapshot(self.usable())
        ranking = Ranking(seen.rules, self.clock(), seen.held)
        planned = plan(
            self.queue.ready,
            seen.lanes,
            ranking,
            tokens=seen.tokens,
            maintenance=seen.maintenance,
            most=AT_ONCE,
        )
        self._is_stale = True  # until all of it has been written
        is_unfinished = await self._launch(planned.assignments)
        await self._tell(Outcome(planned, seen.lanes, ranking, seen.maintenance))
        self._is_stale = False
        is_full = len(planned.assignments) == AT_ONCE
        self._is_due = is_full or is_unfinished or self._explainer.is_behind
        return self._is_due

    async def _launch(self, assignments: Sequence[Assignment]) -> bool:
        """Launch those that are still as they were planned; True if any is left in the queue."""
        ids = {assignment.job_id for assignment in assignments}
        if not ids:
            return False
        jobs = await self.queue.confirm(ids)
        await self.launch(jobs, [a for a in assignments if a.job_id in jobs])
        await self.queue.refresh(ids)
        return any(id in self.queue for id in ids)

    async def _tell(self, outcome: Outcome) -> None:
        due = self._explainer.due(outcome)
        changes: dict[JobKey, tuple[int, Row]] = {
            JobKey.parse(id): (self.queue[id].revision, {"waiting_for": told}) for id, told in due
        }
        await job_moves.change_each(
            changes, now=self.clock(), only_in=frozenset({JobStatus.QUEUED}), term=self.term
        )
        for id, told in due:
            self.queue.note_told(id, told)


def _frees_something(news: Dirty) -> bool:
    return any(news.keys.get(kind) or news.deleted.get(kind) for kind in _OF_WHAT_IS_FREE)
