"""From what is queued and what is free to what starts where, and why the rest waits.

Values in, values out. Same input, same plan. Rules: 04-lifecycle, section 6. The cost grows with
the number of buckets and of assignments, not with the length of the queue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.resources import ResourceSpec, Slots, choose_slots
from scheduler import waiting_reasons
from scheduler.lane_view import LaneView, TargetView, closest_target
from scheduler.order import Heads, Ranking, Waiting
from scheduler.queued_job import Bucket, QueuedJob, Reason


@dataclass(frozen=True)
class Tokens:
    """GPU tokens: how many may be taken now (None: any number), of how many, and who has some."""

    free: int | None = None
    limit: int | None = None
    holders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """A job to be launched on these slots of `target`; a cluster has none of ours."""

    job_id: str
    lane: str
    target: str
    hostname: str
    slots: Slots
    tokens: int
    is_on_cluster: bool = False


@dataclass(frozen=True)
class Plan:
    """What starts now, in order, and for each bucket that still waits why its first job does."""

    assignments: tuple[Assignment, ...]
    reasons: Mapping[Bucket, Reason]


def plan(
    waiting: Waiting,
    lanes: Mapping[str, LaneView],
    ranking: Ranking,
    *,
    tokens: Tokens = Tokens(),
    maintenance: bool = False,
    most: int | None = None,
) -> Plan:
    """Assign queued jobs in order to the free slots of their lanes, `most` at the most.

    Tokens are handed out in one order over all lanes, so that a full lane cannot starve the
    others; within a lane a job that does not fit yields to later ones that do, unless it has
    waited longer than anyone should: then room, or tokens, are kept for it.
    """
    ranking = ranking.anew()
    draft = _Draft(lanes, ranking, tokens, maintenance=maintenance)
    heads = Heads(waiting, ranking)
    while len(draft.assignments) != most and (job := heads.pop()) is not None:
        if draft.place(job):
            heads.go_on()
    return Plan(tuple(draft.assignments), draft.reasons)


class _Draft:
    """A plan in the making: what is still free after the jobs considered so far."""

    def __init__(
        self, lanes: Mapping[str, LaneView], ranking: Ranking, tokens: Tokens, *, maintenance: bool
    ) -> None:
        self.assignments: list[Assignment] = []
        self.reasons: dict[Bucket, Reason] = {}
        self._lanes = dict(lanes)
        self._ranking = ranking
        self._tokens = tokens
        self._maintenance = maintenance
        self._lanes_with_a_head: set[str] = set()
        self._tokens_kept_for: QueuedJob | None = None
        self._first_without_tokens: QueuedJob | None = None

    def place(self, job: QueuedJob) -> bool:
        """Assign the job, or note why its bucket waits."""
        reason = self._closed(job) or self._assign(job)
        if reason is None:
            return True
        self.reasons[job.bucket] = reason
        return False

    def _closed(self, job: QueuedJob) -> Reason | None:
        lane = self._lanes.get(job.shape.lane)
        if self._maintenance:
            return waiting_reasons.in_maintenance(
                sum(lane.running or 0 for lane in self._lanes.values())
            )
        if lane is None:
            return waiting_reasons.lane_is_gone(job.shape.lane)
        return waiting_reasons.lane_is_drained(lane) if lane.drained else None

    def _assign(self, job: QueuedJob) -> Reason | None:
        lane, shape = self._lanes[job.shape.lane], job.shape
        named = lane.named_by(shape)
        usable = [t for t in named if t.usable and not t.drained]
        targets = [t for t in usable if shape.job_type not in t.lacks]
        free = [t for t in targets if t.fits(shape) and t.spares(shape)]
        if not free:
            self._keep_room(job, lane, targets)
            return (
                waiting_reasons.targets_are_drained(shape, named)
                or waiting_reasons.program_is_missing(shape, usable)
                or (None if targets else waiting_reasons.no_target_takes_jobs(shape, lane))
                or waiting_reasons.room_is_kept(shape, targets)
                or waiting_reasons.resources_are_taken(shape, targets)
            )
        missing = self._tokens_missing(job)
        if missing is None:
            self._give(job, lane, min(free, key=lambda target: target.tightness))
        else:
            self._keep_room(job, lane, free)
        return missing

    def _give(self, job: QueuedJob, lane: LaneView, target: TargetView) -> None:
        pins = () if target.is_cluster else job.shape.gpus
        chosen = choose_slots(job.shape.need, target.capacity, pins)
        self.assignments.append(
            Assignment(
                job_id=job.id,
                lane=lane.name,
                target=target.name,
                hostname=target.capacity.hostname,
                slots=chosen,
                tokens=job.shape.tokens,
                is_on_cluster=target.is_cluster,
            )
        )
        self._lanes[lane.name] = lane.with_target(target.without(chosen, job.id))
        self._ranking.give(job)
        if self._tokens.free is not None:
            self._tokens = replace(self._tokens, free=self._tokens.free - job.shape.tokens)

    # Nobody waits for ever (INV-19).

    def _keep_room(self, job: QueuedJob, lane: LaneView, targets: list[TargetView]) -> None:
        """Keep what becomes free on the closest target for the first job of a lane."""
        if lane.name in self._lanes_with_a_head:
            return
        self._lanes_with_a_head.add(lane.name)
        target = closest_target(job.shape, targets)
        if target is not None and self._is_impatient(job):
            needed: ResourceSpec = job.shape.need
            self._lanes[lane.name] = lane.with_target(replace(target, kept_for=(job.id, needed)))

    def _tokens_missing(self, job: QueuedJob) -> Reason | None:
        """The reason if there are too few tokens, or those there are are kept for another."""
        free, needed = self._tokens.free, job.shape.tokens
        if free is None or not needed:
            return None
        keeper = self._tokens_kept_for
        if needed <= free and (keeper is None or free - needed >= keeper.shape.tokens):
            return None
        if self._first_without_tokens is None:
            self._first_without_tokens = job
            self._tokens_kept_for = job if self._is_impatient(job) else None
        return waiting_reasons.tokens_are_taken(
            needed,
            free,
            self._tokens.limit,
            self._tokens.holders,
            kept_for=keeper.id if keeper is not None and needed <= free else None,
        )

    def _is_impatient(self, job: QueuedJob) -> bool:
        waited = (self._ranking.now - job.entered_at).total_seconds()
        return waited > self._ranking.rules.patience_s
