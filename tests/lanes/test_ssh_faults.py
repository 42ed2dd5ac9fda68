"""What is lost on the way to a machine is found again, and nothing is taken for an end."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.executors import node_link, ssh
from scheduler.executors.base import (
    Doubt,
    ExitReason,
    ExitResult,
    LaneUnreachable,
    Launch,
    SightingState,
    Started,
)
from scheduler.executors.local import LocalExecutor
from scheduler.executors.ssh import SshExecutor
from tests.lanes.far_node import FarNode
from tests.lanes.node import TIMEOUT_S, shell
from tests.lanes.sshd import Sshd

WAIT_FOR_GO = "until [ -e go ]; do sleep 0.01; done"
WITHIN_S = 3.5
"""What is waited for a silent machine, and what a busy one adds."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "SOON_S", 0.7)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that nobody is woken by."""
    async with asyncio.timeout(TIMEOUT_S):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def running(far: FarNode, number: int = 1) -> Launch:
    """An attempt that runs until it is let go."""
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 7"), number)
    await far.until_running(attempt)
    return attempt


async def let_go(far: FarNode, attempt: Launch) -> ExitResult:
    (attempt.directory / "go").touch()
    return await far.end_of(attempt)


def freeze(far: FarNode) -> int:
    """Stop the agent; its pid."""
    agent = far.agent()
    os.kill(agent, signal.SIGSTOP)
    return agent


async def test_a_killed_connection_is_made_anew_and_the_result_is_told(far: FarNode) -> None:
    attempt = await running(far)
    told = far.changes[attempt.key]

    far.sshd.signal_sessions(signal.SIGKILL)
    await far.until(attempt, lambda _: far.changes[attempt.key] > told)  # unasked
    seen = await far.look(attempt)
    result = await let_go(far, attempt)

    assert seen.state is SightingState.RUNNING
    assert result.code == 7


async def test_a_frozen_peer_is_given_up_and_the_result_is_told(
    far: FarNode, impatient: None
) -> None:
    attempt = await running(far)

    far.sshd.signal_sessions(signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(LaneUnreachable):
        await far.look(attempt)
    took_s = time.monotonic() - begun
    result = await let_go(far, attempt)

    assert took_s < WITHIN_S
    assert result.code == 7


async def test_an_agent_that_hangs_holds_nobody_up_and_is_heard_when_it_answers(
    far: FarNode, impatient: None
) -> None:
    attempt = await running(far)
    agent = freeze(far)
    with pytest.raises(LaneUnreachable, match="does not answer within"):
        await far.look(attempt)

    begun = time.monotonic()
    with pytest.raises(LaneUnreachable, match="has not answered for"):
        await far.look(attempt)
    took_s = time.monotonic() - begun
    told = far.changes[attempt.key]
    os.kill(agent, signal.SIGCONT)
    seen = await far.until(attempt, lambda _: far.changes[attempt.key] > told)

    assert took_s < 0.5
    assert seen.state is SightingState.RUNNING


async def test_an_agent_that_dies_is_replaced(far: FarNode) -> None:
    attempt = await running(far)
    told, first = far.changes[attempt.key], far.agent()

    os.kill(first, signal.SIGKILL)
    seen = await far.until(attempt, lambda _: far.changes[attempt.key] > told)

    assert seen.state is SightingState.RUNNING
    assert far.agent() != first


async def test_an_agent_that_hangs_for_long_is_replaced(
    far: FarNode, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_link, "SILENCE_S", 0.5)
    attempt = await running(far)
    first = freeze(far)
    for _ in range(2):
        with pytest.raises(LaneUnreachable):
            await far.look(attempt)

    seen = await far.until_running(attempt)
    os.kill(first, signal.SIGCONT)

    assert seen.state is SightingState.RUNNING


async def test_a_result_is_found_on_disk_while_sshd_is_gone(far: FarNode) -> None:
    ended, goes_on = await running(far), await running(far, 2)

    await far.sshd.stop()
    (ended.directory / "go").touch()
    await until((ended.directory / "exit.json").exists)
    seen = await far.executor.observe([ended, goes_on])
    with pytest.raises(LaneUnreachable):
        await far.look(goes_on)

    assert set(seen) == {ended.key}
    assert seen[ended.key].state is SightingState.ENDED


async def test_a_run_on_a_machine_that_is_frozen_is_ended_through_the_disk(
    far: FarNode, impatient: None
) -> None:
    attempt = await running(far)
    freeze(far)
    far.sshd.freeze()

    await far.executor.stop(attempt)
    await until((attempt.directory / "exit.json").exists)
    seen = await far.look(attempt)

    assert seen.exit is not None
    assert seen.exit.reason is ExitReason.CANCELLED


async def test_a_kill_that_reaches_neither_the_machine_nor_its_disk_is_not_taken_for_one(
    far: FarNode, impatient: None, tmp_path: Path
) -> None:
    far.sshd.freeze()
    elsewhere = far.launch(shell("true"), directory=tmp_path / "not mounted")

    with pytest.raises(LaneUnreachable):
        await far.executor.stop(elsewhere)


async def test_when_sshd_is_back_what_runs_is_followed_again(far: FarNode) -> None:
    attempt = await running(far)

    await far.sshd.stop()
    with pytest.raises(LaneUnreachable):
        await far.look(attempt)
    await far.sshd.start()
    seen = await far.until_running(attempt)
    result = await let_go(far, attempt)

    assert seen.state is SightingState.RUNNING
    assert result.code == 7


async def test_a_start_whose_answer_is_lost_is_forbidden_and_never_runs_later(
    far: FarNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The node is slow, not dead: it will carry the start out when nobody waits for it any more.
    monkeypatch.setattr(ssh, "START_S", 0.5)
    await far.executor.check(tmp_path)
    agent = freeze(far)
    attempt = far.launch(shell("touch ran"))

    result = await far.try_start(attempt)
    os.kill(agent, signal.SIGCONT)
    said = attempt.directory / "supervise.log"
    await until(lambda: said.exists() and "claimed before" in said.read_text())
    seen = await far.look(attempt)

    assert isinstance(result, Doubt)
    assert seen.state is SightingState.VOID
    assert not (attempt.directory / "ran").exists()


async def test_a_start_whose_answer_is_lost_after_it_began_is_adopted(
    far: FarNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "START_S", 0.5)
    await far.executor.check(tmp_path)
    agent = freeze(far)
    attempt, local = far.launch(shell(f"{WAIT_FOR_GO}; exit 7")), LocalExecutor()
    await local.start(attempt)  # as the node did before its answer was lost
    await until((attempt.directory / "claim.json").exists)

    result = await far.try_start(attempt)
    os.kill(agent, signal.SIGCONT)
    end = await let_go(far, attempt)

    assert result == Started()
    assert end.code == 7
    await local.close()


async def test_a_machine_that_takes_connections_and_says_nothing_holds_nobody_up(
    sshd: Sshd, impatient: None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        executor = SshExecutor(sshd.access(port=silent.getsockname()[1]))
        begun = time.monotonic()

        with pytest.raises(LaneUnreachable):
            await executor.observe([])
        await executor.close()

        assert time.monotonic() - begun < WITHIN_S
