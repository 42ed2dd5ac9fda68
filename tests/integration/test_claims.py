"""Claiming for a group of jobs on a real database: all that can be had, and nothing else."""

import socket
from pathlib import Path

import pytest
import pytest_asyncio

from domain import job_moves, slots
from domain.clock import now
from domain.database import Database
from domain.documents import Attempt, Job, TokenPool
from domain.documents.instance import POOL_ID, GrantPlace
from domain.status import JobStatus
from domain.uids import JobKey
from scheduler import lease
from tests.conftest import NOON
from tests.integration.queue_scene import JOBS, TERM, QueueScene, slots_of

pytestmark = pytest.mark.mongo
FIRST = [f"P1-{uid}#1" for uid in JOBS]


@pytest_asyncio.fixture
async def scene(real_database: Database, tmp_path: Path) -> QueueScene:
    made = QueueScene(tmp_path / "project")
    await made.set_up()
    return made


async def clear(uid: str) -> None:
    await job_moves.move(
        JobKey("P1", uid),
        to=JobStatus.BUILDING,
        only_from=frozenset({JobStatus.QUEUED}),
        now=now(),
        actor="u",
    )


async def queue(uid: str) -> None:
    await job_moves.move(
        JobKey("P1", uid),
        to=JobStatus.QUEUED,
        only_from=frozenset({JobStatus.BUILDING}),
        now=now(),
        actor="u",
    )


async def test_a_group_gets_all_that_it_needs(scene: QueueScene) -> None:
    claimed = await scene.claim()

    assert claimed == FIRST
    assert await scene.statuses() == dict.fromkeys(JOBS, "launched")
    assert await scene.held() == {f"P1-{uid}#1": slots_of(uid) for uid in JOBS}
    assert await scene.tokens() == dict.fromkeys(FIRST, 1)
    job = await scene.job("J3")
    assert (job.attempt, job.term, job.revision, job.moved_by) == (1, TERM, 2, "scheduler")
    assert job.resources_allocated is not None
    assert (job.resources_allocated.target, job.resources_allocated.slots.gpu) == ("node2", [2])
    assert job.launched_at is not None


async def test_tokens_say_on_which_machine_to_look_and_not_what_a_target_is_called(
    scene: QueueScene,
) -> None:
    await scene.claim("J1")

    pool, attempt = await TokenPool.get(POOL_ID), await Attempt.get("P1-J1#1")
    assert pool is not None
    assert attempt is not None
    [grant] = pool.held
    assert grant.place == GrantPlace(
        hostname=socket.gethostname(),
        directory=attempt.directory,
        project_dir=attempt.project_dir,
        token=attempt.token,
    )
    assert attempt.resources.hostname != socket.gethostname()


async def test_nothing_of_an_earlier_run_is_left_on_a_launched_job(scene: QueueScene) -> None:
    left: dict[str, object] = dict.fromkeys(("started_at", "failed_at", "kill_requested_at"), NOON)
    left |= {"exit_reason": "killed", "kill_requested_by": "u", "outputs": {"a": {"versions": []}}}
    left |= {"waiting_for": {"status": "on_hold", "message": "Held."}}
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": left})

    await scene.claim("J1")

    row = await Job.rows().find_one({"_id": "P1-J1"})
    assert row is not None
    assert {name: row[name] for name in left} == {**dict.fromkeys(left), "outputs": {}}


async def test_a_job_that_left_the_queue_meanwhile_holds_up_nobody(scene: QueueScene) -> None:
    wanted = await scene.wanted()
    await clear("J2")

    claimed = await scene.launcher.claim(wanted)

    others = ["P1-J1#1", "P1-J3#1"]
    assert [attempt.id for attempt in claimed] == others
    assert (await scene.statuses())["J2"] == "building"
    assert (await scene.states())["P1-J2#1"] == "void"
    assert [*await scene.held()] == others
    assert [*await scene.tokens()] == others


async def test_a_job_that_came_back_after_it_lost_is_launched_in_the_end(
    scene: QueueScene,
) -> None:
    """Its number was used up while it was not queued: it must not wait on it for ever."""
    wanted = await scene.wanted("J2")
    await clear("J2")
    await scene.launcher.claim(wanted)
    await queue("J2")

    assert await scene.claim("J2") == ["P1-J2#2"]


async def test_a_slot_that_another_took_costs_its_job_only(scene: QueueScene) -> None:
    assert await slots.take("node1", "P2-J9#1", slots_of("J1"), term=TERM)

    claimed = await scene.claim()

    assert claimed == FIRST[1:]
    assert (await scene.job("J1")).attempt == 1  # burnt
    assert [*await scene.tokens()] == FIRST[1:]
    held = await scene.held()
    assert sorted(held) == sorted([*FIRST[1:], "P2-J9#1"])


async def test_two_that_were_given_the_same_slot_do_not_share_it(scene: QueueScene) -> None:
    (job, _), (other, given) = await scene.wanted("J1", "J2")

    claimed = await scene.launcher.claim([(job, given), (other, given)])

    assert len(claimed) == 1
    assert await scene.held() == {claimed[0].id: slots_of("J2")}


async def test_too_few_tokens_serve_the_first(scene: QueueScene) -> None:
    await TokenPool.rows().update_one({}, {"$set": {"token_limit": 2}})

    claimed = await scene.claim()

    assert claimed == FIRST[:2]
    assert await scene.tokens() == dict.fromkeys(FIRST[:2], 1)
    assert [*await scene.held()] == FIRST[:2]


async def test_a_job_whose_kill_or_change_came_first_is_left_as_it_is(scene: QueueScene) -> None:
    wanted = await scene.wanted("J1")
    await job_moves.change(JobKey("P1", "J1"), changes={"priority": 9}, now=now())

    claimed = await scene.launcher.claim(wanted)

    assert claimed == []
    job = await scene.job("J1")
    assert (job.status, job.priority) == (JobStatus.QUEUED, 9)
    assert await scene.held() == {}


async def test_a_leader_of_an_old_term_takes_nothing(scene: QueueScene) -> None:
    wanted = await scene.wanted()
    await lease.fence(TERM + 1)

    claimed = await scene.launcher.claim(wanted)

    assert claimed == []
    assert await scene.statuses() == dict.fromkeys(JOBS, "queued")
    assert (await scene.held(), await scene.tokens()) == ({}, {})


async def test_a_leader_of_an_old_term_leaves_its_successors_attempts_alone(
    scene: QueueScene,
) -> None:
    late, wanted = scene.launcher, await scene.wanted()
    scene.new_leader(TERM + 1)
    await scene.recover()
    await scene.claim()
    jobs = await Job.rows().find({}).to_list(None)
    attempts = await Attempt.rows().find({}).to_list(None)

    assert await late.claim(wanted) == []

    assert await Job.rows().find({}).to_list(None) == jobs
    assert await Attempt.rows().find({}).to_list(None) == attempts
    assert sorted(await scene.held()) == FIRST
    assert sorted(await scene.tokens()) == FIRST


@pytest.mark.parametrize("state", ["new", "void"])
async def test_what_a_dead_leader_left_is_undone_before_its_number_is_used_again(
    state: str, scene: QueueScene
) -> None:
    [attempt] = await scene.launcher.claim(await scene.wanted("J1"))
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"status": "queued", "attempt": 0}})
    await Attempt.rows().update_one({"_id": attempt.id}, {"$set": {"state": state}})
    scene.new_leader(TERM + 1)
    await lease.fence(TERM + 1)

    first = await scene.claim()

    assert first == FIRST[1:]
    assert (await scene.states())["P1-J1#1"] == "void"
    assert sorted(await scene.held()) == FIRST[1:]
    assert await scene.claim("J1") == ["P1-J1#2"]


async def test_a_job_that_is_to_be_killed_before_its_turn_is_never_started(
    scene: QueueScene,
) -> None:
    [attempt] = await scene.launcher.claim(await scene.wanted("J1"))
    asked = {"kill_requested_at": now(), "kill_requested_by": "u"}
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": asked})

    await scene.launcher.start(attempt)
    await scene.watcher.look()

    assert scene.executor.asked.starts == []
    assert (await scene.job("J1")).status is JobStatus.KILLED
    assert (await scene.held(), await scene.tokens()) == ({}, {})


async def test_what_somebody_else_has_settled_is_never_started(scene: QueueScene) -> None:
    [attempt] = await scene.launcher.claim(await scene.wanted("J1"))
    await Attempt.rows().update_one({"_id": attempt.id}, {"$set": {"state": "void"}})

    await scene.launcher.start(attempt)

    assert scene.executor.asked.starts == []
