"""From a plan to processes, on a real database: in flight from before the record to the start."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio

from domain.clock import now
from domain.database import Database
from domain.documents import Target
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from scheduler.executors.base import Doubt, Launch, StartResult
from scheduler.installed_programs import InstalledPrograms
from scheduler.lease import Leadership
from scheduler.loop import Loop
from scheduler.presence import Presence
from scheduler.starts import Starts
from scheduler.target_checks import TargetChecks
from scheduler.target_executors import TargetExecutors
from tests.fakes.executor import FakeExecutor
from tests.integration.failing_calls import Failing, failing_at
from tests.integration.queue_scene import JOBS, TERM, QueueScene

pytestmark = pytest.mark.mongo
FIRST = [f"P1-{uid}#1" for uid in JOBS]


class SlowExecutor(FakeExecutor):
    """Answers a start once `gate` is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.asked_for: list[str] = []

    async def start(self, launch: Launch) -> StartResult:
        """As the fake's, but late."""
        self.asked_for.append(launch.key)
        await self.gate.wait()
        return await super().start(launch)


@pytest.fixture
def executor() -> SlowExecutor:
    return SlowExecutor()


@pytest_asyncio.fixture
async def scene(real_database: Database, tmp_path: Path, executor: SlowExecutor) -> QueueScene:
    made = QueueScene(tmp_path / "project")
    await made.set_up()
    made.executor = executor
    made.new_leader(TERM)
    return made


@pytest_asyncio.fixture
async def loop(scene: QueueScene, real_database: Database, executor: SlowExecutor) -> Loop:
    """A leader that starts one attempt at a time."""
    executors = TargetExecutors(executor)
    await executors.refresh(now(), TERM)
    programs = InstalledPrograms(scene.launcher.catalogue, executors)
    made = Loop(
        leadership=Leadership("me", TERM, 5.0, until=10.0, elapsed=lambda: 0.0),
        launcher=scene.launcher,
        watcher=scene.watcher,
        executors=executors,
        checks=TargetChecks(executors, scene.directory, now, programs=programs),
        presence=Presence(scene.directory, now),
        programs=programs,
        hub=Hub(DatabaseHistory(real_database)),
        clock=now,
        sweep_s=10.0,
    )
    made._starts = Starts(at_once=1)
    return made


async def launch(loop: Loop, scene: QueueScene) -> None:
    wanted = await scene.wanted()
    await loop._launch({job.id: job for job, _ in wanted}, [given for _, given in wanted])


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_what_waits_for_its_turn_to_start_is_nobody_elses_to_judge(
    loop: Loop, scene: QueueScene, executor: SlowExecutor
) -> None:
    await launch(loop, scene)
    await until(lambda: executor.asked_for == FIRST[:1])

    await scene.watcher.look()

    assert executor.asked.forbids == []
    assert scene.watcher.in_flight == set(FIRST)
    executor.gate.set()
    await until(lambda: not scene.watcher.in_flight)
    assert executor.asked.starts == FIRST
    assert await scene.states() == dict.fromkeys(FIRST, "submitted")


async def test_a_claim_that_fails_leaves_nothing_in_flight(loop: Loop, scene: QueueScene) -> None:
    wanted = await scene.wanted()
    jobs, assignments = {job.id: job for job, _ in wanted}, [given for _, given in wanted]

    async with failing_at(4, Failing.FAULT_BEFORE_EFFECT) as calls:
        await loop._launch(jobs, assignments)

    assert calls.has_failed
    assert scene.watcher.in_flight == set()
    assert await scene.statuses() == dict.fromkeys(JOBS, "queued")
    assert (await scene.held(), await scene.tokens()) == ({}, {})


async def test_who_leads_no_more_when_a_turn_comes_starts_nothing(
    loop: Loop, scene: QueueScene, executor: SlowExecutor
) -> None:
    await launch(loop, scene)
    await until(lambda: executor.asked_for == FIRST[:1])

    loop.leadership.until = 0.0
    executor.gate.set()
    await until(lambda: not scene.watcher.in_flight)

    assert executor.asked.starts == FIRST[:1]


async def test_who_leads_no_more_claims_nothing(loop: Loop, scene: QueueScene) -> None:
    loop.leadership.until = 0.0

    await launch(loop, scene)

    assert await scene.states() == {}
    assert await scene.statuses() == dict.fromkeys(JOBS, "queued")


async def test_a_start_in_doubt_is_forbidden_by_who_looks_next_and_its_job_waits_again(
    loop: Loop, scene: QueueScene, executor: SlowExecutor
) -> None:
    # The machine does not answer: planned on again at once, it would take attempt after attempt.
    executor.answer(FIRST[0], Doubt("the answer was lost"))
    executor.gate.set()
    await Target.rows().update_many({}, {"$set": {"online": True}})

    await launch(loop, scene)
    await until(lambda: not scene.watcher.in_flight)
    states, online = await scene.states(), await online_targets()
    await scene.watcher.look(FIRST[:1])

    assert states == {FIRST[0]: "submitting", FIRST[1]: "submitted", FIRST[2]: "submitted"}
    assert online == {"node2"}
    assert executor.asked.forbids == FIRST[:1]
    assert (await scene.states())[FIRST[0]] == "void"
    assert (await scene.statuses())["J1"] == "queued"


async def test_a_start_in_doubt_that_has_begun_is_adopted(
    loop: Loop, scene: QueueScene, executor: SlowExecutor
) -> None:
    executor.answer(FIRST[0], Doubt("the answer was lost"))
    executor.gate.set()
    await launch(loop, scene)
    await until(lambda: not scene.watcher.in_flight)

    executor.run(FIRST[0])
    await scene.watcher.look(FIRST[:1])

    assert (await scene.states())[FIRST[0]] == "claimed"
    assert (await scene.statuses())["J1"] == "running"


async def online_targets() -> set[str]:
    return {target.name for target in await Target.find({"online": True}).to_list()}
