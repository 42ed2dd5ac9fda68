"""Two schedulers and two APIs, each killed in turn while jobs are queued through the other API.

LANEKEEPER_TURNS says how many times each of them is killed (once in the ordinary suite).
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.chaos.house import House, witness_params
from tests.chaos.nursery import running_nursery
from tests.chaos.part import Part
from tests.chaos.referee import Log, violations
from tests.chaos.run import PLENTY, all_has_ended, ready, until
from tests.chaos.users import Diary
from tests.integration.caller import Caller

pytestmark = [pytest.mark.mongo, pytest.mark.processes]
ROUNDS = int(os.environ.get("LANEKEEPER_TURNS", "1"))
JOBS = 6


@pytest.fixture
def house(mongod_path: str, tmp_path: Path) -> Iterator[House]:
    """Two schedulers, two APIs."""
    with running_nursery() as nursery:
        house = House(tmp_path, nursery, schedulers=2)
        house.start()
        try:
            yield house
        finally:
            house.end()


class Queue:
    """Queues jobs through whichever API is to live, and keeps the diary."""

    def __init__(self, house: House, project: str) -> None:
        self.diary = Diary(project=project)
        self._house = house

    async def while_killing(self, victim: Part, caller: Caller) -> None:
        """Kill it when the first of some jobs is acknowledged; it is back when they have ended."""
        tasks = [asyncio.create_task(self._one(caller)) for _ in range(JOBS)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        victim.kill9()
        uids = await asyncio.gather(*tasks)
        await caller.until(self.diary.project, uids, "COMPLETED")
        victim.start_again()

    async def _one(self, caller: Caller) -> str:
        params = witness_params(self._house.directory, gpus=1, seconds=0.3)
        uid = await caller.make_job(self.diary.project, "witness", **params)
        await caller.act("queueJob", self.diary.project, uid)
        self.diary.jobs.append(uid)
        return uid


async def test_inv_001_to_021_hold_while_each_of_two_is_killed_in_turn(house: House) -> None:
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(Caller(url)) for url in house.urls]
        await ready(house)
        queue = Queue(house, await here.make_project())
        house.declare(**PLENTY)

        killed = [
            name for _ in range(ROUNDS) for name in await one_round(house, queue, here, there)
        ]
        await until(all_has_ended, house)

    made = {"createProject": 1, "createWorkspace": 1}
    queued = dict.fromkeys(("createJob", "queueJob"), 4 * JOBS * ROUNDS)
    queue.diary.accepted = Counter(made | queued)
    assert Counter(killed) == dict.fromkeys([part.name for part in house.parts], ROUNDS)
    assert violations(house, queue.diary, ()) == []
    assert {row["status"] for row in house.rows("jobs")} == {"completed"}
    assert len(Log.of(house).of_event("begin")) == 4 * JOBS * ROUNDS


async def one_round(house: House, queue: Queue, here: Caller, there: Caller) -> list[str]:
    """Kill both APIs, and whoever leads after each; the names of the killed."""
    killed = []
    for api, other in zip(house.apis, (there, here), strict=True):
        await queue.while_killing(api, other)
        leader = await asyncio.to_thread(lambda: house.leader)
        assert leader is not None
        await queue.while_killing(leader, other)
        killed += [api.name, leader.name]
    return killed
