"""The graph of a project's jobs: who descends from whom. Jobs are uids of one project."""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter


def ancestors(start: str, parents_by_job: Mapping[str, Iterable[str]]) -> set[str]:
    """All jobs above `start`, without itself unless it is in a cycle."""
    found: set[str] = set()
    to_visit = list(parents_by_job.get(start, ()))
    while to_visit:
        job = to_visit.pop()
        if job not in found:
            found.add(job)
            to_visit.extend(parents_by_job.get(job, ()))
    return found


def descendants(start: str, parents_by_job: Mapping[str, Iterable[str]]) -> set[str]:
    """All jobs below `start`, without itself unless it is in a cycle."""
    children_by_job: dict[str, list[str]] = {}
    for job, parents in parents_by_job.items():
        for parent in parents:
            children_by_job.setdefault(parent, []).append(job)
    return ancestors(start, children_by_job)


def would_close_cycle(child: str, parent: str, parents_by_job: Mapping[str, Iterable[str]]) -> bool:
    """Whether connecting `parent`'s output to `child` makes `child` its own ancestor."""
    return child == parent or child in ancestors(parent, parents_by_job)


def chain(start: str, end: str, parents_by_job: Mapping[str, Iterable[str]]) -> list[str]:
    """All jobs between two jobs, both included, each behind its parents; empty if unrelated.

    It does not matter which of the two is above the other. Jobs that may stand in either order
    stand by number. Raises graphlib.CycleError if the jobs are in a cycle.
    """
    return _between(start, end, parents_by_job) or _between(end, start, parents_by_job)


def _between(above: str, below: str, parents_by_job: Mapping[str, Iterable[str]]) -> list[str]:
    downwards = descendants(above, parents_by_job) | {above}
    members = sorted(downwards & (ancestors(below, parents_by_job) | {below}), key=_by_number)
    inside = {job: [p for p in members if p in parents_by_job.get(job, ())] for job in members}
    return list(TopologicalSorter(inside).static_order())


def _by_number(uid: str) -> tuple[int, str]:
    return len(uid), uid


def generations(parents_by_job: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The keys in layers, parents before children; only parents that are keys too count.

    The order within a layer is that of the mapping. Jobs in a cycle come last, together.
    """
    left = {
        job: {p for p in parents if p in parents_by_job} - {job}
        for job, parents in parents_by_job.items()
    }
    layers: list[list[str]] = []
    while left:
        layer = [job for job, parents in left.items() if not parents & left.keys()]
        layers.append(layer or list(left))
        left = {job: parents for job, parents in left.items() if job not in layers[-1]}
    return layers
