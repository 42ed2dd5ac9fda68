"""A crash or a fault at every single call of a group's claim and start: nothing leaks or doubles.

A group is claimed and started while the database fails at one call; then whoever leads goes on.
In the end every job is launched, on slots and a token of its own, and nothing else is held.
"""

from pathlib import Path

import pytest

from domain.database import Database
from domain.documents import Attempt, Job
from domain.status import JobStatus
from tests.integration.failing_calls import Failing, failing_at
from tests.integration.queue_scene import JOBS, TERM, QueueScene, slots_of

pytestmark = pytest.mark.mongo
MOST_ROUNDS = 3


@pytest.mark.parametrize("how", Failing)
async def test_nothing_leaks_or_doubles_wherever_a_claim_breaks_off(
    how: Failing, real_database: Database, tmp_path: Path
) -> None:
    scene, failures = QueueScene(tmp_path / "project"), 0

    while await break_off_once(scene, failures + 1, how):
        failures += 1

    assert failures >= 10


async def break_off_once(scene: QueueScene, call: int, how: Failing) -> bool:
    """Fail at this call, then let the leader go on, or the next one; False if nothing failed."""
    await scene.set_up()
    async with failing_at(call, how) as calls:
        await claim_and_start(scene)

    if how is Failing.DIES_AFTER_EFFECT:
        scene.new_leader(TERM + 1)
        await scene.recover()
    else:
        await scene.watcher.look()  # the sweep
    await check_what_is_held(scene)
    for _ in range(MOST_ROUNDS):
        await claim_and_start(scene)
    await scene.watcher.look()

    where = f"{how.value} at call {call}"
    assert await scene.statuses() == dict.fromkeys(JOBS, "launched"), where
    await check_what_is_held(scene)
    starts = scene.executor.asked.starts
    assert len(starts) == len(set(starts)), where
    return calls.has_failed


async def claim_and_start(scene: QueueScene) -> None:
    """As a pass does; a start that was broken off leaves the others to theirs."""
    for attempt in await scene.launcher.claim(await scene.wanted()):
        await scene.launcher.start(attempt)


async def check_what_is_held(scene: QueueScene) -> None:
    """Slots and tokens are those of the jobs that are launched, and of nobody else."""
    launched = await Job.find({"status": JobStatus.LAUNCHED}).to_list()
    expected = {str(job.attempt_key): slots_of(job.uid) for job in launched}
    assert await scene.held() == expected
    assert await scene.tokens() == dict.fromkeys(expected, 1)
    unsettled = await Attempt.find({"state": {"$ne": "void"}}).to_list()
    assert {attempt.id for attempt in unsettled} == set(expected)
