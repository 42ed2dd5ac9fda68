"""The table of moves: total, and exactly the one that was decided."""

import pytest

from domain.status import ACTIVE, CURRENT, DONE, MOVES, QUEUED, JobStatus, may_move

ALLOWED = """
building  -> queued
queued    -> building launched
launched  -> queued started failed killed
started   -> running waiting failed killed
running   -> waiting completed failed killed
waiting   -> queued running completed failed killed
completed -> building
killed    -> completed building
failed    -> completed building
"""
"""04-lifecycle, "Allowed transitions", without the moves of external jobs; with that of ADR 28."""


def allowed_moves() -> set[tuple[JobStatus, JobStatus]]:
    rows = [line.split("->") for line in ALLOWED.strip().splitlines()]
    return {(JobStatus(old.strip()), JobStatus(new)) for old, news in rows for new in news.split()}


@pytest.mark.parametrize("old", JobStatus)
@pytest.mark.parametrize("new", JobStatus)
def test_exactly_the_decided_moves_are_allowed(old: JobStatus, new: JobStatus) -> None:
    assert may_move(old, new) == ((old, new) in allowed_moves())


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(JobStatus)


def test_every_status_is_in_one_group() -> None:
    groups = [frozenset({JobStatus.BUILDING}), QUEUED, ACTIVE, DONE]

    assert sorted(status for group in groups for status in group) == sorted(JobStatus)
    assert CURRENT == QUEUED | ACTIVE
