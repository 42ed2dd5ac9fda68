"""Every queued job is told why it waits: all with its place in front, little at the far end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import Job
from domain.live.changes import Kind
from domain.live.cursor import Position
from domain.live.hub import Dirty
from domain.resources import Slots
from domain.status import JobStatus
from scheduler import explain
from scheduler.explain import Explainer, Outcome
from scheduler.lane_view import LaneView
from scheduler.order import OrderRules, Ranking
from scheduler.plan import plan
from scheduler.ready_queue import ReadyQueue
from tests.conftest import NOON
from tests.scheduler.queues import a_lane, a_target

Make = Callable[..., Awaitable[Any]]
Told = Mapping[str, object]
NEAR = 3
FULL = replace(a_target(), capacity=replace(a_target().capacity, free=Slots()))


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "NEAR", NEAR)


@pytest.fixture
async def queue(make_project: Make, make_job: Make) -> ReadyQueue:
    """Six queued jobs, of which J2 is held."""
    await make_project()
    for number in range(1, 7):
        await make_job(
            f"J{number}",
            status=JobStatus.QUEUED,
            queued_to_lane="default",
            queue_entered_at=NOON + timedelta(seconds=number),
            on_hold=number == 2,
        )
    queue = ReadyQueue()
    await queue.load()
    return queue


async def tell(
    queue: ReadyQueue,
    explainer: Explainer,
    lane: LaneView = a_lane(FULL),  # noqa: B008 - frozen
    *,
    maintenance: bool = False,
) -> dict[str, Told]:
    ranking = Ranking(OrderRules(), NOON + timedelta(minutes=1), {})
    lanes = {"default": lane}
    planned = plan(queue.ready, lanes, ranking, maintenance=maintenance)
    due = dict(explainer.due(Outcome(planned, lanes, ranking, maintenance)))
    for id, told in due.items():
        queue.note_told(id, told)
    return due


def places(told: Mapping[str, Told]) -> dict[str, object]:
    return {id: what["position_in_lane"] for id, what in told.items()}


async def test_the_first_are_told_their_place_and_the_others_that_they_are_far(
    queue: ReadyQueue,
) -> None:
    told = await tell(queue, Explainer(queue))

    near = {"P1-J1": 1, "P1-J3": 2, "P1-J4": 3}
    assert places(told) == {**near, "P1-J2": None, "P1-J5": None, "P1-J6": None}
    lacks = "1 CPU core (0 free), 1 RAM slot of 8 GiB (0 free)"
    assert told["P1-J3"]["message"] == f"Lane default: needs {lacks} on node1."
    assert told["P1-J2"]["message"] == "Held."
    assert told["P1-J6"]["message"] == "Ready; more than 3 jobs are before it in lane default."


async def test_nobody_is_told_the_same_twice(queue: ReadyQueue) -> None:
    explainer = Explainer(queue)
    await tell(queue, explainer)

    assert await tell(queue, explainer) == {}


async def test_when_one_leaves_those_behind_it_move_up(queue: ReadyQueue) -> None:
    explainer = Explainer(queue)
    await tell(queue, explainer)
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"status": "building"}})
    await queue.apply(Dirty({Kind.JOBS: {"P1-J1"}}, {}, Position((1, 1))))

    told = await tell(queue, explainer)

    assert places(told) == {"P1-J3": 1, "P1-J4": 2, "P1-J5": 3}


async def test_one_that_is_overtaken_is_told_that_it_is_far_now(queue: ReadyQueue) -> None:
    explainer = Explainer(queue)
    await tell(queue, explainer)
    await Job.rows().update_one({"_id": "P1-J6"}, {"$set": {"priority": 9}})
    await queue.apply(Dirty({Kind.JOBS: {"P1-J6"}}, {}, Position((1, 1))))

    told = await tell(queue, explainer)

    assert places(told) == {"P1-J6": 1, "P1-J1": 2, "P1-J3": 3, "P1-J4": None}


async def test_what_concerns_everybody_is_told_to_everybody(queue: ReadyQueue) -> None:
    explainer = Explainer(queue)
    await tell(queue, explainer)

    drained = await tell(queue, explainer, a_lane(FULL, drained=True))
    maintained = await tell(queue, explainer, maintenance=True)

    assert drained["P1-J6"]["message"] == "Lane default is drained."
    assert drained["P1-J1"]["message"] == "Lane default is drained; 0 jobs still running."
    assert maintained["P1-J6"]["message"] == "Lanekeeper is in maintenance."
    assert "P1-J2" not in {**drained, **maintained}


async def test_more_than_a_pass_can_tell_is_told_in_the_next(
    queue: ReadyQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "AT_ONCE", 4)
    explainer = Explainer(queue)

    first = await tell(queue, explainer)
    was_behind = explainer.is_behind
    second = await tell(queue, explainer)

    assert (len(first), was_behind, explainer.is_behind) == (4, True, False)
    assert {*first, *second} == {f"P1-J{number}" for number in range(1, 7)}
    assert not {*first} & {*second}
