"""The queue in memory says what the database says, however it came to be what it is."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.documents import Job, Project
from domain.live.changes import Kind
from domain.live.cursor import Position
from domain.live.hub import Dirty, Reset, ResetReason
from domain.status import JobStatus, QueueStatus
from scheduler.ready_queue import ReadyQueue
from tests.conftest import NOON

Make = Callable[..., Awaitable[Any]]
HERE = Position((1, 1))
CHANGES: list[dict[str, Any]] = [
    {"status": "queued"},
    {"status": "building"},
    {"status": "completed"},
    {"status": "failed"},
    {"on_hold": True},
    {"on_hold": False},
    {"priority": 7},
    {"priority": 0},
    {"queued_to_lane": "gpu"},
    {"num_tokens": 1, "resource_spec.gpu": 1},
    {"deleted": True},
    {"title": "another"},
]


def dirty(*jobs: str, projects: tuple[str, ...] = ()) -> Dirty:
    return Dirty({Kind.JOBS: set(jobs), Kind.PROJECTS: set(projects)}, {}, HERE)


def content(queue: ReadyQueue, ids: list[str]) -> Any:
    placed = {lane: dict(buckets) for lane, buckets in queue.placed.items() if buckets}
    return [queue.get(id) for id in ids], dict(queue.ready), placed


async def as_loaded(ids: list[str]) -> Any:
    queue = ReadyQueue()
    await queue.load()
    return content(queue, ids)


@pytest.fixture
async def ids(make_project: Make, make_job: Make) -> list[str]:
    """Jobs of two projects, each the child of the one before it."""

    async def make(project: str, number: int) -> Job:
        job: Job = await make_job(
            f"J{number}",
            project_uid=project,
            status=JobStatus.QUEUED,
            queued_to_lane="default",
            queue_entered_at=NOON,
            parents=[f"J{number - 1}"] if number > 1 else [],
        )
        return job

    for project in ("P1", "P2"):
        await make_project(project)
    jobs = [await make(project, number) for project in ("P1", "P2") for number in range(1, 6)]
    return [job.id for job in jobs]


@pytest.mark.parametrize("seed", range(20))
async def test_following_changes_gives_what_reading_all_anew_gives(
    ids: list[str], seed: int
) -> None:
    chance, queue = random.Random(seed), ReadyQueue()
    await queue.load()
    for _ in range(30):
        id, project = chance.choice(ids), chance.choice(("P1", "P2"))
        await Job.rows().update_one({"_id": id}, {"$set": chance.choice(CHANGES)})
        paused = {"queue_paused": chance.random() < 0.5}
        await Project.rows().update_one({"_id": project}, {"$set": paused})

        await queue.apply(dirty(id, projects=(project,)))

        assert content(queue, ids) == await as_loaded(ids)


async def test_a_change_that_moves_nothing_is_no_reason_for_a_pass(ids: list[str]) -> None:
    queue = ReadyQueue()
    await queue.load()
    await Job.rows().update_one(
        {"_id": ids[0]}, {"$set": {"title": "new"}, "$inc": {"revision": 1}}
    )

    assert not await queue.apply(dirty(ids[0], "P9-J9"))
    assert queue[ids[0]].revision == 2


async def test_a_reset_reads_all_anew(ids: list[str]) -> None:
    queue = ReadyQueue()

    assert await queue.apply(Reset(ResetReason.SERVER_RESTORED, HERE))
    assert content(queue, ids) == await as_loaded(ids)


async def test_a_child_of_a_job_that_completes_becomes_ready(ids: list[str]) -> None:
    queue = ReadyQueue()
    await queue.load()
    before = queue[ids[1]].job.obstacle
    await Job.rows().update_one({"_id": ids[0]}, {"$set": {"status": "completed"}})

    assert await queue.apply(dirty(ids[0]))

    assert before is not None
    assert (before.status, before.blocked_by) == (QueueStatus.WAITING_INPUTS, (ids[0],))
    assert queue[ids[1]].job.obstacle is None


async def test_inv_016_a_job_is_confirmed_only_while_its_parents_are_complete(
    ids: list[str],
) -> None:
    await Job.rows().update_one({"_id": ids[0]}, {"$set": {"status": "completed"}})
    queue = ReadyQueue()
    await queue.load()
    await Job.rows().update_one({"_id": ids[0]}, {"$set": {"status": "building"}})

    confirmed = await queue.confirm([ids[1], ids[5]])

    assert set(confirmed) == {ids[5]}
    assert isinstance(confirmed[ids[5]], Job)


async def test_a_job_that_has_changed_is_not_confirmed(ids: list[str]) -> None:
    queue = ReadyQueue()
    await queue.load()
    await Job.rows().update_one({"_id": ids[0]}, {"$set": {"on_hold": True}})

    assert set(await queue.confirm([ids[0], ids[5]])) == {ids[5]}
    assert queue[ids[0]].job.obstacle is not None
