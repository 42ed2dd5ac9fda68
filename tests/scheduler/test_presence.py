"""Remote targets are online while they answer, and nobody waits for those that hang."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from domain import clock
from domain.documents import Target
from domain.documents.target import GpuDevice
from scheduler.executors.base import Gpu, LaneReport
from scheduler.presence import NEWS_AFTER, Presence, record_answer, record_silence
from tests.fakes.executor import FakeExecutor

MakeTarget = Callable[..., Awaitable[Target]]
NOW = clock.now()


class Counting(FakeExecutor):
    """Counts the checks, and tells of each."""

    def __init__(self) -> None:
        super().__init__()
        self.checks = 0
        self.checked = asyncio.Event()

    async def check(self, directory: Path) -> LaneReport:
        self.checks += 1
        self.checked.set()
        return await super().check(directory)

    async def asked_again(self) -> None:
        """Wait until the answer to the present question has been dealt with."""
        for _ in range(2):
            self.checked.clear()
            await asyncio.wait_for(self.checked.wait(), 10)


class Hanging(FakeExecutor):
    async def check(self, directory: Path) -> LaneReport:
        await asyncio.Event().wait()
        raise AssertionError("never")


@pytest_asyncio.fixture
async def presence(tmp_path: Path) -> AsyncIterator[Presence]:
    presence = Presence(tmp_path, lambda: NOW, every_s=0.001, first_rest_s=0.001)
    yield presence
    await presence.close()


@pytest_asyncio.fixture
async def followed(presence: Presence, make_target: MakeTarget) -> Counting:
    """The executor of node1, which has answered."""
    await make_target()
    executor = Counting()
    presence.follow({"node1": executor})
    await executor.asked_again()
    return executor


async def target(name: str = "node1") -> Target:
    found = await Target.get(name)
    assert found is not None
    return found


async def test_a_target_comes_online_when_it_answers(followed: Counting) -> None:
    found = await target()

    assert (found.online, found.last_seen_at, found.revision) == (True, NOW, 2)


async def test_a_target_where_every_job_would_fail_is_offline_though_it_answers(
    followed: Counting,
) -> None:
    followed.report = replace(followed.report, takes_jobs=False)
    await followed.asked_again()
    unfit = await target()
    followed.report = replace(followed.report, takes_jobs=True)
    await followed.asked_again()

    assert (unfit.online, (await target()).online) == (False, True)


async def test_a_target_goes_offline_when_it_answers_no_more_and_says_since_when(
    followed: Counting,
) -> None:
    followed.is_reachable = False
    await followed.asked_again()

    found = await target()
    assert (found.online, found.last_seen_at, found.revision) == (False, NOW, 3)


async def test_the_use_of_gpus_is_told_with_the_sign_of_life_and_unknown_in_silence(
    followed: Counting,
) -> None:
    device = GpuDevice(index=0, name="H100", mem=80)
    await Target.rows().update_one({"_id": "node1"}, {"$set": {"gpus": [device.model_dump()]}})
    told = Gpu(index=0, uuid="GPU-a", name="H100", memory_bytes=80, utilisation=0.5)

    followed.report = replace(followed.report, gpus=(told,))
    await followed.asked_again()
    measured = (await target()).gpus[0].utilisation
    followed.is_reachable = False
    await followed.asked_again()

    assert (measured, (await target()).gpus[0].utilisation) == (0.5, None)


async def test_a_target_that_hangs_holds_no_other_up(
    presence: Presence, make_target: MakeTarget
) -> None:
    await make_target("hangs")
    await make_target("node1")
    executor = Counting()

    presence.follow({"hangs": Hanging(), "node1": executor})
    await executor.asked_again()

    assert (await target()).online
    assert not (await target("hangs")).online


async def test_a_fault_of_ours_counts_as_silence_and_the_asking_goes_on(
    presence: Presence, make_target: MakeTarget
) -> None:
    class Faulty(Counting):
        async def check(self, directory: Path) -> LaneReport:
            await super().check(directory)
            raise ZeroDivisionError

    await make_target()
    executor = Faulty()

    presence.follow({"node1": executor})
    await executor.asked_again()

    assert not (await target()).online


async def test_who_is_not_served_any_more_is_not_asked_any_more(
    presence: Presence, followed: Counting
) -> None:
    new = Counting()

    presence.follow({"node1": new})
    await new.asked_again()
    asked = followed.checks
    await new.asked_again()

    assert followed.checks == asked


@pytest.mark.parametrize(("age", "is_told"), [(NEWS_AFTER, False), (2 * NEWS_AFTER, True)])
async def test_the_last_answer_is_put_on_record_now_and_then(
    make_target: MakeTarget, age: timedelta, is_told: bool
) -> None:
    await make_target()
    await record_answer("node1", NOW - age)

    await record_answer("node1", NOW)

    found = await target()
    assert (found.last_seen_at == NOW, found.revision) == (is_told, 2)


async def test_silence_of_a_target_that_is_offline_changes_nothing(
    make_target: MakeTarget,
) -> None:
    before = await make_target()

    await record_silence("node1", NOW)

    assert await target() == before
