"""Queued jobs, lanes and targets as tests of the planner make them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from domain.resources import Capacity, ResourceSpec, Slots
from scheduler.lane_view import LaneView, TargetView
from scheduler.order import OrderRules, Ranking
from scheduler.plan import Plan, Tokens, plan
from scheduler.queued_job import QueuedJob, Shape
from scheduler.ready_queue import Buckets, ReadyQueue

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

PATIENT = OrderRules()


def a_job(
    number: int,
    *,
    gpu: int = 0,
    priority: int = 0,
    lane: str = "default",
    user: str = "",
    need: ResourceSpec | None = None,
    job_type: str = "",
) -> QueuedJob:
    """P1's job of that number, queued so many seconds after noon."""
    need = need or ResourceSpec(cpu=1, gpu=gpu, ram=1)
    return QueuedJob(
        id=f"P1-J{number}",
        uid_num=number,
        shape=Shape(lane, need, tokens=need.gpu, job_type=job_type),
        priority=priority,
        entered_at=NOON + timedelta(seconds=number),
        user=user,
    )


def a_target(name: str = "node1", *, cpu: int = 4, gpu: int = 0, ram: int = 4) -> TargetView:
    """A target with all its slots free."""
    slots = Slots(tuple(range(cpu)), tuple(range(gpu)), tuple(range(ram)))
    return TargetView(Capacity(name, name, slots, slots))


def a_lane(*targets: TargetView, name: str = "default", drained: bool = False) -> LaneView:
    """A lane of these targets."""
    return LaneView(name, targets, drained=drained)


def in_buckets(*jobs: QueuedJob) -> Buckets:
    """The jobs as a queue."""
    buckets = Buckets()
    for job in jobs:
        buckets.add(job)
    return buckets


def plan_on(
    lane: LaneView,
    *jobs: QueuedJob,
    tokens_free: int | None = None,
    rules: OrderRules = PATIENT,
    minutes: float = 1,
) -> Plan:
    """The plan over one lane, so many minutes after noon."""
    return plan_over({lane.name: lane}, *jobs, tokens=tokens_free, rules=rules, minutes=minutes)


def plan_over(
    lanes: Mapping[str, LaneView],
    *jobs: QueuedJob,
    tokens: int | None = None,
    maintenance: bool = False,
    rules: OrderRules = PATIENT,
    minutes: float = 1,
) -> Plan:
    """The plan over these lanes, by name."""
    ranking = Ranking(rules, NOON + timedelta(minutes=minutes), {})
    free = Tokens(tokens, tokens)
    return plan(in_buckets(*jobs), lanes, ranking, tokens=free, maintenance=maintenance)


def started(planned: Plan) -> list[str]:
    """The jobs that start, in order."""
    return [assignment.job_id for assignment in planned.assignments]


async def load_queue() -> list[QueuedJob]:
    """The queue as a scheduler reads it, by job."""
    queue = ReadyQueue()
    await queue.load()
    return [queue[id].job for id in sorted(queue.changed)]
