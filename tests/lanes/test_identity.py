"""A pid is not a process: a claim counts as alive only while that very process lives."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from scheduler.executors.base import AttemptRef, SightingState
from scheduler.supervise import identity, process_stat, write_whole
from tests.lanes.node import TIMEOUT_S, Node


@pytest.fixture
def stranger() -> Iterator[int]:
    """The pid of a living process that is no supervisor."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process.pid
        process.kill()


def claim_by(pid: int, attempt: AttemptRef, **changes: Any) -> None:
    """As if the process had claimed the attempt, but for `changes`."""
    stat = process_stat(pid)
    claim = {**identity(attempt.token), "pid": pid, "start": stat.start_ticks if stat else 0}
    attempt.directory.mkdir(parents=True)
    write_whole(str(attempt.directory / "claim.json"), {**claim, **changes})


async def test_a_claim_by_a_living_process_is_running(node: Node, stranger: int) -> None:
    attempt = node.launch(())
    claim_by(stranger, attempt)

    assert (await node.look(attempt)).state is SightingState.RUNNING


async def test_a_reused_pid_is_not_taken_for_the_supervisor(node: Node, stranger: int) -> None:
    attempt = node.launch(())
    claim_by(stranger, attempt, start=1)

    assert (await node.look(attempt)).state is SightingState.LOST


async def test_a_pid_that_nobody_has_is_lost(node: Node) -> None:
    ended = await asyncio.create_subprocess_exec("true")
    await asyncio.wait_for(ended.wait(), TIMEOUT_S)
    attempt = node.launch(())
    claim_by(ended.pid, attempt)

    assert (await node.look(attempt)).state is SightingState.LOST


@pytest.fixture
def zombie() -> Iterator[int]:
    """The pid of a process that has ended and is not reaped."""
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        yield process.pid


async def test_a_zombie_is_lost(node: Node, zombie: int) -> None:
    stat = process_stat(zombie)
    assert stat is not None
    assert stat.state == "Z"
    attempt = node.launch(())
    claim_by(zombie, attempt)

    assert (await node.look(attempt)).state is SightingState.LOST


async def test_an_attempt_from_before_the_last_boot_is_lost(node: Node, stranger: int) -> None:
    attempt = node.launch(())
    claim_by(stranger, attempt, boot="another")

    assert (await node.look(attempt)).state is SightingState.LOST


async def test_a_claim_of_another_machine_is_no_answer(node: Node, stranger: int) -> None:
    attempt = node.launch(())
    claim_by(stranger, attempt, boot="another", host="elsewhere")

    assert dict(await node.executor.observe([attempt])) == {}


async def test_a_result_that_bears_another_token_is_not_this_attempts(node: Node) -> None:
    attempt = await node.start(("true",))
    await node.end_of(attempt)
    other = AttemptRef(key=attempt.key, token="another", directory=attempt.directory)

    seen = await node.look(other)

    assert seen.state is SightingState.VOID
    assert seen.exit is None
