"""What a job needs and what a target has: slots of CPU, GPU and RAM, and how they fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from domain.errors import Shortage

RAM_SLOT_GIB = 8
KINDS = ("cpu", "gpu", "ram")


@dataclass(frozen=True)
class ResourceSpec:
    """What one run needs: cores, GPUs, RAM slots of 8 GiB, and whether it wants an SSD."""

    cpu: int = 1
    gpu: int = 0
    ram: int = 1
    ssd: bool = False

    def amount(self, kind: str) -> int:
        """The number of slots of `kind`: cpu, gpu or ram."""
        slots: int = getattr(self, kind)
        return slots


@dataclass(frozen=True)
class Slots:
    """Indices of slots, each list in rising order."""

    cpu: tuple[int, ...] = ()
    gpu: tuple[int, ...] = ()
    ram: tuple[int, ...] = ()

    def of(self, kind: str) -> tuple[int, ...]:
        """The indices of `kind`: cpu, gpu or ram."""
        indices: tuple[int, ...] = getattr(self, kind)
        return indices


@dataclass(frozen=True)
class Capacity:
    """A target as the planner sees it: all its slots, those free now, and whether it has an SSD."""

    name: str
    hostname: str
    total: Slots
    free: Slots
    ssd: bool = False


SlotMap = Mapping[str, Mapping[str, str | None]]
"""Kind → index as text → the "job#attempt" that holds the slot, or None when it is free."""


def capacity(name: str, hostname: str, slots: SlotMap, *, ssd: bool) -> Capacity:
    """Read a target's slot map; slots held by anybody count as total only."""

    def indices(kind: str, *, free_only: bool) -> tuple[int, ...]:
        held = slots.get(kind, {})
        return tuple(sorted(int(i) for i, key in held.items() if not (free_only and key)))

    total = Slots(**{kind: indices(kind, free_only=False) for kind in KINDS})
    free = Slots(**{kind: indices(kind, free_only=True) for kind in KINDS})
    return Capacity(name, hostname, total, free, ssd)


def shortages(need: ResourceSpec, target: Capacity, *, empty: bool = False) -> list[Shortage]:
    """What `target` lacks for `need`, now or, with `empty`, even if nothing ran on it."""
    have = target.total if empty else target.free
    missing = [
        Shortage(kind, need.amount(kind), len(have.of(kind)))
        for kind in KINDS
        if need.amount(kind) > len(have.of(kind))
    ]
    if need.ssd and not target.ssd:
        missing.append(Shortage("ssd", 1, 0))
    return missing


def lacks_pinned(gpus: Sequence[int], target: Capacity, *, empty: bool = False) -> bool:
    """Whether a GPU pinned by the user is not there, or, unless `empty`, not free."""
    have = target.total if empty else target.free
    return not set(gpus) <= set(have.gpu)


def choose_slots(need: ResourceSpec, target: Capacity, pinned_gpus: Sequence[int] = ()) -> Slots:
    """The lowest free indices that meet `need`, or the pinned GPUs; the caller knows it fits.

    Several GPUs are neighbours if such are free: indices are in the order of the PCI bus.
    """
    gpus = tuple(sorted(pinned_gpus)) or _neighbours(target.free.gpu, need.gpu)
    return Slots(cpu=target.free.cpu[: need.cpu], gpu=gpus, ram=target.free.ram[: need.ram])


def _neighbours(free: Sequence[int], number: int) -> tuple[int, ...]:
    """The `number` indices that lie closest together; the lowest, if several do."""
    stretches = [tuple(free[at : at + number]) for at in range(len(free) - number + 1)]
    return min(stretches, key=lambda s: (s[-1] - s[0], s) if s else (0, s), default=())


def closest(
    need: ResourceSpec, targets: Sequence[Capacity], *, empty: bool = False
) -> list[Shortage]:
    """The shortages on the target that lacks the fewest slots; with no target, the whole need."""
    if not targets:
        return [Shortage(kind, need.amount(kind), 0) for kind in KINDS if need.amount(kind)]
    by_target = [shortages(need, target, empty=empty) for target in targets]
    return min(by_target, key=lambda missing: sum(s.needed - s.free for s in missing))


def empty_slots(
    cpu_cores: int, ram_gb: float, gpu_indices: Sequence[int]
) -> dict[str, dict[str, str | None]]:
    """The slot map of a target that nothing runs on; `ram_gb` in GiB, rounded down to slots.

    A machine with less than one slot of memory still has one, so that it can run small jobs.
    """
    indices = {
        "cpu": range(cpu_cores),
        "gpu": sorted(gpu_indices),
        "ram": range(ram_slots(ram_gb)),
    }
    return {kind: {str(index): None for index in indices[kind]} for kind in KINDS}


def ram_slots(ram_gb: float) -> int:
    """How many slots `ram_gb` GiB are; at least one, so that small jobs can run."""
    return max(1, int(ram_gb // RAM_SLOT_GIB))


def resized(slots: Mapping[str, str | None], amount: int) -> dict[str, str | None] | None:
    """The slots of one kind with `amount` of them: those held stay, free ones go or come.

    None if more are held than `amount`. Which are free does not matter for CPU and RAM: the
    lowest indices are kept or added.
    """
    kept = {int(index) for index, holder in slots.items() if holder}
    if len(kept) > amount:
        return None
    lowest = (index for index in count() if index not in kept)
    kept |= {next(lowest) for _ in range(amount - len(kept))}
    return {str(index): slots.get(str(index)) for index in sorted(kept)}


def reselected(
    slots: Mapping[str, str | None], indices: Sequence[int]
) -> dict[str, str | None] | None:
    """The slots of one kind with just these indices; None if another one of them is held."""
    wanted = {str(index): slots.get(str(index)) for index in sorted(indices)}
    return None if any(h and i not in wanted for i, h in slots.items()) else wanted
