"""From what is queued and what is free to what starts where, and why the rest waits.

Values in, values out. Same input, same plan. Rules: 04-lifecycle, section 6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.errors import Shortage
from domain.resources import (
    KINDS,
    Capacity,
    ResourceSpec,
    Slots,
    choose_slots,
    closest,
    lacks_pinned,
    shortages,
)
from domain.status import QueueStatus


@dataclass(frozen=True)
class QueuedJob:
    """A queued job as the planner sees it; `obstacle` is a reason that no resource can lift."""

    id: str
    uid_num: int
    lane: str
    priority: int
    entered_at: datetime
    need: ResourceSpec
    tokens: int
    hostname: str | None = None
    gpus: tuple[int, ...] = ()
    obstacle: "Reason | None" = None

    @property
    def order(self) -> tuple[int, datetime, int, str]:
        """The place in every queue: priority first, then time, then number (INV-19)."""
        return (-self.priority, self.entered_at, self.uid_num, self.id)


@dataclass(frozen=True)
class TargetView:
    """A target with what it has free, and `holders`: job ids by kind of slot, oldest first.

    `usable`: an executor answers for it. A drained target takes no job, but goes on with its own.
    """

    capacity: Capacity
    usable: bool = True
    drained: bool = False
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class LaneView:
    """A lane and its targets; `clusters`: its targets are clusters, not machines."""

    name: str
    targets: tuple[TargetView, ...]
    drained: bool = False
    running: int = 0
    clusters: bool = False


@dataclass(frozen=True)
class Reason:
    """Why a job waits, for people and with numbers; `blocked_by` are ids of at most three jobs."""

    status: QueueStatus
    message: str
    shortages: tuple[Shortage, ...] = ()
    blocked_by: tuple[str, ...] = ()
    position: int | None = None


@dataclass(frozen=True)
class Assignment:
    """A job to be launched on these slots of `target`."""

    job_id: str
    lane: str
    target: str
    hostname: str
    slots: Slots
    tokens: int


@dataclass(frozen=True)
class Plan:
    """What starts now, in order, and the reason of every job that does not."""

    assignments: tuple[Assignment, ...]
    reasons: Mapping[str, Reason]


def plan(
    queued: Sequence[QueuedJob],
    lanes: Mapping[str, LaneView],
    *,
    tokens_free: int | None,
    token_limit: int | None = None,
    token_holders: tuple[str, ...] = (),
    maintenance: bool = False,
) -> Plan:
    """Assign queued jobs in order to the free slots of their lanes; the rest gets reasons.

    `tokens_free` is None when tokens are unlimited. Tokens are handed out in one order over all
    lanes, so that a full lane cannot starve the others; within a lane a job that does not fit
    yields to later ones that do.
    """
    draft = _Draft(dict(lanes), tokens_free, token_limit, token_holders, maintenance)
    for job in sorted(queued, key=lambda job: job.order):
        draft.consider(job)
    return Plan(tuple(draft.assignments), draft.reasons)


class _Draft:
    """A plan in the making: what is still free after the jobs considered so far."""

    def __init__(
        self,
        lanes: dict[str, LaneView],
        tokens_free: int | None,
        token_limit: int | None,
        token_holders: tuple[str, ...],
        maintenance: bool,
    ) -> None:
        self.assignments: list[Assignment] = []
        self.reasons: dict[str, Reason] = {}
        self._lanes = lanes
        self._tokens_free = tokens_free
        self._token_limit = token_limit
        self._token_holders = token_holders
        self._maintenance = maintenance
        self._places: dict[str, int] = {}

    def consider(self, job: QueuedJob) -> None:
        """Assign the job, or note why it waits and its place in the lane."""
        reason = self._obstacle(job) or self._place(job)
        if reason is None:
            return
        place = self._places[job.lane] = self._places.get(job.lane, 0) + 1
        self.reasons[job.id] = replace(reason, position=place)

    def _obstacle(self, job: QueuedJob) -> Reason | None:
        lane = self._lanes.get(job.lane)
        if job.obstacle is not None:
            return job.obstacle
        if self._maintenance:
            running = sum(lane.running for lane in self._lanes.values())
            message = f"Lanekeeper is in maintenance; {_still(running)}."
            return Reason(QueueStatus.WAITING_MAINTENANCE, message)
        if lane is None:
            return Reason(
                QueueStatus.WAITING_RESOURCES, f"Lane {job.lane} does not exist any more."
            )
        if lane.drained:
            message = f"Lane {lane.name} is drained; {_still(lane.running)}."
            return Reason(QueueStatus.WAITING_MAINTENANCE, message)
        return None

    def _place(self, job: QueuedJob) -> Reason | None:
        named = self._candidates(job)
        targets = [t for t in named if t.usable and not t.drained]
        fitting = [t for t in targets if _fits(job, t.capacity)]
        if not fitting:
            return (
                _waits_for_a_drained_target(job, named)
                or _waits_for_a_target(job, self._lanes[job.lane], targets)
                or _waits_for_resources(job, targets)
            )
        if self._tokens_free is not None and job.tokens > self._tokens_free:
            return self._waits_for_tokens(job)
        self._assign(job, min(fitting, key=_tightness))
        return None

    def _candidates(self, job: QueuedJob) -> list[TargetView]:
        """The targets that the job may run on as far as its user is concerned."""
        targets = self._lanes[job.lane].targets
        return [t for t in targets if job.hostname in (None, t.capacity.hostname)]

    def _assign(self, job: QueuedJob, target: TargetView) -> None:
        chosen = choose_slots(job.need, target.capacity, job.gpus)
        capacity = target.capacity
        self.assignments.append(
            Assignment(job.id, job.lane, capacity.name, capacity.hostname, chosen, job.tokens)
        )
        lane = self._lanes[job.lane]
        left = tuple(_without(t, chosen, job.id) if t is target else t for t in lane.targets)
        self._lanes[job.lane] = replace(lane, targets=left)
        if self._tokens_free is not None:
            self._tokens_free -= job.tokens

    def _waits_for_tokens(self, job: QueuedJob) -> Reason:
        free = self._tokens_free or 0
        message = f"Needs {job.tokens} tokens, {free} free of {self._token_limit}."
        missing = (Shortage("token", job.tokens, free),)
        return Reason(QueueStatus.WAITING_LICENSES, message, missing, self._token_holders[:3])


def _fits(job: QueuedJob, capacity: Capacity) -> bool:
    return not shortages(job.need, capacity) and not lacks_pinned(job.gpus, capacity)


def _could_ever_run(job: QueuedJob, capacity: Capacity) -> bool:
    return not shortages(job.need, capacity, empty=True) and not lacks_pinned(
        job.gpus, capacity, empty=True
    )


def _tightness(target: TargetView) -> tuple[int, int, str]:
    """Fewest free GPUs, then fewest free cores, then name: keeps big gaps for big jobs."""
    free = target.capacity.free
    return (len(free.gpu), len(free.cpu), target.capacity.name)


def _without(target: TargetView, taken: Slots, job_id: str) -> TargetView:
    free = target.capacity.free
    left = Slots(**{k: tuple(i for i in free.of(k) if i not in taken.of(k)) for k in KINDS})
    holders = {k: (*target.holders.get(k, ()), *((job_id,) if taken.of(k) else ())) for k in KINDS}
    return replace(target, capacity=replace(target.capacity, free=left), holders=holders)


def _still(running: int) -> str:
    return "1 job still running" if running == 1 else f"{running} jobs still running"


def _waits_for_a_drained_target(job: QueuedJob, named: Sequence[TargetView]) -> Reason | None:
    """The reason if nothing but drained targets could run the job, even empty."""
    able = [t for t in named if t.usable and _could_ever_run(job, t.capacity)]
    if not able or not all(t.drained for t in able):
        return None
    names = ", ".join(t.capacity.name for t in able[:3])
    running = {holder for t in able for held in t.holders.values() for holder in held}
    are = "is" if len(able) == 1 else "are"
    message = f"Lane {job.lane}: {names} {are} drained; {_still(len(running))}."
    return Reason(QueueStatus.WAITING_MAINTENANCE, message)


def _waits_for_a_target(
    job: QueuedJob, lane: LaneView, ready: Sequence[TargetView]
) -> Reason | None:
    """The reason if no target of the lane takes jobs at all now."""
    if ready:
        return None
    if not lane.targets:
        message = f"Lane {lane.name} has no target."
    elif lane.clusters:
        message = f"Lane {lane.name}: no scheduler can submit to clusters yet; the job stays here."
    else:
        where = f"on {job.hostname} " if job.hostname else ""
        message = f"Lane {lane.name}: no target {where}is ready to take jobs."
    return Reason(QueueStatus.WAITING_RESOURCES, message)


def _waits_for_resources(job: QueuedJob, targets: Sequence[TargetView]) -> Reason:
    missing = closest(job.need, [t.capacity for t in targets])
    lacking = {shortage.resource for shortage in missing} or {"gpu"}
    blockers = [
        h for t in targets for kind in KINDS if kind in lacking for h in t.holders.get(kind, ())
    ]
    return Reason(
        QueueStatus.WAITING_RESOURCES,
        _shortage_message(job, missing),
        tuple(missing),
        tuple(dict.fromkeys(blockers))[:3],
    )


def _shortage_message(job: QueuedJob, missing: Sequence[Shortage]) -> str:
    if not missing:
        pinned = ", ".join(str(gpu) for gpu in job.gpus)
        return f"Lane {job.lane}: waits for GPU {pinned} on {job.hostname or 'its target'}."
    words = {"cpu": "CPU cores", "gpu": "GPUs", "ram": "RAM slots of 8 GiB", "ssd": "SSD"}
    lacks = ", ".join(f"{s.needed} {words[s.resource]} ({s.free} free)" for s in missing)
    return f"Lane {job.lane}: needs {lacks}."
