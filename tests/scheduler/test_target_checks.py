"""Trials of targets: who answers, what is said, and what is not pretended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from domain import clock
from domain.documents import Target, TargetCheck
from domain.job_types import load_catalogue
from scheduler.executors.base import Executor, LaneReport
from scheduler.installed_programs import InstalledPrograms
from scheduler.target_checks import TargetChecks
from tests.fakes.executor import FakeExecutor

NOW = clock.now()
"""The database of the tests forgets what is an hour old, by its own clock."""

MakeTarget = Callable[..., Awaitable[Target]]


@pytest.fixture
def executor() -> FakeExecutor:
    return FakeExecutor()


@pytest_asyncio.fixture
async def checks(executor: FakeExecutor, tmp_path: Path) -> AsyncIterator[TargetChecks]:
    executors: Mapping[str, Executor] = {"node1": executor}
    programs = InstalledPrograms(load_catalogue(), executors)
    checks = TargetChecks(executors, tmp_path, lambda: NOW, programs=programs)
    yield checks
    await checks.close()


async def answered(checks: TargetChecks, target: str, *, age_s: float = 0) -> TargetCheck:
    await TargetCheck(
        id="c1", target=target, requested_by="admin", requested_at=NOW - timedelta(seconds=age_s)
    ).insert()
    await checks.go_on()
    await checks.done()
    check = await TargetCheck.get("c1")
    assert check is not None
    return check


async def test_a_machine_that_answers_is_online(
    checks: TargetChecks, make_target: MakeTarget
) -> None:
    await make_target()

    check = await answered(checks, "node1")

    assert (check.reachable, check.answered_at) == (True, NOW)
    assert check.output == "node1: 8 cores, 64 GiB, /usr/bin/python3\nNo GPU was found."
    target = await Target.get("node1")
    assert target is not None
    assert (target.online, target.last_seen_at, target.revision) == (True, NOW, 2)


async def test_what_a_machine_lacks_is_said(
    checks: TargetChecks, executor: FakeExecutor, make_target: MakeTarget
) -> None:
    await make_target(cpu=16, gpu=1, ram=9)
    problem = "Jobs cannot be written to the directory: No space left on device."
    executor.report = replace(executor.report, problems=(problem,))

    check = await answered(checks, "node1")

    assert (check.output or "").splitlines()[2:] == [
        problem,
        "It gives more cores than it has.",
        "It gives more memory than it has.",
        "It gives GPUs that were not found.",
    ]


async def test_a_machine_that_cannot_be_reached_is_not(
    checks: TargetChecks, executor: FakeExecutor, make_target: MakeTarget
) -> None:
    before = await make_target()
    executor.is_reachable = False

    check = await answered(checks, "node1")

    assert check.reachable is False
    assert await Target.get("node1") == before


async def test_a_machine_where_every_job_would_fail_answers_and_stays_offline(
    checks: TargetChecks, executor: FakeExecutor, make_target: MakeTarget
) -> None:
    await make_target()
    await Target.rows().update_one({"_id": "node1"}, {"$set": {"online": False}})
    problem = "/projects is not the server's: the projects must be shared."
    executor.report = replace(executor.report, problems=(problem,), takes_jobs=False)

    check = await answered(checks, "node1")

    assert check.reachable is True
    assert problem in (check.output or "")
    target = await Target.get("node1")
    assert target is not None
    assert not target.online


async def test_what_no_executor_serves_is_not_tried_and_says_so(
    checks: TargetChecks, make_target: MakeTarget
) -> None:
    await make_target("far")
    await Target.rows().update_one({"_id": "far"}, {"$set": {"type": "cluster"}})

    check = await answered(checks, "far")

    assert (check.reachable, check.answered_at) == (None, NOW)
    assert check.output == "Not tried: its templates are not of Slurm, PBS or Grid Engine."


async def test_a_request_that_nobody_waits_for_any_more_is_left(
    checks: TargetChecks, make_target: MakeTarget
) -> None:
    await make_target()

    check = await answered(checks, "node1", age_s=61)

    assert check.answered_at is None


async def test_an_answer_stands(checks: TargetChecks, make_target: MakeTarget) -> None:
    """Two schedulers, one of which does not know yet that it leads no more."""
    await make_target()
    first = await answered(checks, "node1")

    await checks.go_on()
    await checks.done()

    assert await TargetCheck.get("c1") == first


async def test_a_machine_that_hangs_is_given_up(
    executor: FakeExecutor, make_target: MakeTarget, tmp_path: Path
) -> None:
    class Hanging(FakeExecutor):
        async def check(self, directory: Path) -> LaneReport:
            await never.wait()
            raise AssertionError("never")

    never = asyncio.Event()
    await make_target()
    executors = {"node1": Hanging()}
    programs = InstalledPrograms(load_catalogue(), executors)
    checks = TargetChecks(executors, tmp_path, lambda: NOW, programs=programs, timeout_s=0.01)

    check = await answered(checks, "node1")

    assert (check.reachable, check.output) == (False, "No answer within 0.01 seconds.")
