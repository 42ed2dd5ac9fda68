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
from scheduler.executors.base import Doubt, LaneUnreachable, SightingState, Started
from scheduler.executors.local import LocalExecutor
from scheduler.executors.ssh import SshExecutor
from tests.lanes.far_node import FarNode
from tests.lanes.node import TIMEOUT_S, shell
from tests.lanes.sshd import Sshd, make_key

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


async def test_a_killed_connection_is_made_anew_and_the_result_is_told(far: FarNode) -> None:
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 7"))
    await far.until_running(attempt)
    told = far.changes[attempt.key]

    far.sshd.signal_sessions(signal.SIGKILL)
    await far.until(attempt, lambda _: far.changes[attempt.key] > told)  # unasked
    seen = await far.look(attempt)
    (attempt.directory / "go").touch()
    result = await far.end_of(attempt)

    assert seen.state is SightingState.RUNNING
    assert result.code == 7


async def test_a_frozen_peer_is_given_up_and_the_result_is_told(
    far: FarNode, impatient: None
) -> None:
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 7"))
    await far.until_running(attempt)

    far.sshd.signal_sessions(signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(LaneUnreachable):
        await far.look(attempt)
    took_s = time.monotonic() - begun
    (attempt.directory / "go").touch()
    result = await far.end_of(attempt)

    assert took_s < WITHIN_S
    assert result.code == 7


async def test_an_agent_that_hangs_holds_nobody_up_and_is_heard_when_it_answers(
    far: FarNode, impatient: None
) -> None:
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 7"))
    await far.until_running(attempt)
    agent = far.agent()
    os.kill(agent, signal.SIGSTOP)
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
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 7"))
    await far.until_running(attempt)
    told, first = far.changes[attempt.key], far.agent()

    os.kill(first, signal.SIGKILL)
    seen = await far.until(attempt, lambda _: far.changes[attempt.key] > told)

    assert seen.state is SightingState.RUNNING
    assert far.agent() != first


async def test_an_agent_that_hangs_for_long_is_replaced(
    far: FarNode, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_link, "SILENCE_S", 0.5)
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 7"))
    await far.until_running(attempt)
    first = far.agent()
    os.kill(first, signal.SIGSTOP)
    for _ in range(2):
        with pytest.raises(LaneUnreachable):
            await far.look(attempt)

    seen = await far.until_running(attempt)
    os.kill(first, signal.SIGCONT)

    assert seen.state is SightingState.RUNNING


async def test_a_result_is_found_on_disk_while_sshd_is_gone(far: FarNode) -> None:
    ended = await far.start(shell(f"{WAIT_FOR_GO}; exit 7"), 1)
    running = await far.start(("sleep", "100"), 2)
    await far.until_running(ended)
    await far.until_running(running)

    await far.sshd.stop()
    (ended.directory / "go").touch()
    await until((ended.directory / "exit.json").exists)
    seen = await far.executor.observe([ended, running])
    with pytest.raises(LaneUnreachable):
        await far.look(running)

    assert set(seen) == {ended.key}
    assert seen[ended.key].state is SightingState.ENDED


async def test_when_sshd_is_back_what_runs_is_followed_again(far: FarNode) -> None:
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 7"))
    await far.until_running(attempt)

    await far.sshd.stop()
    with pytest.raises(LaneUnreachable):
        await far.look(attempt)
    await far.sshd.start()
    running = await far.until_running(attempt)
    (attempt.directory / "go").touch()
    result = await far.end_of(attempt)

    assert running.state is SightingState.RUNNING
    assert result.code == 7


async def test_a_start_whose_answer_is_lost_is_forbidden_and_never_runs_later(
    far: FarNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The node is slow, not dead: it will carry the start out when nobody waits for it any more.
    monkeypatch.setattr(ssh, "START_S", 0.5)
    await far.executor.check(tmp_path)
    agent = far.agent()
    os.kill(agent, signal.SIGSTOP)
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
    agent = far.agent()
    os.kill(agent, signal.SIGSTOP)
    attempt, local = far.launch(shell(f"{WAIT_FOR_GO}; exit 7")), LocalExecutor()
    await local.start(attempt)  # as the node did before its answer was lost
    await until((attempt.directory / "claim.json").exists)

    result = await far.try_start(attempt)
    os.kill(agent, signal.SIGCONT)
    (attempt.directory / "go").touch()
    end = await far.end_of(attempt)

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


def forget_host_key(sshd: Sshd) -> None:
    sshd.known_hosts.write_text("")


def change_known_key(sshd: Sshd) -> None:
    make_key(sshd.directory / "another")
    public = (sshd.directory / "another.pub").read_text()
    sshd.known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {public}")


def change_login_key(sshd: Sshd) -> None:
    make_key(sshd.directory / "key")


def remove_key(sshd: Sshd) -> None:
    (sshd.directory / "key").unlink()


def remove_known_hosts(sshd: Sshd) -> None:
    sshd.known_hosts.unlink()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (forget_host_key, r"The host key of 127\.0\.0\.1 is unknown: it is not in .*known_hosts"),
        (change_known_key, r"The host key of 127\.0\.0\.1 is not the one in .*known_hosts"),
        (change_login_key, r"127\.0\.0\.1:\d+ refuses \w+ with the key .*/key"),
        (remove_key, r"The file of the private key is not there: .*/key"),
        (remove_known_hosts, r"The file of the known host keys is not there: .*/known_hosts"),
    ],
)
async def test_what_keeps_us_out_is_said(
    sshd: Sshd, tmp_path: Path, spoil: Callable[[Sshd], None], sentence: str
) -> None:
    spoil(sshd)
    executor = SshExecutor(sshd.access())

    with pytest.raises(LaneUnreachable, match=sentence):
        await executor.check(tmp_path)

    await executor.close()


async def test_a_port_where_nothing_listens_is_said(sshd: Sshd, tmp_path: Path) -> None:
    await sshd.stop()
    executor = SshExecutor(sshd.access())

    with pytest.raises(LaneUnreachable, match=r"Nothing listens on 127\.0\.0\.1:"):
        await executor.check(tmp_path)

    await executor.close()


async def test_whoever_asks_on_purpose_need_not_wait_for_the_rest_after_a_failure(
    sshd: Sshd, tmp_path: Path
) -> None:
    executor = SshExecutor(sshd.access())
    forget_host_key(sshd)
    for _ in range(3):
        with pytest.raises(LaneUnreachable):
            await executor.check(tmp_path)

    sshd.trust_host_key()
    with pytest.raises(LaneUnreachable, match="is unknown"):
        await executor.observe([])
    report = await executor.check(tmp_path)

    assert report.host == os.uname().nodename
    await executor.close()
