"""The referee sees what it is there for: each invariant broken once, by hand."""

from collections import Counter
from typing import Any

import pytest

from tests.chaos.referee import Log, in_the_jobs, in_the_log, unaudited
from tests.chaos.users import Diary, is_accepted

Line = dict[str, Any]


def line(event: str, job: str, at: float, attempt: int = 1, **more: object) -> Line:
    return {"event": event, "job": f"P1-{job}", "attempt": attempt, "at": at, **more}


def begin(job: str, at: float, *parents: str, attempt: int = 1) -> Line:
    return line("begin", job, at, attempt, parents=list(parents))


def row(uid: str, status: str, *parents: str, attempt: int = 1) -> Line:
    return {
        "_id": f"P1-{uid}",
        "uid": uid,
        "status": status,
        "attempt": attempt,
        "parents": list(parents),
        "waiting_for": None,
        "exit_reason": None,
        "errors_run": [],
    }


GOOD = [begin("J1", 1), line("end", "J1", 2), begin("J2", 3, "J1"), line("end", "J2", 4)]


def test_a_log_without_fault_has_no_violation() -> None:
    assert in_the_log(Log(GOOD)) == []


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([begin("J1", 1), begin("J1", 2)], "INV-3: P1-J1#1 began 2 times"),
        ([line("clash", "J1", 1, on="gpu-2")], "INV-3/4/5: P1-J1 met gpu-2 in use"),
        ([line("clash", "J1", 1, on="tokens")], "INV-3/4/5: P1-J1 met tokens in use"),
        ([begin("J2", 1, "J1"), line("end", "J1", 2)], "INV-16: P1-J2 began before J1 had ended"),
        ([begin("J2", 1, "J1")], "INV-16: P1-J2 began before J1 had ended"),
    ],
)
def test_what_the_programs_saw_is_told(lines: list[Line], sentence: str) -> None:
    assert in_the_log(Log(lines)) == [sentence]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("running", "INV-2: J2 is running: None"),
        ("queued", "INV-2: J2 is queued: None"),
        ("failed", "INV-17: P1-J2#1 failed: None, []"),
    ],
)
def test_what_became_of_a_job_is_told(status: str, sentence: str) -> None:
    rows = {"J1": row("J1", "completed"), "J2": row("J2", status, "J1")}

    assert in_the_jobs(Log(GOOD), rows, Diary(jobs=["J1", "J2"]), ()) == [sentence]


def test_a_run_whose_supervisor_was_killed_may_fail() -> None:
    rows = {"J1": row("J1", "failed")}

    assert in_the_jobs(Log(GOOD), rows, Diary(jobs=["J1"]), {"P1-J1#1"}) == []


def test_a_lost_job_is_told() -> None:
    assert in_the_jobs(Log([]), {}, Diary(jobs=["J1"]), ()) == [
        "INV-1: J1 was acknowledged and is gone"
    ]


def test_a_killed_run_that_completed_is_told() -> None:
    diary, rows = Diary(jobs=["J1"], kills={("J1", 1)}), {"J1": row("J1", "completed")}

    assert in_the_jobs(Log(GOOD), rows, diary, ()) == ["INV-13: J1#1 was killed and is completed"]


def test_a_completed_job_whose_program_never_ended_is_told() -> None:
    rows = {"J1": row("J1", "completed", attempt=2)}

    assert in_the_jobs(Log(GOOD), rows, Diary(jobs=["J1"]), ()) == [
        "INV-2: P1-J1 is completed, but its run 2 never ended"
    ]


@pytest.mark.parametrize("on_record", [1, 3])
def test_changes_and_audit_records_that_do_not_agree_are_told(on_record: int) -> None:
    diary = Diary(accepted=Counter({"queueJob": 2}))
    records = [{"mutation": "queueJob", "outcome": "succeeded"}] * on_record

    assert unaudited(diary, records) == [
        f"INV-21: 2 queueJob were accepted, {on_record} are on record"
    ]


def test_what_was_refused_counts_for_nothing() -> None:
    assert unaudited(Diary(), [{"mutation": "queueJob", "outcome": "refused"}]) == []


REFUSED = {"outcome": "SKIPPED", "errors": [{"code": "INVALID_STATUS"}]}
NOTHING_TO_DO: Line = {"outcome": "SKIPPED", "errors": []}
APPLIED: Line = {"outcome": "APPLIED", "errors": []}


@pytest.mark.parametrize(
    ("payload", "accepted"),
    [
        ({"result": APPLIED}, True),
        ({"result": NOTHING_TO_DO}, True),  # to clear what is building
        ({"result": REFUSED}, False),
        ({"results": [REFUSED, APPLIED]}, True),
        ({"results": [REFUSED, NOTHING_TO_DO]}, False),
        ({"results": [NOTHING_TO_DO, NOTHING_TO_DO]}, True),
        ({"job": {"uid": "J1"}}, True),
        ({"result": APPLIED, "errors": [{"code": "FORBIDDEN"}]}, False),
    ],
)
def test_a_request_that_had_nothing_to_do_was_accepted_all_the_same(
    payload: Line, accepted: bool
) -> None:
    assert is_accepted({"errors": [], **payload}) is accepted
