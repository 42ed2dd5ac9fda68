"""Attempts outlive whoever started them, and a dead supervisor is noticed and swept."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.executors.base import AttemptRef, ExitReason, SightingState
from scheduler.executors.process_identity import marked_processes
from tests.lanes.node import TIMEOUT_S, Node, is_gone, shell

ROOT = Path(__file__).parents[2]
WAIT_FOR_GO = "until [ -e go ]; do :; done; exit 7"


def kill_process(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def kill_group(pid: int) -> None:
    os.killpg(pid, signal.SIGKILL)


async def start_and_kill_server(
    attempt: AttemptRef, script: str, kill: Callable[[int], None]
) -> None:
    """Let another process start the attempt, and kill it once the program runs."""
    command = (sys.executable, "-m", "tests.lanes.server")
    server = await asyncio.create_subprocess_exec(
        *command,
        str(attempt.directory),
        attempt.token,
        script,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    assert server.stdout is not None
    assert await asyncio.wait_for(server.stdout.readline(), TIMEOUT_S) == b"running\n"
    kill(server.pid)
    await asyncio.wait_for(server.wait(), TIMEOUT_S)


@pytest.mark.parametrize("kill", [kill_process, kill_group])
async def test_an_attempt_survives_the_kill_of_its_starter_and_is_adopted(
    node: Node, kill: Callable[[int], None]
) -> None:
    attempt = node.launch(())
    await start_and_kill_server(attempt, WAIT_FOR_GO, kill)

    seen = await node.look(attempt)
    (attempt.directory / "go").touch()
    result = await node.end_of(attempt)

    assert seen.state is SightingState.RUNNING
    assert (result.code, result.reason) == (7, ExitReason.EXITED)


async def test_an_adopted_attempt_can_be_ended(node: Node) -> None:
    attempt = node.launch(())
    await start_and_kill_server(attempt, "sleep 100", kill_process)

    await node.executor.stop(attempt)
    result = await node.end_of(attempt)

    assert result.reason is ExitReason.CANCELLED


async def test_the_result_of_an_attempt_that_ended_while_nobody_looked_is_found(
    node: Node,
) -> None:
    attempt = node.launch(())
    script = f"echo $PPID >> messages.jsonl; {WAIT_FOR_GO}"
    await start_and_kill_server(attempt, script, kill_process)
    supervisor = int((attempt.directory / "messages.jsonl").read_text())
    pidfd = os.pidfd_open(supervisor)
    (attempt.directory / "go").touch()
    await readable(pidfd)

    seen = await node.look(attempt)

    assert seen.state is SightingState.ENDED
    assert seen.exit is not None
    assert (seen.exit.code, seen.exit.reason) == (7, ExitReason.EXITED)
    assert seen.running_at is not None


def program_pid(attempt: AttemptRef) -> int:
    return int(json.loads((attempt.directory / "running.json").read_text())["child"])


async def readable(pidfd: int) -> None:
    """Wait for the end of the process; closes `pidfd`."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(pidfd, ended.set)
    await asyncio.wait_for(ended.wait(), TIMEOUT_S)
    asyncio.get_running_loop().remove_reader(pidfd)
    os.close(pidfd)


async def test_a_killed_supervisor_takes_the_program_along_and_a_sweep_takes_the_rest(
    node: Node,
) -> None:
    grandchild = "setsid sh -c 'echo $$ >> messages.jsonl; sleep 100' & "
    attempt = await node.start(shell(f"{grandchild} exec sleep 100"))
    fled = int((await node.said(attempt))[0])
    running = await node.until_running(attempt)
    assert running.claim is not None
    program = os.pidfd_open(program_pid(attempt))

    os.kill(running.claim.pid, signal.SIGKILL)
    await readable(program)
    seen = await node.until(attempt, lambda seen: seen.state is not SightingState.RUNNING)
    was_alive = not is_gone(fled)
    left = await node.executor.sweep(attempt)

    assert seen.state is SightingState.LOST
    assert was_alive
    assert left == 0
    assert is_gone(fled)
    assert marked_processes(attempt.token) == []


async def test_a_sweep_leaves_other_attempts_alone(node: Node) -> None:
    mine = await node.start(("sleep", "100"), 1)
    other = await node.start(("sleep", "100"), 2)
    await node.until_running(mine)
    await node.until_running(other)

    assert await node.executor.sweep(mine) == 0

    result = await node.end_of(mine)
    assert (result.signal, result.reason) == (9, ExitReason.SIGNALLED)
    assert (await node.look(other)).state is SightingState.RUNNING


async def test_a_stopped_supervisor_is_not_taken_for_dead(node: Node) -> None:
    attempt = await node.start(shell("sleep 100"))
    running = await node.until_running(attempt)
    assert running.claim is not None
    os.kill(running.claim.pid, signal.SIGSTOP)

    seen = await node.look(attempt)
    os.kill(running.claim.pid, signal.SIGCONT)

    assert seen.state is SightingState.RUNNING


async def test_a_signal_that_reaches_the_program_before_its_supervisor_is_still_told(
    node: Node,
) -> None:
    # A TERM to a whole group may kill the program first; then it looks as if it had ended alone.
    attempt = await node.start(("sleep", "100"))
    running = await node.until_running(attempt)
    assert running.claim is not None
    program = os.pidfd_open(program_pid(attempt))
    os.kill(running.claim.pid, signal.SIGSTOP)
    signal.pidfd_send_signal(program, signal.SIGTERM)
    await readable(program)

    os.kill(running.claim.pid, signal.SIGTERM)
    os.kill(running.claim.pid, signal.SIGCONT)
    result = await node.end_of(attempt)

    assert (result.reason, result.signal) == (ExitReason.TERMINATED, 15)
