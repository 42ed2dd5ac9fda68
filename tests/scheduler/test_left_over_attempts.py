"""Attempts that a leader left behind; each of these was met by a seed of the simulation."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from domain.clock import now
from domain.database import Database
from domain.documents import Attempt, Event, Job
from domain.documents.attempt import AttemptState
from domain.errors import JobMoved
from domain.job_types import load_catalogue
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.ending import End
from scheduler.executors.base import (
    AttemptRef,
    Executor,
    LaneUnreachable,
    Sighting,
    SightingState,
)
from scheduler.launch import Launcher
from scheduler.recover import recover
from scheduler.settle import finish
from tests.fakes.executor import FakeExecutor
from tests.integration.scene import KEY, TERM, Scene

COMPLETED = End(JobStatus.COMPLETED, "completed", now())


@pytest.fixture
def scene(database: Database, tmp_path: Path, settings: Settings) -> Scene:
    return Scene(tmp_path / "P1", settings)


async def leave_unlaunched(scene: Scene, *, term: int = TERM - 1) -> None:
    """A leader recorded the attempt and took its slots, but never moved the job."""
    await scene.set_up(status=JobStatus.QUEUED, attempt=0)
    values = {"state": AttemptState.NEW, "term": term}
    await Attempt.rows().update_one({"_id": KEY}, {"$set": values})


def launcher_of(scene: Scene, settings: Settings) -> Launcher:
    executors: Mapping[str, Executor] = {"node1": scene.executor}
    return Launcher(TERM, "here", settings, load_catalogue(), Path("programs"), executors, now)


async def test_the_number_of_a_settled_attempt_is_not_given_again(scene: Scene) -> None:
    # Else the next claim meets the settled record at every pass, and the job waits for ever.
    await leave_unlaunched(scene)

    await scene.watcher.look()

    assert (await scene.attempt()).state is AttemptState.VOID
    assert ((await scene.job()).status, (await scene.job()).attempt) == (JobStatus.QUEUED, 1)
    assert await scene.slots_are_free()


@pytest.mark.parametrize("status", [JobStatus.BUILDING, JobStatus.QUEUED])
async def test_a_number_is_burnt_whatever_its_user_does_meanwhile(
    scene: Scene, status: JobStatus
) -> None:
    # Whoever took the job out of the queue can put it back.
    await leave_unlaunched(scene)
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"status": status}})

    await scene.watcher.look()

    assert (await scene.job()).attempt == 1


async def test_recovery_burns_numbers_though_no_lane_answers(scene: Scene) -> None:
    # An earlier leader that wakes with its slots taken must not launch any more (INV-7).
    await leave_unlaunched(scene)
    scene.executor.is_reachable = False

    await recover(scene.watcher, "here", now())

    assert (await scene.job()).attempt == 1
    assert (await scene.attempt()).state is AttemptState.NEW


async def test_recovery_goes_on_though_a_lane_fails_in_the_middle(scene: Scene) -> None:
    # The error ended the whole scheduler process.
    class FailingExecutor(FakeExecutor):
        async def forbid(self, attempt: AttemptRef, reason: str) -> bool:
            raise LaneUnreachable("The lane does not answer any more.")

    executors: Mapping[str, Executor] = {"node1": FailingExecutor()}
    scene.watcher.executors = executors
    await leave_unlaunched(scene)

    await recover(scene.watcher, "here", now())

    assert (await scene.attempt()).state is AttemptState.NEW
    assert not await scene.slots_are_free()


async def test_an_end_that_another_leader_wrote_is_not_written_again(scene: Scene) -> None:
    # It was taken for an illegal move, and ended the process.
    await scene.set_up(status=JobStatus.COMPLETED)

    await finish(
        await scene.attempt(),
        await scene.job(),
        COMPLETED,
        AttemptState.ENDED,
        term=TERM,
        now=now(),
    )

    assert (await scene.attempt()).state is AttemptState.ENDED
    assert (await scene.job()).completed_count == 0
    assert await scene.slots_are_free()


async def test_an_end_before_its_job_has_started_is_judged_anew(scene: Scene) -> None:
    # A later leader had the job, so the steps in between could not be written.
    await scene.set_up(status=JobStatus.LAUNCHED)

    with pytest.raises(JobMoved):
        await finish(
            await scene.attempt(),
            await scene.job(),
            COMPLETED,
            AttemptState.ENDED,
            term=TERM,
            now=now() + timedelta(seconds=1),
        )

    assert (await scene.job()).status is JobStatus.LAUNCHED
    assert not await scene.slots_are_free()


async def test_a_job_whose_inputs_went_after_it_was_planned_waits_anew(
    scene: Scene, settings: Settings
) -> None:
    # Its parent was cleared while the leader was frozen between planning and launching (INV-16).
    await scene.set_up(status=JobStatus.LAUNCHED)
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"parents": ["J2"]}})
    await Attempt.rows().update_one({"_id": KEY}, {"$set": {"state": AttemptState.NEW}})

    await launcher_of(scene, settings).start(await scene.attempt())

    assert scene.executor.asked.starts == []
    assert (await scene.job()).status is JobStatus.QUEUED
    assert (await scene.attempt()).state is AttemptState.VOID
    assert await scene.slots_are_free()


async def test_a_job_whose_kill_came_before_its_refusal_is_killed(
    scene: Scene, settings: Settings
) -> None:
    # The attempt was settled, and nobody looked at the job any more.
    await scene.set_up(status=JobStatus.LAUNCHED)
    scene.executor.sightings[KEY] = Sighting(state=SightingState.VOID, void_reason="refused")
    await scene.ask_kill()

    await launcher_of(scene, settings).fail(await scene.attempt(), "refused")
    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.KILLED
    assert (await scene.attempt()).state is AttemptState.VOID
    assert await scene.slots_are_free()


async def test_the_log_says_why_a_job_is_queued_again(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.LAUNCHED)
    scene.executor.sightings[KEY] = Sighting(state=SightingState.VOID, void_reason="No node.")

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.QUEUED
    [event] = await Event.find_all().to_list()
    assert event.text == "Run 1 did not begin, and the job is queued again: No node."
