"""Many operations at once: none holds up another, and each is recorded in few writes."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from domain import operations
from domain.documents import Operation
from domain.documents.operation import OperationStatus
from domain.files import erase_job_directory
from domain.status import JobStatus
from domain.use_cases.clear import clear
from domain.use_cases.kill import kill
from scheduler.operations import clear as clearing
from scheduler.operations import runner as running
from scheduler.operations.carry_on import carry_on
from scheduler.operations.phases import BATCH
from scheduler.operations.runner import Runner
from scheduler.operations.tools import OperationTools
from tests.integration.saga_scene import SagaScene, target

pytestmark = pytest.mark.mongo


@pytest_asyncio.fixture
async def runner(scene: SagaScene) -> AsyncIterator[Runner]:
    async with Runner(scene.tools) as made:
        yield made


async def asked_to_clear(scene: SagaScene, uid: str) -> str:
    [result] = await clear(await scene.request(), [target(uid)])
    assert result.operation is not None
    return result.operation.id


async def status_of(operation_id: str) -> OperationStatus:
    operation = await Operation.get(operation_id)
    assert operation is not None
    return operation.status


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(2000):
        if await holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come true")


async def test_a_job_whose_files_take_long_holds_up_no_other_operation(
    scene: SagaScene, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = await asked_to_clear(scene, "J1"), await asked_to_clear(scene, "J4")
    may_go_on = threading.Event()

    def slowly(project_dir: Path, job_dir: str) -> int:
        if job_dir == "J1":
            assert may_go_on.wait(20)
        return erase_job_directory(project_dir, job_dir)

    monkeypatch.setattr(clearing, "erase_job_directory", slowly)
    try:
        await runner.go_on()
        await until(lambda: _is(quick, OperationStatus.SUCCEEDED))
        assert await status_of(slow) is OperationStatus.RUNNING
    finally:
        may_go_on.set()
    await runner.rest()
    assert await status_of(slow) is OperationStatus.SUCCEEDED


async def _is(operation_id: str, status: OperationStatus) -> bool:
    return await status_of(operation_id) is status


async def test_a_fault_in_one_operation_stops_no_other_and_is_tried_again(
    scene: SagaScene,
    runner: Runner,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, sound = await asked_to_clear(scene, "J1"), await asked_to_clear(scene, "J4")

    async def faulty(operation_id: str, tools: OperationTools) -> None:
        if operation_id == broken:
            raise ValueError("a fault of ours")
        await carry_on(operation_id, tools)

    monkeypatch.setattr(running, "carry_on", faulty)
    with caplog.at_level(logging.ERROR):
        await runner.go_on()
        await runner.rest()
    assert await status_of(broken) is OperationStatus.PENDING
    assert await status_of(sound) is OperationStatus.SUCCEEDED
    assert f"A fault in operation {broken}." in caplog.messages

    monkeypatch.setattr(running, "carry_on", carry_on)
    await runner.go_on()
    await runner.rest()
    assert await status_of(broken) is OperationStatus.SUCCEEDED


async def test_a_job_that_fails_is_recorded_and_let_go_of_and_the_others_go_on(
    scene: SagaScene, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(project_dir: Path, job_dir: str) -> int:
        if job_dir == "J1":
            raise PermissionError(13, "Permission denied")
        return erase_job_directory(project_dir, job_dir)

    monkeypatch.setattr(clearing, "erase_job_directory", failing)
    results = await clear(await scene.request(), [target("J1"), target("J4")])
    await runner.go_on()
    await runner.rest()

    assert results[0].operation is not None
    operation = await Operation.get(results[0].operation.id)
    assert operation is not None
    assert operation.status is OperationStatus.PARTIALLY_SUCCEEDED
    failed, cleared = operation.outcomes
    assert (failed.outcome, failed.code) == ("failed", "STORAGE_FAILURE")
    assert failed.error == "File system: Permission denied."
    assert cleared.outcome == "applied"
    left = await scene.job("J1")
    assert (left.status, left.active_operation) == (JobStatus.COMPLETED, None)


async def test_a_change_while_an_operation_is_looked_at_is_not_missed(
    scene: SagaScene, runner: Runner
) -> None:
    [result] = await kill(await scene.request(), [target("J2")])
    assert result.operation is not None
    await runner.go_on()
    await runner.rest()
    assert await status_of(result.operation.id) is OperationStatus.RUNNING
    scene.end_what_was_asked()

    await scene.tools.watcher.look()  # the job is killed: what the loop would be woken by
    await runner.go_on()
    await runner.go_on()
    await runner.rest()

    assert await status_of(result.operation.id) is OperationStatus.SUCCEEDED


async def test_the_outcomes_of_many_jobs_are_recorded_in_few_writes(
    scene: SagaScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 3 * BATCH
    uids = [f"J{number}" for number in range(100, 100 + count)]
    for uid in uids:
        await scene.make_job(uid, JobStatus.FAILED)
    results = await clear(await scene.request(), [target(uid) for uid in uids])
    assert results[0].operation is not None
    record, writes = operations.record, 0

    async def counted(*args: Any, **kwargs: Any) -> Operation | None:
        nonlocal writes
        writes += 1
        return await record(*args, **kwargs)

    monkeypatch.setattr(operations, "record", counted)
    await scene.carry_out(results[0].operation.id)

    assert writes == 6  # for each batch its beginning and its end
    assert await status_of(results[0].operation.id) is OperationStatus.SUCCEEDED
    assert set((await scene.status(*uids)).values()) == {"building"}


async def test_a_leader_that_has_lost_its_lease_touches_no_file(scene: SagaScene) -> None:
    operation = await asked_to_clear(scene, "J1")
    before = scene.files()

    async with Runner(replace(scene.tools, leads=lambda: False)) as replaced:
        await replaced.go_on()
        await replaced.rest()
    assert scene.files() == before
    assert (await scene.job("J1")).active_operation == operation

    scene.new_leader()
    await scene.carry_out(operation)
    assert await status_of(operation) is OperationStatus.SUCCEEDED
