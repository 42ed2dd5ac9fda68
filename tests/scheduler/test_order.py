"""The order of the queue: priority, ageing, fair share, age, number; the same with buckets."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.order import OrderRules, Ranking, in_order
from scheduler.queued_job import QueuedJob
from tests.scheduler.queues import NOON, a_job, in_buckets


def order_of(
    jobs: list[QueuedJob], rules: OrderRules, hours: float = 0.0, **held: int
) -> list[str]:
    ranking = Ranking(rules, NOON + timedelta(hours=hours), held)
    return [job.id for job in in_order(in_buckets(*jobs), ranking)]


def test_a_job_gains_a_point_of_priority_for_each_hour_that_it_waits() -> None:
    old, urgent = a_job(0), a_job(5000, priority=2)

    assert order_of([old, urgent], OrderRules(), hours=1.5) == [urgent.id, old.id]
    assert order_of([old, urgent], OrderRules(), hours=5) == [old.id, urgent.id]


def test_ageing_has_a_limit_and_can_be_turned_off() -> None:
    old, urgent = a_job(0), a_job(9000, priority=30)

    assert order_of([old, urgent], OrderRules(), hours=500) == [urgent.id, old.id]
    never = OrderRules(ageing_s=0)
    assert order_of([a_job(0), a_job(9000, priority=1)], never, hours=500) == ["P1-J9000", "P1-J0"]


def test_with_fair_share_users_who_hold_much_come_later() -> None:
    mine, yours = a_job(1, user="anna"), a_job(2, user="ben")

    assert order_of([mine, yours], OrderRules(), anna=3) == [mine.id, yours.id]
    assert order_of([mine, yours], OrderRules(fair_share=1), anna=3) == [yours.id, mine.id]


def test_fair_share_counts_what_is_given_in_the_same_pass() -> None:
    jobs = [a_job(1, user="anna"), a_job(2, user="anna"), a_job(3, user="ben")]
    ranking = Ranking(OrderRules(fair_share=1), NOON, {})
    queue = in_order(in_buckets(*jobs), ranking)

    first = next(queue)
    ranking.give(first)

    assert [first.id, *(job.id for job in queue)] == ["P1-J1", "P1-J3", "P1-J2"]


jobs_of_two_users = st.lists(
    st.builds(
        lambda number, gpu, priority, user: a_job(number, gpu=gpu, priority=priority, user=user),
        st.integers(1, 100_000),
        st.integers(0, 2),
        st.integers(0, 3),
        st.sampled_from(("anna", "ben")),
    ),
    unique_by=lambda job: job.id,
    max_size=20,
)


@given(jobs_of_two_users, st.floats(0, 100), st.sampled_from((0.0, 0.5, 2.0)))
def test_inv_019_buckets_give_the_order_that_sorting_all_jobs_gives(
    jobs: list[QueuedJob], hours: float, fair_share: float
) -> None:
    rules = OrderRules(fair_share=fair_share)
    ranking = Ranking(rules, NOON + timedelta(hours=hours), {"anna": 2})

    assert list(in_order(in_buckets(*jobs), ranking)) == sorted(jobs, key=ranking.rank)
