"""Lanes and targets as the planner sees them: what is free, who holds the rest, what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.resources import KINDS, Capacity, ResourceSpec, Slots, lacks_pinned, shortages
from scheduler.queued_job import Shape


@dataclass(frozen=True)
class TargetView:
    """A target with what it has free, and `holders`: job ids by kind of slot, oldest first.

    `usable`: an executor answers for it. A drained target takes no job, but goes on with its own.
    `kept_for`: a job that room is kept for here, and what it needs. `lacks`: job type → the program
    that it needs and that is not there. A cluster has no slots: it takes every job into a queue of
    its own.
    """

    capacity: Capacity
    usable: bool = True
    drained: bool = False
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept_for: tuple[str, ResourceSpec] | None = None
    lacks: Mapping[str, str] = field(default_factory=dict)
    is_cluster: bool = False

    @property
    def name(self) -> str:
        """The target's name."""
        return self.capacity.name

    def fits(self, shape: Shape) -> bool:
        """Whether a job of the shape can start here now, room that is kept not counted."""
        return self.is_cluster or (
            not shortages(shape.need, self.capacity) and not lacks_pinned(shape.gpus, self.capacity)
        )

    def could_ever_run(self, shape: Shape) -> bool:
        """Whether a job of the shape could start here if nothing ran."""
        return shape.job_type not in self.lacks and self.has_slots_for(shape)

    def has_slots_for(self, shape: Shape) -> bool:
        """Whether a job of the shape would find room here if nothing ran."""
        return self.is_cluster or (
            not shortages(shape.need, self.capacity, empty=True)
            and not lacks_pinned(shape.gpus, self.capacity, empty=True)
        )

    def spares(self, shape: Shape) -> bool:
        """Whether a job of the shape can start without delaying the one that room is kept for.

        It may take nothing of a kind that the other would then have too little of.
        """
        if self.kept_for is None:
            return True
        _, needed = self.kept_for
        free, need = self.capacity.free, shape.need
        left = {kind: len(free.of(kind)) - need.amount(kind) for kind in KINDS}
        return all(not need.amount(kind) or left[kind] >= needed.amount(kind) for kind in KINDS)

    def without(self, taken: Slots, job_id: str) -> "TargetView":
        """The target once `job_id` has taken these slots."""
        free = self.capacity.free
        left = Slots(**{k: tuple(i for i in free.of(k) if i not in taken.of(k)) for k in KINDS})
        holders = {
            k: (*self.holders.get(k, ()), *((job_id,) if taken.of(k) else ())) for k in KINDS
        }
        return replace(self, capacity=replace(self.capacity, free=left), holders=holders)

    @property
    def tightness(self) -> tuple[int, int, str]:
        """Fewest free GPUs, then fewest free cores, then name: keeps big gaps for big jobs."""
        free = self.capacity.free
        return (len(free.gpu), len(free.cpu), self.name)


@dataclass(frozen=True)
class LaneView:
    """A lane and its targets; `clusters`: its targets are clusters, not machines."""

    name: str
    targets: tuple[TargetView, ...]
    drained: bool = False
    running: int | None = 0
    clusters: bool = False

    def named_by(self, shape: Shape) -> list[TargetView]:
        """The targets that jobs of the shape may run on as far as their user is concerned."""
        return [t for t in self.targets if shape.hostname in (None, t.capacity.hostname)]

    def with_target(self, changed: TargetView) -> "LaneView":
        """The lane with `changed` in the place of the target of that name."""
        targets = tuple(changed if t.name == changed.name else t for t in self.targets)
        return replace(self, targets=targets)


def closest_target(shape: Shape, targets: Sequence[TargetView]) -> TargetView | None:
    """The target that lacks the fewest slots for the shape, of those that could ever run it."""
    able = [target for target in targets if target.could_ever_run(shape)]
    return min(able, key=lambda t: (_lacking(shape, t), t.name), default=None)


def _lacking(shape: Shape, target: TargetView) -> int:
    return sum(s.needed - s.free for s in shortages(shape.need, target.capacity))
