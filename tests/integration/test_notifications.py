"""Notices to users: one for each end of a job, through crashes and repetitions."""

from pathlib import Path

import pytest

from domain import notifications
from domain.clock import now
from domain.database import Database
from domain.documents import Job, Notification
from domain.documents.attempt import AttemptState
from domain.documents.notification import NotificationStatus
from domain.settings import Settings
from domain.status import JobStatus
from scheduler import settle
from tests.integration.scene import KEY, Scene

pytestmark = pytest.mark.mongo


@pytest.fixture
def scene(real_database: Database, tmp_path: Path) -> Scene:
    return Scene(tmp_path / "project", Settings(data_dir=tmp_path))


async def told() -> list[tuple[str, str, str]]:
    found = await Notification.find_all().sort("_id").to_list()
    return [(one.id, one.user_id, one.message) for one in found]


async def test_whoever_queued_a_job_is_told_that_it_completed(scene: Scene) -> None:
    await scene.set_up()
    scene.commit("micrographs", "truth", "volume")
    scene.executor.finish(KEY, 0)

    await scene.watcher.look()

    assert await told() == [("u/P1-J1#1:completed", "u", "P1 J1 completed.")]


async def test_a_job_that_fails_is_told_as_a_danger(scene: Scene) -> None:
    await scene.set_up()
    scene.executor.finish(KEY, 1)

    await scene.watcher.look()

    (only,) = await Notification.find_all().to_list()
    assert (only.status, only.job_id) == (NotificationStatus.DANGER, "P1-J1")


async def test_a_kill_that_was_asked_for_is_no_news(scene: Scene) -> None:
    await scene.set_up()
    await scene.ask_kill()
    scene.executor.finish(KEY, 1)

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.KILLED
    assert await told() == []


async def test_a_job_that_waits_is_told_once_for_each_question(scene: Scene) -> None:
    await scene.set_up(status=JobStatus.WAITING)
    scene.executor.run(KEY)

    for question in ("one", "one", "two"):
        await scene.ask_user(question)
        await scene.watcher.look()

    assert [(id, message) for id, _, message in await told()] == [
        ("u/P1-J1#1:waiting:one", "P1 J1 waits for you."),
        ("u/P1-J1#1:waiting:two", "P1 J1 waits for you."),
    ]


async def test_a_crash_before_the_notice_does_not_lose_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The status is written, then the scheduler dies; the next one finds a job that has ended.
    await scene.set_up()
    scene.executor.finish(KEY, 1)
    with monkeypatch.context() as crash:
        crash.setattr(settle, "tell_end", _die)
        with pytest.raises(ConnectionError):
            await scene.watcher.look()
    before = (await scene.job()).status, await told()

    await scene.watcher.look()

    assert before == (JobStatus.FAILED, [])
    assert [id for id, *_ in await told()] == ["u/P1-J1#1:failed"]
    assert (await scene.attempt()).state is AttemptState.ENDED


async def test_a_crash_behind_the_notice_does_not_repeat_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.set_up()
    scene.executor.finish(KEY, 1)
    with monkeypatch.context() as crash:
        crash.setattr(settle, "settle_attempt", _die)
        with pytest.raises(ConnectionError):
            await scene.watcher.look()

    await scene.watcher.look()

    (only,) = await Notification.find_all().to_list()
    assert (only.id, only.revision) == ("u/P1-J1#1:failed", 1)


async def _die(*_: object, **__: object) -> None:
    raise ConnectionError("killed here")


async def test_one_occasion_is_one_notification_that_gets_on(scene: Scene) -> None:
    for percent in (0.0, 50.0, 50.0, 100.0):
        status, active = NotificationStatus.PRIMARY, percent < 100
        await notifications.notify(
            "u",
            "Exporting J1.",
            status,
            now=now(),
            occasion="x",
            progress_pct=percent,
            active=active,
        )

    (only,) = await Notification.find_all().to_list()
    assert (only.progress_pct, only.active, only.revision) == (100, False, 3)


async def test_without_an_occasion_every_notification_is_its_own(scene: Scene) -> None:
    for _ in range(2):
        await notifications.notify("u", "Hello.", NotificationStatus.PRIMARY, now=now())

    assert [message for *_, message in await told()] == ["Hello.", "Hello."]


async def test_a_job_is_told_by_its_title(scene: Scene) -> None:
    await scene.set_up()
    values = {"title": "ribosome", "status": JobStatus.COMPLETED}
    job: Job = (await scene.job()).model_copy(update=values)

    await notifications.tell_of(job, now=now())

    assert [message for *_, message in await told()] == ["P1 J1 “ribosome” completed."]
