"""A crash after every single write and every file step of every operation: never half done.

Each operation is run once undisturbed. Then it is run again and again, each time dying one step
later, and another leader finishes it. Records and files must be the same as after the first run.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorCollection

from domain import operations
from domain.database import Database
from domain.documents import Job, Operation
from domain.documents.operation import OperationStatus
from domain.use_cases.clear import clear
from domain.use_cases.delete import delete
from domain.use_cases.delete_project import delete_project
from domain.use_cases.delete_workspace import delete_workspace
from domain.use_cases.intermediate_results import clear_intermediate_results
from domain.use_cases.job_results import JobActionResult
from domain.use_cases.kill import kill
from domain.use_cases.restart import restart
from scheduler.operations import phases
from tests.integration.saga_scene import TERM, SagaScene, target

pytestmark = pytest.mark.mongo
WRITES = (
    *("insert_one", "insert_many", "update_one", "update_many", "delete_many"),
    *("find_one_and_update", "bulk_write", "replace_one", "delete_one"),
)
ALL = ("J1", "J2", "J3", "J4", "J5")
Begin = Callable[[SagaScene], Awaitable[str]]


class Crash(BaseException):
    """The process dies; nothing of ours may catch it."""


class Death:
    """Dies after the n-th step, of the database or the disk; afterwards no step is possible."""

    def __init__(self, after: int) -> None:
        self._left = after
        self.is_dead = False

    def live(self) -> None:
        """Before a step."""
        if self.is_dead:
            raise Crash

    def count(self) -> None:
        """After a step."""
        self._left -= 1
        if self._left == 0:
            self.is_dead = True
            raise Crash


@asynccontextmanager
async def dying(after: int) -> AsyncIterator[Death]:
    """Until its end, every step counts; what was under way when it died has ended then."""
    death = Death(after)
    with pytest.MonkeyPatch.context() as patch:
        for name in WRITES:
            patch.setattr(AsyncIOMotorCollection, name, _counted_write(death, name))
        for name in ("unlink", "rmdir"):
            patch.setattr(os, name, _counted_step(death, getattr(os, name)))
        before = asyncio.all_tasks()
        try:
            yield death
        except Crash:
            pass
        finally:
            left = asyncio.all_tasks() - before
            await asyncio.gather(*left, return_exceptions=True)


def _counted_write(death: Death, name: str) -> Any:  # a method of the driver's
    original = getattr(AsyncIOMotorCollection, name)

    async def write(self: Any, *args: Any, **kwargs: Any) -> Any:
        death.live()
        result = await original(self, *args, **kwargs)
        death.count()
        return result

    return write


def _counted_step(death: Death, original: Callable[..., None]) -> Callable[..., None]:
    def step(*args: Any, **kwargs: Any) -> None:
        death.live()
        original(*args, **kwargs)
        death.count()

    return step


def _operation_of(results: Sequence[JobActionResult]) -> str:
    [id] = {result.operation.id for result in results if result.operation is not None}
    return id


async def begin_kill(scene: SagaScene) -> str:
    return _operation_of(await kill(await scene.request(), [target("J2")]))


async def begin_clear(scene: SagaScene) -> str:
    return _operation_of(await clear(await scene.request(), [target(uid) for uid in ALL[:4]]))


async def begin_restart(scene: SagaScene) -> str:
    return _operation_of(await restart(await scene.request(), [target(uid) for uid in ALL[:4]]))


async def begin_intermediate(scene: SagaScene) -> str:
    return _operation_of(await clear_intermediate_results(await scene.request(), [target("J1")]))


async def begin_delete(scene: SagaScene) -> str:
    chosen = [target("J1"), target("J2"), target("J4")]
    return _operation_of(await delete(await scene.request(), chosen))


async def only(*uids: str) -> None:
    """Keep these jobs: what happens to each kind of job is seen where jobs alone are deleted."""
    await Job.rows().delete_many({"uid": {"$nin": uids}})


async def begin_delete_project(scene: SagaScene) -> str:
    await only("J4")
    deletion = await delete_project(await scene.request(), "P1")
    assert deletion.operation is not None
    return deletion.operation.id


async def begin_delete_workspace(scene: SagaScene) -> str:
    await only("J4", "J5")
    deletion = await delete_workspace(await scene.request(), "P1", "W1")
    assert deletion.operation is not None
    return deletion.operation.id


KINDS: dict[str, Begin] = {
    "kill": begin_kill,
    "clear": begin_clear,
    "restart": begin_restart,
    "clear intermediate results": begin_intermediate,
    "delete": begin_delete,
    "delete a project": begin_delete_project,
    "delete a workspace": begin_delete_workspace,
}


@pytest.fixture
def scene(real_database: Database, tmp_path: Path) -> SagaScene:
    return SagaScene(tmp_path / "project")


@pytest.mark.parametrize("kind", KINDS)
async def test_an_operation_that_crashes_at_any_step_is_finished_as_if_it_had_not(
    kind: str, scene: SagaScene
) -> None:
    await scene.set_up()
    operation = await KINDS[kind](scene)
    await scene.carry_out(operation)
    undisturbed = await scene.everything(operation)

    crashes = 0
    while await crash_once(scene, KINDS[kind], crashes + 1, undisturbed):
        crashes += 1

    assert crashes >= 3


async def crash_once(scene: SagaScene, begin: Begin, after: int, expected: object) -> bool:
    """Die after this many steps, then let another leader finish; False if it did not die."""
    await scene.set_up()
    operation = await begin(scene)
    async with dying(after) as death:
        await scene.carry_out(operation)

    scene.new_leader(TERM + 1)
    await scene.carry_out(operation)

    assert await scene.everything(operation) == expected, f"died after step {after}"
    return death.is_dead


@pytest.mark.parametrize("kind", ["clear", "restart", "delete"])
async def test_an_operation_that_is_cancelled_at_any_step_leaves_no_job_half_done(
    kind: str, scene: SagaScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phases, "BATCH", 1)
    await scene.set_up()
    before = await jobs_of(scene)
    operation = await KINDS[kind](scene)
    await scene.carry_out(operation)
    after = await jobs_of(scene)

    seen = set()
    for step in range(1, 200):
        await scene.set_up()
        operation = await KINDS[kind](scene)
        async with dying(step) as death:
            await scene.carry_out(operation)
        await operations.ask_to_cancel(operation, now=scene.tools.clock())
        scene.new_leader(TERM + 1)
        await scene.carry_out(operation)
        stored = await Operation.get(operation)
        assert stored is not None
        seen.add(stored.status)
        now = await jobs_of(scene)
        for outcome in stored.outcomes:
            uid = outcome.job_id.partition("-")[2]
            wanted = before if outcome.outcome == "not_attempted" else after
            assert now[uid] == wanted[uid], f"{uid} after {step} steps"
        if not death.is_dead:
            break

    assert OperationStatus.SUCCEEDED in seen
    assert seen & {OperationStatus.CANCELLED, OperationStatus.PARTIALLY_SUCCEEDED}


async def jobs_of(scene: SagaScene) -> dict[str, Any]:
    """Job → its record and its files; what changes with every write left out."""
    everything = await scene.everything("none")
    changing = {"active_operation", "inputs", "build_errors"}
    return {
        row["uid"]: (
            {name: value for name, value in row.items() if name not in changing},
            {path for path in everything["files"] if path.split("/")[0] == row["uid"]},
        )
        for row in everything["records"]["Job"]
    }
