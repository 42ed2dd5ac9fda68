"""Telling every queued job why it waits, in few writes however long the queue is.

The first NEAR jobs of a lane are told all, with their place. Behind them only what concerns
everybody is told: numbers that change with every start would be false before they were read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from scheduler import waiting_reasons
from scheduler.lane_view import LaneView
from scheduler.order import Ranking, in_order
from scheduler.plan import Plan
from scheduler.queued_job import QueuedJob, Reason, as_document
from scheduler.ready_queue import ReadyQueue

NEAR = 100
AT_ONCE = 1000
"""At most so many jobs are told in one pass: the next plan must not wait for long."""

Told = Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """What a pass has seen: its plan, the lanes, the order, and whether all is in maintenance."""

    plan: Plan
    lanes: Mapping[str, LaneView]
    ranking: Ranking
    maintenance: bool


class Explainer:
    """Remembers whom it told what; `is_behind`: there was more to tell than AT_ONCE."""

    def __init__(self, queue: ReadyQueue) -> None:
        self.is_behind = False
        self._queue = queue
        self._near: dict[str, Reason] = {}
        self._far: dict[str, Reason] = {}

    def due(self, outcome: Outcome) -> list[tuple[str, Told]]:
        """The jobs that must be told something new, and what."""
        before, self._near = self._near, self._reasons_near(outcome)
        far = {lane: self._reason_far(lane, outcome) for lane in self._queue.placed}
        suspects = {**before, **self._near, **dict.fromkeys(self._queue.changed)}
        suspects |= dict.fromkeys(self._all_of(lane for lane in far if self._is_new(lane, far)))
        self._far = far
        due = [told for id in suspects if (told := self._told_anew(id)) is not None]
        self._queue.changed = {id for id, _ in due[AT_ONCE:]}
        self.is_behind = len(due) > AT_ONCE
        return due[:AT_ONCE]

    def _reasons_near(self, outcome: Outcome) -> dict[str, Reason]:
        return {
            job.id: replace(_reason(job, outcome.plan), position=place)
            for waiting in self._queue.placed.values()
            for place, job in enumerate(islice(in_order(waiting, outcome.ranking), NEAR), 1)
        }

    def _reason_far(self, lane: str, outcome: Outcome) -> Reason:
        if outcome.maintenance:
            return waiting_reasons.in_maintenance(None)
        view = outcome.lanes.get(lane)
        if view is None:
            return waiting_reasons.lane_is_gone(lane)
        if view.drained:
            return waiting_reasons.lane_is_drained(replace(view, running=None))
        return waiting_reasons.many_are_before(lane, NEAR)

    def _is_new(self, lane: str, far: Mapping[str, Reason]) -> bool:
        return lane in self._far and self._far[lane] != far[lane]

    def _all_of(self, lanes: Iterable[str]) -> list[str]:
        buckets = [jobs for lane in lanes for jobs in self._queue.placed[lane].values()]
        return [job.id for jobs in buckets for job in jobs]

    def _told_anew(self, id: str) -> tuple[str, Told] | None:
        if id not in self._queue:
            return None
        entry = self._queue[id]
        reason = self._near.get(id) or entry.job.obstacle or self._far[entry.job.shape.lane]
        told = as_document(reason)
        return None if told == entry.told else (id, told)


def _reason(job: QueuedJob, planned: Plan) -> Reason:
    if job.obstacle is not None:
        return job.obstacle
    return planned.reasons.get(job.bucket) or waiting_reasons.not_looked_at(job.shape.lane)
