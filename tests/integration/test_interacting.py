"""An interactive program that stays alive: it asks, its user answers, it goes on."""

import json
from pathlib import Path

import pytest

from domain.clock import now
from domain.database import Database
from domain.documents import Job
from domain.settings import Settings
from domain.status import JobStatus
from tests.integration.scene import KEY, Scene

pytestmark = pytest.mark.mongo


@pytest.fixture
async def scene(real_database: Database, tmp_path: Path) -> Scene:
    """J1 runs, and nobody has asked anything."""
    scene = Scene(tmp_path / "project", Settings(data_dir=tmp_path, launch_timeout_s=60))
    await scene.set_up()
    scene.executor.claim(KEY, at=1000.0)
    scene.executor.run(KEY, at=1001.0)
    return scene


def run_directory(scene: Scene) -> Path:
    return scene.directory / "J1" / "run" / "1"


def say(scene: Scene, **record: object) -> None:
    """The program appends a record."""
    path = run_directory(scene) / "messages.jsonl"
    seq = path.read_text().count("{") + 1 if path.exists() else 1
    with path.open("a") as file:
        file.write("\n" + json.dumps({"v": 1, "seq": seq, "t": 1002.0, **record}) + "\n")


async def give_answer(data: object) -> None:
    answer = {"data": data, "given_by": "u", "given_at": now()}
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"interaction.answer": answer}})


async def test_a_question_of_the_program_makes_its_job_wait(scene: Scene) -> None:
    say(scene, type="waiting", id="q1", kind="select_2D", title="Select", data={"classes": 3})

    await scene.watcher.look()

    job = await scene.job()
    assert job.status is JobStatus.WAITING
    assert job.interaction is not None
    assert (job.interaction.id, job.interaction.data) == ("q1", {"classes": 3})


async def test_an_answer_reaches_the_program_and_the_job_goes_on(scene: Scene) -> None:
    say(scene, type="waiting", id="q1", kind="select_2D", title="Select")
    await scene.watcher.look()
    reply = run_directory(scene) / "control" / "reply-q1.json"
    assert not reply.exists()
    await give_answer({"selected": [0]})

    await scene.watcher.look()
    assert json.loads(reply.read_text())["data"] == {"selected": [0]}

    say(scene, type="resumed", id="q1")
    await scene.watcher.look()
    job = await scene.job()
    assert (job.status, job.interaction) == (JobStatus.RUNNING, None)


async def test_a_question_whose_name_leads_out_of_the_directory_is_not_asked(scene: Scene) -> None:
    say(scene, type="waiting", id="../../J2/q1", kind="select_2D", title="Select")

    await scene.watcher.look()

    job = await scene.job()
    assert (job.status, job.interaction) == (JobStatus.RUNNING, None)
    assert job.errors_run[0].warning


async def test_a_job_that_waits_can_still_be_killed(scene: Scene) -> None:
    say(scene, type="waiting", id="q1", kind="select_2D", title="Select")
    await scene.watcher.look()
    await scene.ask_kill()
    scene.executor.finish(KEY, 1)

    await scene.watcher.look()

    assert (await scene.job()).status is JobStatus.KILLED
    assert await scene.slots_are_free()
