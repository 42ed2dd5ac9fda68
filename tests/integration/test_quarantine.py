"""Slots of runs that are given up: shown, freed by proof or by an administrator's word."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from domain import tokens
from domain.clock import now
from domain.database import Database, watch
from domain.documents import Attempt, Job, Lane, Lease, Target, TokenPool
from domain.documents.attempt import AttemptState
from domain.documents.instance import POOL_ID
from domain.documents.target import Quarantine
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.quarantine import carry_out_decisions
from tests.integration.scene import HELD, KEY, TERM, Scene
from tests.integration.test_busy_feed import leading, until

pytestmark = pytest.mark.mongo
INSTANCE = "i"


@pytest.fixture
def scene(real_database: Database, tmp_path: Path) -> Scene:
    return Scene(tmp_path / "project", Settings(data_dir=tmp_path))


async def node() -> Target:
    target = await Target.get("node1")
    assert target is not None
    return target


async def entry() -> Quarantine | None:
    return (await node()).quarantine.get(KEY)


async def vouch() -> None:
    """What the mutation freeQuarantinedSlots writes."""
    said = {f"quarantine.{KEY}.freed_at": now(), f"quarantine.{KEY}.freed_by": "ada"}
    await Target.rows().update_one({"_id": "node1"}, {"$set": said})


async def declare_lost() -> None:
    """What the mutation declareTargetLost writes."""
    said = {"drained": True, "declared_lost_at": now(), "declared_lost_by": "ada"}
    await Target.rows().update_one({"_id": "node1"}, {"$set": said})


async def a_run_whose_processes_do_not_end(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.executor.run(KEY)
    scene.executor.lose(KEY, survivors=2)
    await scene.watcher.look()


async def test_slots_in_quarantine_say_since_when_and_why(scene: Scene) -> None:
    await a_run_whose_processes_do_not_end(scene)
    first = await entry()
    scene.executor.lose(KEY, survivors=1)

    await scene.watcher.look()

    second = await entry()
    assert first is not None
    assert second is not None
    assert "do not end: 2" in first.reason
    assert "do not end: 1" in second.reason
    assert second.since == first.since


async def test_a_look_that_finds_nothing_new_does_not_touch_the_target(scene: Scene) -> None:
    await a_run_whose_processes_do_not_end(scene)
    before = await node()

    await scene.watcher.look()

    assert await node() == before


async def test_proof_ends_the_quarantine_with_the_slots(scene: Scene) -> None:
    await a_run_whose_processes_do_not_end(scene)
    scene.executor.lose(KEY, survivors=0)

    await scene.watcher.look()

    assert await entry() is None
    assert await scene.slots_are_free()
    assert (await scene.job()).exit_reason == "heartbeat_lost"


async def test_nothing_is_freed_without_proof_or_word(scene: Scene) -> None:
    await a_run_whose_processes_do_not_end(scene)

    await carry_out_decisions(scene.watcher)

    assert await entry() is not None
    assert not await scene.slots_are_free()
    assert (await scene.job()).status is JobStatus.RUNNING


@pytest.mark.parametrize("answers", [True, False])
async def test_an_administrators_word_ends_the_job_and_frees_all(
    scene: Scene, answers: bool
) -> None:
    await TokenPool(token_limit=4).insert()
    await a_run_whose_processes_do_not_end(scene)
    await tokens.take(KEY, 2, instance_id=INSTANCE, term=TERM)
    held = {"resources.licenses_acquired": 2, "instance_id": INSTANCE}
    await Attempt.rows().update_one({"_id": KEY}, {"$set": held})
    scene.executor.is_reachable = answers
    await vouch()

    await carry_out_decisions(scene.watcher)
    await carry_out_decisions(scene.watcher)

    job, attempt, pool = await scene.job(), await scene.attempt(), await TokenPool.get(POOL_ID)
    assert (job.status, job.exit_reason) == (JobStatus.FAILED, "node_down")
    assert (attempt.state, attempt.quarantined) == (AttemptState.ENDED, False)
    assert attempt.reason == "given up by ada"
    assert await scene.slots_are_free()
    assert await entry() is None
    assert pool is not None
    assert (pool.used, pool.held) == (0, [])


async def test_a_job_whose_kill_was_accepted_becomes_killed_by_the_word(scene: Scene) -> None:
    await a_run_whose_processes_do_not_end(scene)
    await scene.ask_kill()
    await vouch()

    await carry_out_decisions(scene.watcher)

    assert (await scene.job()).status is JobStatus.KILLED


async def test_a_leader_of_an_old_term_carries_no_word_out(scene: Scene) -> None:
    await a_run_whose_processes_do_not_end(scene)
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"term": TERM + 1}})
    await vouch()

    await carry_out_decisions(scene.watcher)

    assert (await scene.job()).status is JobStatus.RUNNING
    assert not await scene.slots_are_free()


async def test_an_old_leader_puts_nothing_into_quarantine(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    await Target.rows().update_one({"_id": "node1"}, {"$set": {"term": TERM + 1}})
    scene.executor.run(KEY)
    scene.executor.lose(KEY, survivors=2)

    await scene.watcher.look()

    assert await entry() is None


async def test_slots_that_went_to_another_are_not_put_into_quarantine(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    other = {f"slots.cpu.{HELD.cpu[0]}": "P1-J9#1"}
    await Target.rows().update_one({"_id": "node1"}, {"$set": other})
    scene.executor.run(KEY)
    scene.executor.lose(KEY, survivors=2)

    await scene.watcher.look()

    assert await entry() is None


@pytest.mark.parametrize("decide", [vouch, declare_lost])
async def test_a_leader_carries_a_decision_out_as_soon_as_the_feed_tells_of_it(
    scene: Scene, real_database: Database, tmp_path: Path, decide: Callable[[], Awaitable[None]]
) -> None:
    await a_run_whose_processes_do_not_end(scene)
    await Lane(id="default", type="node", title="Default", created_at=now()).insert()
    await Target.rows().update_one({}, {"$set": {"term": 0}})  # nobody has led yet
    never = Settings(data_dir=tmp_path, sweep_s=3600)

    async with leading(real_database, never, scene.executor):
        await until_led(real_database)
        await decide()
        await until(real_database, "P1-J1", JobStatus.FAILED)

    assert (await scene.job()).exit_reason == "node_down"


async def until_led(database: Database) -> None:
    """Wait until a leader has recovered: then it knows of no decision."""
    async with asyncio.timeout(30), watch(database, ["leases"]) as changes:
        while not await Lease.rows().count_documents({"ready_at": {"$ne": None}}):
            await changes.next()


# A machine that was declared lost


async def test_jobs_of_a_silent_machine_fail_and_their_slots_stay(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.executor.is_reachable = False
    await declare_lost()

    await carry_out_decisions(scene.watcher)

    job, attempt, target = await scene.job(), await scene.attempt(), await node()
    assert (job.status, job.exit_reason) == (JobStatus.FAILED, "node_down")
    assert (attempt.state, attempt.quarantined) == (AttemptState.LOST, True)
    assert target.quarantine[KEY].reason == "The machine node1 was declared lost."
    assert target.declared_lost_at is None
    assert not await scene.slots_are_free()


async def test_slots_of_a_lost_machine_are_freed_by_a_clean_sweep(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.executor.is_reachable = False
    await declare_lost()
    await carry_out_decisions(scene.watcher)

    scene.executor.is_reachable = True
    scene.executor.run(KEY)
    scene.executor.lose(KEY, survivors=1)
    await scene.watcher.look()
    was_held = not await scene.slots_are_free()
    scene.executor.lose(KEY, survivors=0)
    await scene.watcher.look()

    assert was_held
    assert await scene.slots_are_free()
    assert (await scene.job()).exit_reason == "node_down"


async def test_what_still_runs_when_the_machine_comes_back_is_stopped(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.executor.is_reachable = False
    await declare_lost()
    await carry_out_decisions(scene.watcher)

    scene.executor.is_reachable = True
    scene.executor.run(KEY)
    await scene.watcher.look()
    was_held = not await scene.slots_are_free()
    scene.executor.finish(KEY, 143)
    await scene.watcher.look()

    assert scene.executor.asked.stops == [KEY]
    assert was_held
    assert await scene.slots_are_free()


async def test_a_job_that_answers_goes_on_though_its_machine_was_declared_lost(
    scene: Scene,
) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.executor.run(KEY)
    await declare_lost()

    await carry_out_decisions(scene.watcher)

    assert (await scene.job()).status is JobStatus.RUNNING
    assert (await node()).quarantine == {}
    assert (await node()).declared_lost_at is None


async def test_what_can_be_proven_is_not_called_lost(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.commit("micrographs", "truth", "volume")
    scene.executor.finish(KEY, 0)
    await declare_lost()

    await carry_out_decisions(scene.watcher)

    assert (await scene.job()).status is JobStatus.COMPLETED
    assert await scene.slots_are_free()


async def test_the_word_stands_until_a_launch_that_is_under_way_is_over(scene: Scene) -> None:
    await scene.set_up()
    scene.executor.is_reachable = False
    scene.watcher.in_flight.add(KEY)
    await declare_lost()

    await carry_out_decisions(scene.watcher)
    stood = (await node()).declared_lost_at is not None
    was = (await scene.job()).status
    scene.watcher.in_flight.clear()
    await carry_out_decisions(scene.watcher)

    assert (stood, was) == (True, JobStatus.LAUNCHED)
    assert (await scene.job()).status is JobStatus.FAILED
    assert (await node()).declared_lost_at is None
