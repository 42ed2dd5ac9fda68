"""Attempts on a machine that is reached over SSH: the same as here, and as soon."""

import asyncio
import json
import os
import signal
import time
from pathlib import Path

import pytest

from scheduler.executors import sent_agent
from scheduler.executors.base import ExitReason, LaneUnreachable, Refused, SightingState
from scheduler.executors.local import INTERPRETER
from scheduler.executors.process_identity import marked_processes
from scheduler.executors.programs import Programs
from scheduler.executors.ssh import SshExecutor
from scheduler.supervise import process_stat
from tests.lanes.far_node import FarNode, read_of_process
from tests.lanes.node import TIMEOUT_S, is_gone, shell
from tests.lanes.sshd import running_sshd

WAIT_FOR_GO = "until [ -e go ]; do sleep 0.01; done"
SAY = "echo $$ >> messages.jsonl"
ESCAPEE = f"setsid sh -c 'trap \"\" TERM HUP; {SAY}; while :; do sleep 100; done' & "


async def test_start_run_and_end_are_told_within_a_moment(far: FarNode) -> None:
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 3"))

    running = await far.until_running(attempt)
    told_running_at = time.time()
    (attempt.directory / "go").touch()
    result = await far.end_of(attempt)
    told_ended_at = time.time()

    assert (result.code, result.reason) == (3, ExitReason.EXITED)
    assert running.running_at is not None
    assert told_running_at - running.running_at < 0.5  # 10 ms on an idle machine
    assert told_ended_at - result.ended_at < 0.5


async def test_messages_are_told(far: FarNode) -> None:
    attempt = await far.start(shell("echo {} >> messages.jsonl; sleep 100"))

    await far.until(attempt, lambda _: far.messages[attempt.key] > 0)

    assert (attempt.directory / "messages.jsonl").read_text() == "{}\n"


async def test_processes_that_fled_are_ended_with_the_attempt(far: FarNode) -> None:
    attempt = await far.start(shell(f"({ESCAPEE}) ; ({ESCAPEE}) ; {SAY}; sleep 100"))
    pids = [int(line) for line in await far.said(attempt, 3)]

    await far.executor.stop(attempt)
    result = await far.end_of(attempt)

    assert result.reason is ExitReason.CANCELLED
    assert [is_gone(pid) for pid in pids] == [True, True, True]


async def test_what_a_dead_supervisor_leaves_is_swept(far: FarNode) -> None:
    attempt = await far.start(shell(f"({ESCAPEE}) ; sleep 100"))
    fled = int((await far.said(attempt))[0])
    running = await far.until_running(attempt)
    assert running.claim is not None

    os.kill(running.claim.pid, signal.SIGKILL)
    seen = await far.until(attempt, lambda seen: seen.state is not SightingState.RUNNING)
    was_alive = not is_gone(fled)
    left = await far.executor.sweep(attempt)

    assert (seen.state, was_alive, left) == (SightingState.LOST, True, 0)
    assert marked_processes(attempt.token) == []


async def test_a_forbidden_attempt_never_runs(far: FarNode) -> None:
    attempt = far.launch(shell("touch ran"))
    attempt.directory.mkdir(parents=True)

    is_void = await far.executor.forbid(attempt, "for this test")
    await far.try_start(attempt)
    seen = await far.look(attempt)

    assert is_void
    assert (seen.state, seen.void_reason) == (SightingState.VOID, "for this test")
    assert not (attempt.directory / "ran").exists()


async def test_where_the_servers_directory_is_not_seen_nothing_is_started(far: FarNode) -> None:
    launch = far.launch(shell("exit 0"))

    result = await far.executor.start(launch)

    host = os.uname().nodename
    assert result == Refused(f"{launch.directory} is not there on {host}: it must be shared.")
    assert not launch.directory.exists()


async def test_a_program_that_is_not_there_is_told_as_it_is_here(far: FarNode) -> None:
    attempt = await far.start(("nowhere/program",))

    result = await far.end_of(attempt)

    assert (result.code, result.launch_error) == (
        127,
        "No such file or directory: nowhere/program",
    )


async def test_the_supervisor_needs_nothing_of_the_servers_installation(far: FarNode) -> None:
    attempt = await far.start(("sleep", "100"))
    running = await far.until_running(attempt)
    assert running.claim is not None

    command = read_of_process(running.claim.pid, "cmdline").split(b"\0")

    assert os.fsencode(attempt.directory / "supervise.py") in command


async def test_many_attempts_need_one_session_of_sshd(tmp_path: Path) -> None:
    async with running_sshd(tmp_path / "sshd", "MaxSessions 1") as sshd:
        far = FarNode(tmp_path, sshd)

        launches = await asyncio.gather(*(far.start(shell("exit 0"), n) for n in range(1, 21)))
        codes = [(await far.end_of(launch)).code for launch in launches]

        assert codes == [0] * 20
        await far.clean_up()


async def test_what_a_login_shell_prints_does_no_harm(tmp_path: Path) -> None:
    greet = 'ForceCommand echo Welcome; printf "no end"; eval "$SSH_ORIGINAL_COMMAND"'
    async with running_sshd(tmp_path / "sshd", greet) as sshd:
        executor = SshExecutor(sshd.access())

        report = await executor.check(tmp_path / "projects")

        assert report.problems == ()
        await executor.close()


async def test_a_check_tells_what_the_machine_has(far: FarNode, tmp_path: Path) -> None:
    report = await far.executor.check(tmp_path / "projects")

    assert report.host == os.uname().nodename
    assert report.interpreter == INTERPRETER
    assert report.problems == ()
    assert list((tmp_path / "projects").iterdir()) == []


async def test_programs_are_looked_for_and_run_where_the_site_says(
    far: FarNode, tmp_path: Path
) -> None:
    program = tmp_path / "bin" / "site-counter"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 5")
    program.chmod(0o755)
    search = (str(program.parent),)

    lacks = await far.executor.lacking(
        {"a": Programs((program.name, "sh"), search), "b": Programs(("sh", program.name))}
    )
    attempt = await far.start((program.name,), path=search)

    assert lacks == {"b": program.name}
    assert (await far.end_of(attempt)).code == 5


async def test_a_machine_without_python_says_so(
    far: FarNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_agent, "PYTHONS", ("no-python-at-all",))

    with pytest.raises(LaneUnreachable, match=r"has no Python 3\.11 or newer that \w+ finds"):
        await far.executor.check(tmp_path)


async def test_a_machine_whose_disk_is_another_says_so(far: FarNode, tmp_path: Path) -> None:
    given = {"directory": str(tmp_path), "marker": "not-there", "python": "/not/there/python"}

    told = await far.far._link.ask("check", given, patience_s=TIMEOUT_S)

    assert told["problems"] == [
        f"{tmp_path} is not the server's: the projects must be shared.",
        "/not/there/python is not there: the built-in job types need it.",
    ]
    assert not told["takes_jobs"]


async def test_whoever_hangs_up_leaves_nothing_behind_but_the_attempts(far: FarNode) -> None:
    attempt = await far.start(shell(f"{WAIT_FOR_GO}; exit 5"))
    await far.until_running(attempt)
    agent = os.pidfd_open(far.agent())

    await far.executor.close()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(agent, ended.set)
    await asyncio.wait_for(ended.wait(), TIMEOUT_S)
    asyncio.get_running_loop().remove_reader(agent)
    os.close(agent)

    with pytest.raises(LaneUnreachable, match="not served any more"):
        await far.executor.observe([attempt])
    claim = json.loads((attempt.directory / "claim.json").read_text())
    assert not is_gone(claim["pid"])


async def test_nobody_is_busy_while_nothing_happens(far: FarNode) -> None:
    attempt = await far.start(("sleep", "100"))
    await far.until_running(attempt)
    agent, told = far.agent(), far.changes[attempt.key]
    before = cpu_ticks(agent)

    await asyncio.sleep(1.0)  # the length of time is what is tested

    assert cpu_ticks(agent) - before <= 5  # of a hundred
    assert far.changes[attempt.key] <= told + 1  # the news of its start may come late
    assert process_stat(agent) is not None


def cpu_ticks(pid: int) -> int:
    fields = read_of_process(pid, "stat").rpartition(b")")[2].split()
    return int(fields[11]) + int(fields[12])
