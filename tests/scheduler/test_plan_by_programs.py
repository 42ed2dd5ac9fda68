"""The planner places jobs where the programs of their types are."""

from dataclasses import replace

from domain.status import QueueStatus
from tests.scheduler.queues import a_job, a_lane, a_target, plan_on, started


def test_a_job_goes_where_the_programs_of_its_type_are() -> None:
    without = replace(a_target("a"), lacks={"count": "counter"})

    planned = plan_on(a_lane(without, a_target("b", cpu=1)), a_job(1, job_type="count"), a_job(2))

    assert {a.job_id: a.target for a in planned.assignments} == {"P1-J1": "b", "P1-J2": "a"}


def test_a_job_whose_programs_are_nowhere_waits_and_says_so() -> None:
    without = [replace(a_target(name), lacks={"count": "counter"}) for name in ("a", "b")]
    job = a_job(1, job_type="count")

    planned = plan_on(a_lane(*without), job)

    reason = planned.reasons[job.bucket]
    assert started(planned) == []
    assert reason.status is QueueStatus.WAITING_RESOURCES
    assert reason.message == "Lane default: counter is not installed on a, b."


def test_a_drained_target_with_the_programs_is_what_the_job_waits_for() -> None:
    without = replace(a_target("a"), lacks={"count": "counter"})
    drained = replace(a_target("b"), drained=True)
    job = a_job(1, job_type="count")

    planned = plan_on(a_lane(without, drained), job)

    assert planned.reasons[job.bucket].message == (
        "Lane default: b is drained; 0 jobs still running."
    )
