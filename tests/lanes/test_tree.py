"""The end of an attempt is the end of all its processes."""

import pytest

from scheduler.executors.base import ExitReason
from scheduler.executors.process_identity import marked_processes
from tests.lanes.node import Node, is_gone, shell

SAY = "echo $$ >> messages.jsonl"
DEAF = 'trap "" TERM HUP INT'
ESCAPEE = f"setsid sh -c '{DEAF}; {SAY}; while :; do sleep 100; done' & "
"""In a session of its own, orphaned, and it ignores whatever can be ignored."""

RESPAWNER = f"""
trap 'sh respawner &' TERM
{SAY}
while :; do sleep 0.01; done
"""
CHAINS, GENERATIONS = 8, 1000
CHAIN = f"""
{DEAF}
[ $1 = {GENERATIONS} ] && {SAY}
[ $1 = 0 ] && echo exhausted >> messages.jsonl && exit
$2 sh chain $(($1 - 1)) $2 &
"""
"""Each process starts its successor and goes; bounded in number and in time."""


async def test_processes_that_fled_are_ended_with_the_attempt(node: Node) -> None:
    attempt = await node.start(shell(f"({ESCAPEE}) ; ({ESCAPEE}) ; {SAY}; sleep 100"))
    pids = [int(line) for line in await node.said(attempt, 3)]

    await node.executor.stop(attempt)
    result = await node.end_of(attempt)

    assert result.reason is ExitReason.CANCELLED
    assert [is_gone(pid) for pid in pids] == [True, True, True]
    assert result.ended_at - result.claimed_at > attempt.grace_s


async def test_processes_that_outlive_the_program_are_ended_and_counted(node: Node) -> None:
    wait = "until [ -s messages.jsonl ]; do :; done"
    attempt = await node.start(shell(f"({ESCAPEE}) ; {wait}; exit 4"))

    result = await node.end_of(attempt)

    assert (result.code, result.reason) == (4, ExitReason.LEFT_OVER)
    assert result.left_over >= 1
    assert marked_processes(attempt.token) == []


async def test_a_tree_that_forks_on_every_term_is_ended(node: Node) -> None:
    attempt = node.launch(("sh", "respawner"))
    attempt.directory.mkdir(parents=True)
    (attempt.directory / "respawner").write_text(RESPAWNER)
    await node.try_start(attempt)
    await node.said(attempt)

    await node.executor.stop(attempt)
    result = await node.end_of(attempt)

    assert result.reason is ExitReason.CANCELLED
    assert marked_processes(attempt.token) == []


@pytest.mark.parametrize("session", ["", "setsid"])
async def test_a_tree_that_forks_without_pause_is_ended(node: Node, session: str) -> None:
    # The killer reads /proc while every process in it is replaced, in groups of its own even.
    start = f"for i in $(seq {CHAINS}); do sh chain {GENERATIONS} {session} & done; wait"
    attempt = node.launch(shell(start), grace_s=0.1)
    attempt.directory.mkdir(parents=True)
    (attempt.directory / "chain").write_text(CHAIN)
    await node.try_start(attempt)
    await node.said(attempt, CHAINS)

    await node.executor.stop(attempt)
    await node.end_of(attempt)

    assert marked_processes(attempt.token) == []
    assert "exhausted" not in (attempt.directory / "messages.jsonl").read_text()


@pytest.mark.parametrize("grace_s", [0.0, 0.2])
async def test_a_program_that_ignores_term_is_killed_after_its_grace(
    node: Node, grace_s: float
) -> None:
    attempt = await node.start(shell(f"{DEAF}; {SAY}; while :; do :; done"), grace_s=grace_s)
    await node.said(attempt)

    await node.executor.stop(attempt)
    result = await node.end_of(attempt)

    assert (result.signal, result.reason) == (9, ExitReason.CANCELLED)


async def test_a_program_may_end_well_within_its_grace(node: Node) -> None:
    script = f"trap 'echo saved; exit 0' TERM; {SAY}; while :; do :; done"
    attempt = await node.start(shell(script), grace_s=10)
    await node.said(attempt)

    await node.executor.stop(attempt)
    result = await node.end_of(attempt)

    assert (result.code, result.signal, result.reason) == (0, None, ExitReason.CANCELLED)
    assert attempt.log.read_text() == "saved\n"
