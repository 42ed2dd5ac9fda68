"""Nobody waits for ever: room and tokens are kept for those who have waited too long."""

from dataclasses import replace

from scheduler.lane_view import TargetView
from scheduler.plan import Plan
from tests.scheduler.queues import a_job, a_lane, a_target, plan_on, started


def keeping(*, gpu: int, minutes: float, others: int = 1) -> Plan:
    """A big job that waits on a target of 4 GPUs of which 2 are free, with small ones behind it."""
    target = a_target(cpu=8, gpu=4, ram=16)
    half = replace(target.capacity, free=replace(target.capacity.free, gpu=(0, 1)))
    small = [a_job(number, gpu=gpu) for number in range(2, 2 + others)]
    return plan_on(a_lane(TargetView(half)), a_job(1, gpu=3), *small, minutes=minutes)


def test_inv_019_small_jobs_pass_a_big_one_only_for_a_while() -> None:
    assert started(keeping(gpu=1, minutes=29)) == ["P1-J2"]

    late = keeping(gpu=1, minutes=31)

    assert started(late) == []
    message = "Lane default: room on node1 is kept for P1-J1, which waits longest."
    assert late.reasons[a_job(2, gpu=1).bucket].message == message


def test_inv_019_a_job_that_cannot_delay_the_big_one_still_passes() -> None:
    assert started(keeping(gpu=0, minutes=31, others=9)) == [f"P1-J{n}" for n in range(2, 9)]


def test_room_is_kept_on_one_target_alone() -> None:
    lane = a_lane(a_target("a", gpu=2), a_target("b", gpu=1), a_target("c", gpu=4, cpu=0))

    planned = plan_on(lane, a_job(1, gpu=4), *(a_job(n, gpu=1) for n in range(2, 6)), minutes=31)

    assert started(planned) == ["P1-J2", "P1-J3", "P1-J4"]


def test_inv_019_tokens_are_kept_for_a_job_that_has_waited_too_long() -> None:
    lane, jobs = a_lane(a_target(gpu=8, cpu=8, ram=8)), (a_job(1, gpu=4), a_job(2, gpu=1))

    early, late = (plan_on(lane, *jobs, tokens_free=3, minutes=m) for m in (29, 31))

    assert (started(early), started(late)) == (["P1-J2"], [])
    kept = "Needs 1 token, 3 free of 3, kept for P1-J1, which waits longest."
    assert late.reasons[jobs[1].bucket].message == kept
