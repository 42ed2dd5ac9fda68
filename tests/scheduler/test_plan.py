"""The planner: order, fit, tokens, and why the rest waits."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.resources import Capacity, ResourceSpec, Slots
from domain.status import QueueStatus
from scheduler.lane_view import LaneView, TargetView
from scheduler.order import Ranking
from scheduler.plan import plan
from scheduler.queued_job import QueuedJob
from tests.scheduler.queues import (
    NOON,
    PATIENT,
    a_job,
    a_lane,
    a_target,
    in_buckets,
    plan_on,
    plan_over,
    started,
)


def test_priority_comes_before_queue_time() -> None:
    early, urgent = a_job(1), a_job(2, priority=50)

    planned = plan_on(a_lane(a_target(cpu=1)), early, urgent)

    assert started(planned) == ["P1-J2"]
    assert planned.reasons[early.bucket].status is QueueStatus.WAITING_RESOURCES


def test_equal_jobs_start_in_the_order_they_were_queued() -> None:
    planned = plan_on(a_lane(a_target(cpu=2)), a_job(3), a_job(1), a_job(2))

    assert started(planned) == ["P1-J1", "P1-J2"]
    assert list(planned.reasons) == [a_job(3).bucket]


def test_two_gpu_jobs_never_share_a_gpu() -> None:
    planned = plan_on(a_lane(a_target(gpu=2)), a_job(1, gpu=1), a_job(2, gpu=1))

    assert [a.slots.gpu for a in planned.assignments] == [(0,), (1,)]


def test_seed_090_a_job_waits_until_what_it_needs_is_free() -> None:
    busy = a_target(gpu=1, cpu=0)
    job = a_job(1)

    waiting = plan_on(a_lane(busy), job)
    ready = plan_on(a_lane(a_target()), job)

    assert (started(waiting), list(waiting.reasons)) == ([], [job.bucket])
    assert (started(ready), ready.reasons) == ([job.id], {})


def test_a_job_is_never_split_over_targets() -> None:
    lane = a_lane(a_target("a", gpu=1), a_target("b", gpu=1))

    job = a_job(1, gpu=2)

    planned = plan_on(lane, job)

    assert started(planned) == []
    reason = planned.reasons[job.bucket]
    assert [(s.resource, s.needed, s.free) for s in reason.shortages] == [("gpu", 2, 1)]


def test_a_small_job_goes_where_it_leaves_the_biggest_gap() -> None:
    lane = a_lane(a_target("big", gpu=4), a_target("small", gpu=1))

    planned = plan_on(lane, a_job(1, gpu=1))

    assert planned.assignments[0].target == "small"


def test_a_job_that_waits_names_the_jobs_that_hold_what_it_needs() -> None:
    target = a_target(gpu=1)
    busy = Capacity("node1", "node1", target.capacity.total, Slots((1,), (), (1,)))
    view = TargetView(busy, holders={"gpu": ("P1-J7",), "cpu": ("P1-J8",)})

    planned = plan_on(a_lane(view), a_job(1, gpu=1))

    assert planned.reasons[a_job(1, gpu=1).bucket].blocked_by == ("P1-J7",)


def test_pinned_gpus_are_waited_for_though_others_are_free() -> None:
    target = a_target(gpu=2)
    half = Capacity("node1", "node1", target.capacity.total, Slots((0, 1), (1,), (0, 1)))
    job = a_job(1, gpu=1)
    pinned = replace(job, shape=replace(job.shape, hostname="node1", gpus=(0,)))  # it is in use

    planned = plan_on(a_lane(TargetView(half)), pinned)

    assert started(planned) == []
    assert "waits for GPU 0 on node1" in planned.reasons[pinned.bucket].message


def test_tokens_are_handed_out_in_one_order_over_all_lanes() -> None:
    lanes = {name: a_lane(a_target(name, gpu=4), name=name) for name in ("a", "b")}
    first, second = a_job(1, gpu=2, lane="b"), a_job(2, gpu=2, lane="a")

    planned = plan_over(lanes, second, first, tokens=3)

    assert started(planned) == ["P1-J1"]
    assert planned.reasons[second.bucket].message == "Needs 2 tokens, 1 free of 3."


def test_a_drained_lane_starts_nothing() -> None:
    planned = plan_on(a_lane(a_target(), drained=True), a_job(1))

    assert started(planned) == []
    assert planned.reasons[a_job(1).bucket].status is QueueStatus.WAITING_MAINTENANCE


def test_maintenance_starts_nothing() -> None:
    planned = plan_over({"default": a_lane(a_target())}, a_job(1), maintenance=True)

    assert started(planned) == []
    assert planned.reasons[a_job(1).bucket].status is QueueStatus.WAITING_MAINTENANCE


def test_maintenance_says_how_many_jobs_still_run() -> None:
    lanes = {"a": LaneView("a", (a_target(),), running=2), "b": LaneView("b", (), running=1)}

    job = a_job(1, lane="a")
    planned = plan_over(lanes, job, maintenance=True)

    message = "Lanekeeper is in maintenance; 3 jobs still running."
    assert planned.reasons[job.bucket].message == message


def test_a_drained_target_takes_no_job_while_the_others_do() -> None:
    drained = replace(a_target("a", gpu=4), drained=True)

    planned = plan_on(a_lane(drained, a_target("b", gpu=1)), a_job(1, gpu=1), a_job(2, gpu=1))

    assert [(a.job_id, a.target) for a in planned.assignments] == [("P1-J1", "b")]
    assert planned.reasons[a_job(2, gpu=1).bucket].status is QueueStatus.WAITING_RESOURCES


def test_a_job_that_only_a_drained_target_can_run_waits_for_the_end_of_maintenance() -> None:
    drained = replace(a_target("big", gpu=4), drained=True, holders={"gpu": ("P1-J7",)})

    planned = plan_on(a_lane(drained, a_target("small", gpu=1)), a_job(1, gpu=2))

    [reason] = planned.reasons.values()
    assert reason.status is QueueStatus.WAITING_MAINTENANCE
    assert reason.message == "Lane default: big is drained; 1 job still running."


def test_a_job_of_a_cluster_lane_that_nobody_serves_stays_and_says_so() -> None:
    cluster = TargetView(Capacity("slurm", "slurm", Slots(), Slots()), usable=False)
    lane = LaneView("slurm", (cluster,), clusters=True)

    planned = plan_on(lane, a_job(1, lane="slurm"))

    assert planned.assignments == ()
    message = "Lane slurm: its cluster does not answer; the job stays here."
    assert planned.reasons[a_job(1, lane="slurm").bucket].message == message


def test_a_lane_without_targets_says_so() -> None:
    planned = plan_on(a_lane(), a_job(1))

    assert planned.reasons[a_job(1).bucket].message == "Lane default has no target."


def test_a_target_that_nobody_answers_for_takes_no_job() -> None:
    view = TargetView(a_target().capacity, usable=False)

    planned = plan_on(a_lane(view), a_job(1))

    assert (
        planned.reasons[a_job(1).bucket].message == "Lane default: no target is ready to take jobs."
    )


def test_a_job_that_no_target_could_ever_run_says_so() -> None:
    planned = plan_on(a_lane(a_target(gpu=2)), a_job(1, gpu=4))

    [reason] = planned.reasons.values()
    assert reason.message == (
        "Lane default: no target could ever run it: needs 4 GPUs (2 at most)."
    )


def test_several_gpus_are_neighbours_if_such_are_free() -> None:
    target = a_target(gpu=6)
    gaps = replace(target.capacity, free=replace(target.capacity.free, gpu=(0, 2, 4, 5)))

    planned = plan_on(a_lane(TargetView(gaps)), a_job(1, gpu=2))

    assert planned.assignments[0].slots.gpu == (4, 5)


def test_a_pass_starts_no_more_jobs_than_it_may() -> None:
    ranking = Ranking(PATIENT, NOON, {})
    jobs = in_buckets(*(a_job(number) for number in range(1, 5)))

    planned = plan(jobs, {"default": a_lane(a_target())}, ranking, most=2)

    assert started(planned) == ["P1-J1", "P1-J2"]


jobs_of_any_size = st.lists(
    st.builds(
        lambda number, cpu, gpu, ram, priority: a_job(
            number, need=ResourceSpec(cpu, gpu, ram), priority=priority
        ),
        st.integers(1, 10_000),
        st.integers(1, 4),
        st.integers(0, 3),
        st.integers(1, 3),
        st.integers(0, 100),
    ),
    unique_by=lambda job: job.id,
    max_size=12,
)


@settings(max_examples=200)
@given(jobs_of_any_size, st.integers(0, 6), st.sampled_from((1, 60)))
def test_no_slot_is_given_twice_and_no_token_too_many(
    jobs: list[QueuedJob], limit: int, minutes: int
) -> None:
    lane = a_lane(a_target("a", cpu=4, gpu=2), a_target("b", cpu=6, gpu=3, ram=6))

    planned = plan_on(lane, *jobs, tokens_free=limit, minutes=minutes)

    given_out = [
        (a.target, kind, index)
        for a in planned.assignments
        for kind in ("cpu", "gpu", "ram")
        for index in a.slots.of(kind)
    ]
    assert len(given_out) == len(set(given_out))
    assert sum(a.tokens for a in planned.assignments) <= limit
    waiting = {job.bucket for job in jobs if job.id not in started(planned)}
    assert waiting == set(planned.reasons)


@settings(max_examples=200)
@given(jobs_of_any_size, st.integers(0, 6))
def test_what_waits_could_not_have_started(jobs: list[QueuedJob], limit: int) -> None:
    """The buckets save work, not jobs: nothing that waits would fit into what is left."""
    lane = a_lane(a_target("a", cpu=4, gpu=2), a_target("b", cpu=6, gpu=3, ram=6))

    planned = plan_on(lane, *jobs, tokens_free=limit)

    left = {target.name: target for target in lane.targets}
    for one in planned.assignments:
        left[one.target] = left[one.target].without(one.slots, one.job_id)
    tokens_left = limit - sum(a.tokens for a in planned.assignments)
    waiting = [job for job in jobs if job.id not in started(planned)]
    assert not [
        job.id
        for job in waiting
        if job.shape.tokens <= tokens_left and any(t.fits(job.shape) for t in left.values())
    ]


@settings(max_examples=50)
@given(st.permutations([a_job(n, gpu=n % 3, priority=n % 2) for n in range(1, 8)]))
def test_the_same_queue_gives_the_same_plan_in_any_order(jobs: list[QueuedJob]) -> None:
    lane = a_lane(a_target(gpu=3))

    assert plan_on(lane, *jobs, tokens_free=4) == plan_on(
        lane, *sorted(jobs, key=lambda j: j.id), tokens_free=4
    )
