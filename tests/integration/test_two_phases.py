"""Interactive jobs in two phases: the first asks and ends, the second runs with the answer."""

import json
from pathlib import Path

import pytest

from domain import slots
from domain.clock import now
from domain.database import Database
from domain.documents import Attempt, Job, Notification, Target
from domain.documents.attempt import AttemptState
from domain.documents.shapes import Answer, Interaction
from domain.error_codes import ErrorCode
from domain.resources import Slots
from domain.status import JobStatus
from domain.use_cases.clear import clear
from domain.use_cases.interact import submit_interaction
from domain.use_cases.kill import kill
from tests.conftest import NOON
from tests.integration.carrying_out import finish, outcomes
from tests.integration.queue_scene import QueueScene
from tests.integration.saga_scene import SagaScene, target

pytestmark = pytest.mark.mongo
KEY = "P1-J2#1"
SCHEMA = {"type": "object", "required": ["selected"]}
ANSWER = {"selected": [0, 2]}


async def prepare(scene: SagaScene) -> None:
    """J2 does the first phase of a type that has two."""
    await Job.rows().update_one({"_id": "P1-J2"}, {"$set": {"type": "select_2D"}})
    await Attempt.rows().update_one({"_id": KEY}, {"$set": {"phase": "prepare"}})


def ask(scene: SagaScene) -> None:
    """Its program asks."""
    record = {"v": 1, "seq": 1, "t": 1002.0, "type": "waiting", "id": "1", "kind": "select_2D"}
    line = json.dumps({**record, "title": "Select", "submit_schema": SCHEMA})
    (scene.directory / "J2/run/1/messages.jsonl").write_text(f"\n{line}\n")


async def held_slots() -> dict[str, Slots]:
    node = await Target.get("node1")
    assert node is not None
    return slots.holders(node)


async def wait(scene: SagaScene) -> None:
    """J2 waits between its phases."""
    await prepare(scene)
    ask(scene)
    scene.executor.finish(KEY)
    await scene.tools.watcher.look()


async def test_a_job_waits_once_its_first_phase_has_ended_and_holds_nothing(
    scene: SagaScene,
) -> None:
    await prepare(scene)
    ask(scene)
    await scene.tools.watcher.look()
    assert (await scene.job("J2")).status is JobStatus.RUNNING

    scene.executor.finish(KEY)
    await scene.tools.watcher.look()

    job, attempt = await scene.job("J2"), await Attempt.get(KEY)
    assert job.status is JobStatus.WAITING
    assert job.interaction is not None
    assert (job.interaction.title, job.interaction.between_phases) == ("Select", True)
    assert attempt is not None
    assert attempt.state is AttemptState.ENDED
    assert await held_slots() == {}


async def test_its_user_is_told_once(scene: SagaScene) -> None:
    await wait(scene)
    await scene.tools.watcher.look()

    told = await Notification.find({"job_id": "P1-J2"}).to_list()

    assert [notification.message for notification in told] == ["P1 J2 waits for you."]


async def test_a_first_phase_that_asks_nothing_fails(scene: SagaScene) -> None:
    await prepare(scene)
    scene.executor.finish(KEY)

    await scene.tools.watcher.look()

    job = await scene.job("J2")
    assert job.status is JobStatus.FAILED
    assert "asked its user nothing" in job.errors_run[0].message


async def test_a_question_survives_the_supervisor_that_dies_after_it(scene: SagaScene) -> None:
    await prepare(scene)
    ask(scene)
    scene.executor.lose(KEY)

    await scene.tools.watcher.look()

    assert (await scene.job("J2")).status is JobStatus.WAITING


async def test_an_answer_queues_the_second_phase(scene: SagaScene) -> None:
    await wait(scene)

    results = await submit_interaction(await scene.request(), target("J2"), ANSWER)

    assert outcomes(results) == ["applied"]
    job = await scene.job("J2")
    assert (job.status, job.resources_allocated) == (JobStatus.QUEUED, None)
    assert job.interaction is not None
    assert job.interaction.answer is not None
    assert job.interaction.answer.data == ANSWER


async def test_an_answer_that_breaks_the_schema_changes_nothing(scene: SagaScene) -> None:
    await wait(scene)
    before = await scene.job("J2")

    [result] = await submit_interaction(await scene.request(), target("J2"), {})

    assert [error.code for error in result.errors] == [ErrorCode.BAD_INPUT]
    assert await scene.job("J2") == before


async def test_a_job_that_waits_without_a_process_can_be_killed(scene: SagaScene) -> None:
    await wait(scene)

    await finish(scene, await kill(await scene.request(), [target("J2")]))

    job = await scene.job("J2")
    assert (job.status, job.active_operation) == (JobStatus.KILLED, None)
    assert scene.executor.asked.stops == []


async def test_a_job_that_leaves_the_queue_forgets_its_answer(scene: SagaScene) -> None:
    await wait(scene)
    await submit_interaction(await scene.request(), target("J2"), ANSWER)

    await clear(await scene.request(), [target("J2")])

    job = await scene.job("J2")
    assert (job.status, job.interaction) == (JobStatus.BUILDING, None)


# The launch of the second phase


@pytest.fixture
async def queue(real_database: Database, tmp_path: Path) -> QueueScene:
    """J1 is queued with its answer."""
    scene = QueueScene(tmp_path / "project")
    await scene.set_up()
    asked = Interaction(id="1", kind="select_2D", title="Select", between_phases=True)
    asked.answer = Answer(data=ANSWER, given_by="u", given_at=NOON)
    values = {"type": "select_2D", "interaction": asked.model_dump()}
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": values})
    return scene


async def launch(scene: QueueScene) -> Attempt:
    [attempt] = await scene.launcher.claim(await scene.wanted("J1"))
    await scene.launcher.start(attempt)
    stored = await Attempt.get(attempt.id)
    assert stored is not None
    return stored


def told(attempt: Attempt) -> dict[str, object]:
    content = json.loads((Path(attempt.directory) / "job.json").read_text())
    run: dict[str, object] = content["run"]
    return run


async def test_a_second_phase_is_told_the_answer(queue: QueueScene) -> None:
    attempt = await launch(queue)

    assert attempt.phase == "apply"
    assert (told(attempt)["phase"], told(attempt)["answer"]) == ("apply", ANSWER)
    assert (await queue.job("J1")).interaction is None


async def test_without_an_answer_the_first_phase_runs(queue: QueueScene) -> None:
    await Job.rows().update_one({"_id": "P1-J1"}, {"$set": {"interaction": None}})

    attempt = await launch(queue)

    assert (told(attempt)["phase"], told(attempt)["answer"]) == ("prepare", None)


async def test_an_answer_is_kept_when_the_second_phase_never_ran(queue: QueueScene) -> None:
    attempt = await launch(queue)
    await Attempt.rows().update_one({"_id": attempt.id}, {"$set": {"state": "submitting"}})

    await queue.watcher.look()  # whoever started it is gone: it is forbidden and comes back

    job = await queue.job("J1")
    assert job.status is JobStatus.QUEUED
    assert job.interaction is not None
    assert job.interaction.answer is not None
    assert job.interaction.answer.data == ANSWER
    assert (await launch(queue)).phase == "apply"


async def test_a_second_phase_ends_like_any_run(queue: QueueScene) -> None:
    attempt = await launch(queue)
    names = ("particles", "templates")
    outputs = {
        f"{n}_{part}": described(queue, n) for n in names for part in ("selected", "excluded")
    }
    content = {"v": 1, "token": attempt.token, "outcome": "completed", "outputs": outputs}
    (queue.directory / "J1/outputs.json").write_text(json.dumps(content))
    queue.executor.finish(attempt.id, at=now().timestamp())

    await queue.watcher.look()

    assert (await queue.job("J1")).status is JobStatus.COMPLETED


def described(queue: QueueScene, name: str) -> dict[str, object]:
    (queue.directory / f"J1/{name}.cs").write_text("table")
    return {"metafile": f"J1/{name}.cs", "num_items": 1, "version": "F"}
