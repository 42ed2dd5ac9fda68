"""The graph of a project's jobs: who descends from whom."""

from collections.abc import Iterable, Mapping


def ancestors(start: str, parents_by_job: Mapping[str, Iterable[str]]) -> set[str]:
    """All jobs above `start`, without itself unless it is in a cycle; uids of one project."""
    found: set[str] = set()
    to_visit = list(parents_by_job.get(start, ()))
    while to_visit:
        job = to_visit.pop()
        if job not in found:
            found.add(job)
            to_visit.extend(parents_by_job.get(job, ()))
    return found


def would_close_cycle(child: str, parent: str, parents_by_job: Mapping[str, Iterable[str]]) -> bool:
    """Whether connecting `parent`'s output to `child` makes `child` its own ancestor."""
    return child == parent or child in ancestors(parent, parents_by_job)
