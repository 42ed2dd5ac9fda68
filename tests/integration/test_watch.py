"""What the scheduler makes of what it sees: a real database, an executor that tests command."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from domain.clock import from_epoch, now
from domain.database import Database
from domain.documents import Attempt, Job
from domain.documents.attempt import AttemptState
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.executors.base import AttemptRef, LaneUnreachable, Observation
from tests.integration.scene import KEY, TERM, Scene

pytestmark = pytest.mark.mongo
ALL = ("micrographs", "truth", "volume")


@pytest.fixture
def scene(real_database: Database, tmp_path: Path) -> Scene:
    return Scene(tmp_path / "project", Settings(data_dir=tmp_path, launch_timeout_s=60))


async def test_steps_are_taken_in_order_with_the_times_of_the_supervisor(scene: Scene) -> None:
    await scene.set_up()
    scene.executor.claim(KEY, at=1000.0)
    scene.executor.run(KEY, at=1001.5)

    await scene.watcher.look()

    job = await scene.job()
    assert job.status is JobStatus.RUNNING
    assert (job.started_at, job.running_at) == (from_epoch(1000.0), from_epoch(1001.5))
    assert (await scene.attempt()).state is AttemptState.CLAIMED


async def test_a_run_that_committed_everything_is_completed_and_frees_its_slots(
    scene: Scene,
) -> None:
    await scene.set_up()
    scene.commit(*ALL)
    scene.executor.finish(KEY, 0)

    await scene.watcher.look()

    job = await scene.job()
    assert (job.status, job.exit_reason) == (JobStatus.COMPLETED, "completed")
    assert job.outputs["micrographs"].num_items == 5
    assert job.started_at is not None
    assert await scene.slots_are_free()
    assert (await scene.attempt()).state is AttemptState.ENDED


@pytest.mark.parametrize(
    ("committed", "sentence"),
    [
        (None, "The program ended without error, but it committed no outputs."),
        (("truth",), "The program ended without error, but output volume is missing."),
    ],
)
async def test_an_exit_of_0_is_not_enough(
    scene: Scene, committed: tuple[str, ...] | None, sentence: str
) -> None:
    await scene.set_up()
    if committed is not None:
        scene.commit(*committed)
    scene.executor.finish(KEY, 0)

    await scene.watcher.look()

    job = await scene.job()
    assert job.status is JobStatus.FAILED
    assert [error.message for error in job.errors_run] == [sentence]


async def test_outputs_of_an_older_attempt_do_not_count(scene: Scene) -> None:
    await scene.set_up()
    scene.commit(*ALL, token="P1-J1#0-old")
    scene.executor.finish(KEY, 0)

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.FAILED


async def test_after_a_kill_was_accepted_a_good_end_is_still_a_kill(scene: Scene) -> None:
    await scene.set_up()
    await scene.ask_kill()
    scene.commit(*ALL)
    scene.executor.finish(KEY, 0)

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.KILLED
    assert await scene.slots_are_free()


async def test_a_kill_is_asked_for_until_the_end_is_seen(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.executor.run(KEY)
    await scene.ask_kill()

    await scene.watcher.look()
    await scene.watcher.look()

    assert scene.executor.asked.stops == [KEY, KEY]
    assert (await scene.job()).status is JobStatus.RUNNING
    assert not await scene.slots_are_free()


async def test_slots_of_a_lost_run_stay_taken_until_nothing_of_it_is_left(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.executor.lose(KEY, survivors=2)
    await scene.watcher.look()
    was = await scene.attempt()
    held = not await scene.slots_are_free()

    scene.executor.lose(KEY, survivors=0)
    await scene.watcher.look()

    assert (was.quarantined, held) == (True, True)
    job = await scene.job()
    assert (job.status, job.exit_reason) == (JobStatus.FAILED, "heartbeat_lost")
    assert await scene.slots_are_free()


async def test_a_lost_run_that_committed_everything_is_completed(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.commit(*ALL)
    scene.executor.lose(KEY)

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.COMPLETED


async def test_an_attempt_that_its_leader_never_handed_over_goes_back_to_its_place(
    scene: Scene,
) -> None:
    await scene.set_up()
    before = await scene.job()
    await Attempt.rows().update_one({"_id": KEY}, {"$set": {"state": AttemptState.SUBMITTING}})

    await scene.watcher.look()

    job = await scene.job()
    assert (job.status, job.attempt) == (JobStatus.QUEUED, 1)
    assert job.queue_entered_at == before.queue_entered_at
    assert await scene.slots_are_free()
    assert (await scene.attempt()).state is AttemptState.VOID


async def test_slots_of_an_attempt_whose_job_was_never_launched_are_freed(scene: Scene) -> None:
    # A leader that stopped between recording the attempt and moving the job: the attempt must
    # not keep the slots that its own job waits for.
    await scene.set_up(status=JobStatus.QUEUED, attempt=0)
    await Attempt.rows().update_one({"_id": KEY}, {"$set": {"state": AttemptState.NEW}})

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.QUEUED
    assert await scene.slots_are_free()


async def test_an_attempt_in_flight_is_left_alone(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.QUEUED, attempt=0)
    scene.watcher.in_flight.add(KEY)

    await scene.watcher.look()

    assert not await scene.slots_are_free()
    assert scene.executor.asked.forbids == []


async def test_files_out_of_sight_say_nothing_about_a_run(scene: Scene) -> None:
    # Claimed before, unclaimed now: somebody moved the directory, or a file system is away.
    await scene.set_up(status=JobStatus.RUNNING)
    old = now() - timedelta(hours=5)
    changed = {"state": AttemptState.CLAIMED, "created_at": old}
    await Attempt.rows().update_one({"_id": KEY}, {"$set": changed})

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.RUNNING
    assert not await scene.slots_are_free()


async def test_a_launch_that_takes_too_long_is_given_up_with_proof(scene: Scene) -> None:
    await scene.set_up()
    await Attempt.rows().update_one(
        {"_id": KEY}, {"$set": {"created_at": now() - timedelta(seconds=61)}}
    )

    await scene.watcher.look()

    job = await scene.job()
    assert (job.status, job.exit_reason) == (JobStatus.FAILED, "launch_error")
    assert scene.executor.asked.forbids == [KEY]
    assert await scene.slots_are_free()


async def test_a_launch_that_waited_long_for_its_turn_is_not_too_late(scene: Scene) -> None:
    # Of very many jobs that were launched together, this one's turn to start has only just come.
    await scene.set_up()
    times = {"created_at": now() - timedelta(hours=1), "submitted_at": now()}
    await Attempt.rows().update_one({"_id": KEY}, {"$set": times})

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.LAUNCHED
    assert scene.executor.asked.forbids == []


async def test_a_supervisor_that_died_at_the_start_is_told_in_its_words(scene: Scene) -> None:
    await scene.set_up()
    scene.executor.give_up(KEY, 74, "No space left on device")

    await scene.watcher.look()

    job = await scene.job()
    assert job.status is JobStatus.FAILED
    assert "No space left on device" in job.errors_run[0].message


async def test_a_lane_that_does_not_answer_changes_nothing(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.RUNNING)
    scene.executor.is_reachable = False

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.RUNNING
    assert not await scene.slots_are_free()


async def test_a_leader_of_an_old_term_moves_no_job(scene: Scene) -> None:
    await scene.set_up()
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"term": TERM + 1}})
    scene.executor.claim(KEY)

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.LAUNCHED


async def test_a_kill_on_a_lane_that_does_not_answer_is_repeated_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files may still be heard there; what has come of it is seen once there is an answer."""
    await scene.set_up()
    scene.executor.run(KEY)
    await scene.watcher.look()

    async def silence(attempts: Sequence[AttemptRef]) -> Observation:
        raise LaneUnreachable("It is frozen.")

    with monkeypatch.context() as patch:
        patch.setattr(scene.executor, "observe", silence)
        await scene.watcher.look()
        before = list(scene.executor.asked.stops)
        await scene.ask_kill()
        await scene.watcher.look()
        await scene.watcher.look()

    assert (before, scene.executor.asked.stops) == ([], [KEY, KEY])
    assert (await scene.job()).status is JobStatus.RUNNING
