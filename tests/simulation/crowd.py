"""Many seeds on all cores, added up."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from tests.simulation.mutants import KILLERS, MUTANTS
from tests.simulation.seeds import Report, live

BATCH = 8
"""Seeds that a worker takes at once."""


@dataclass
class Total:
    """What many worlds have come to."""

    seeds: int = 0
    virtual_s: float = 0.0
    calls: int = 0
    freezes: int = 0
    crashes: int = 0
    terms: int = 0
    starts: int = 0
    red: list[Report] = field(default_factory=list)

    def add(self, report: Report) -> None:
        """Count one world in."""
        self.seeds += 1
        self.virtual_s += report.virtual_s
        for name in ("calls", "freezes", "crashes", "terms", "starts"):
            setattr(self, name, getattr(self, name) + getattr(report, name))
        if report.violations:
            self.red.append(report)

    def __str__(self) -> str:
        return (
            f"{self.seeds} seeds, {self.virtual_s / 3600:.1f} virtual hours, {self.calls} calls,"
            f" {self.freezes} freezes, {self.crashes} kills, {self.terms} terms,"
            f" {self.starts} starts, {len(self.red)} seeds with violations"
        )


def live_all(
    seeds: Iterable[int], processes: int, told: Callable[[Total], None] = lambda total: None
) -> Total:
    """Live all `seeds` on `processes` cores; `told` hears of the total now and then."""
    given = list(seeds)
    batches = [given[i : i + BATCH] for i in range(0, len(given), BATCH)]
    total = Total()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for reports in pool.map(_live_some, batches):
            for report in reports:
                total.add(report)
            told(total)
    total.red.sort(key=lambda report: report.seed)
    return total


def _live_some(seeds: list[int]) -> list[Report]:
    return [live(seed) for seed in seeds]


def hunt(mutants: Iterable[str], seeds: int, processes: int) -> dict[str, Report | None]:
    """A red report of each mutant within `seeds`; None for one that lives."""
    names = list(mutants)
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        found = pool.map(partial(_hunt_one, seeds=seeds), names)
        return dict(zip(names, found, strict=True))


def _hunt_one(name: str, seeds: int) -> Report | None:
    likely = [seed for seed in (KILLERS[name],) if seed < seeds]
    reports = (live(seed, MUTANTS[name]) for seed in chain(likely, range(seeds)))
    return next((report for report in reports if report.violations), None)
