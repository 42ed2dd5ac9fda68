"""An attempt starts at most once, and never after it has been forbidden (INV-3)."""

import asyncio
import os

import pytest

from scheduler.executors import local
from scheduler.executors.base import ExitReason, Launch, Refused, SightingState, Started
from scheduler.executors.local import spec_of
from scheduler.supervise import ALREADY_CLAIMED, write_whole
from tests.lanes.node import Node, shell, supervise

RACERS = 12
MARK = "echo ran >> messages.jsonl"


def write_spec(launch: Launch) -> None:
    """What a start would leave, but without a start."""
    launch.directory.mkdir(parents=True)
    write_whole(str(launch.directory / "spec.json"), spec_of(launch))


async def test_of_twelve_supervisors_started_at_once_one_runs(node: Node) -> None:
    attempt = node.launch(shell(MARK))
    write_spec(attempt)

    codes = await asyncio.gather(
        *(supervise(attempt.directory / "spec.json") for _ in range(RACERS))
    )

    assert sorted(codes) == [0] + [ALREADY_CLAIMED] * (RACERS - 1)
    assert (attempt.directory / "messages.jsonl").read_text() == "ran\n"
    assert not [path for path in attempt.directory.iterdir() if path.suffix in (".tmp", ".reserve")]


async def test_an_ended_attempt_does_not_start_again(node: Node) -> None:
    attempt = await node.start(shell(MARK))
    first = await node.end_of(attempt)

    code = await supervise(attempt.directory / "spec.json")
    again = await node.try_start(attempt)
    second = await node.end_of(attempt)

    assert (code, again) == (ALREADY_CLAIMED, Started())
    assert second == first
    assert (attempt.directory / "messages.jsonl").read_text() == "ran\n"


async def test_a_forbidden_attempt_never_runs(node: Node) -> None:
    attempt = node.launch(shell(MARK))
    write_spec(attempt)

    is_void = await node.executor.forbid(attempt, "The answer came too late.")
    code = await supervise(attempt.directory / "spec.json")
    seen = await node.look(attempt)

    assert is_void
    assert code == ALREADY_CLAIMED
    assert (seen.state, seen.void_reason) == (SightingState.VOID, "The answer came too late.")
    assert not (attempt.directory / "messages.jsonl").exists()


async def test_forbidding_twice_is_the_same_as_once(node: Node) -> None:
    attempt = node.launch(shell(MARK))

    answers = [
        await node.executor.forbid(attempt, "first"),
        await node.executor.forbid(attempt, ""),
    ]
    seen = await node.look(attempt)

    assert answers == [True, True]
    assert seen.void_reason == "first"


async def test_a_claimed_attempt_cannot_be_forbidden(node: Node) -> None:
    attempt = await node.start(shell("sleep 100"))
    await node.until_running(attempt)

    is_void = await node.executor.forbid(attempt, "too late")

    assert not is_void
    assert (await node.look(attempt)).state is SightingState.RUNNING


async def test_an_attempt_cancelled_before_its_start_never_runs(node: Node) -> None:
    attempt = node.launch(shell(MARK))
    attempt.directory.mkdir(parents=True)
    await node.executor.stop(attempt)

    await node.try_start(attempt)
    result = await node.end_of(attempt)

    assert (result.reason, result.running_at) == (ExitReason.CANCELLED, None)
    assert not (attempt.directory / "messages.jsonl").exists()


async def test_the_cancel_file_alone_ends_the_attempt_within_two_seconds(node: Node) -> None:
    attempt = await node.start(shell("sleep 100"))
    running = await node.until_running(attempt)
    assert running.running_at is not None

    (attempt.directory / "cancel").touch()
    result = await node.end_of(attempt)

    assert result.reason is ExitReason.CANCELLED
    assert result.ended_at - running.running_at < 2


async def test_a_signal_from_outside_is_not_taken_for_a_kill_of_ours(node: Node) -> None:
    attempt = await node.start(shell("sleep 100"))
    running = await node.until_running(attempt)
    assert running.claim is not None

    os.kill(running.claim.pid, 15)
    result = await node.end_of(attempt)

    assert (result.reason, result.signal) == (ExitReason.TERMINATED, 15)


async def test_stopping_twice_and_after_the_end_is_no_error(node: Node) -> None:
    attempt = await node.start(shell("sleep 100"))
    await node.until_running(attempt)

    await asyncio.gather(node.executor.stop(attempt), node.executor.stop(attempt))
    result = await node.end_of(attempt)
    await node.executor.stop(attempt)

    assert result.reason is ExitReason.CANCELLED
    assert await node.end_of(attempt) == result


async def test_a_start_without_a_place_to_write_is_refused_and_leaves_nothing(node: Node) -> None:
    (node.root / "file").touch()
    attempt = node.launch(shell(MARK), directory=node.root / "file" / "run")

    answer = await node.try_start(attempt)

    assert isinstance(answer, Refused)
    assert "Not a directory" in answer.reason
    assert sorted(path.name for path in node.root.iterdir()) == ["file"]


async def test_a_supervisor_that_ends_before_it_claims_is_noticed_and_says_why(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "INTERPRETER", "/bin/cat")
    attempt = await node.start(shell(MARK))

    seen = await node.until(attempt, lambda seen: seen.starter_code is not None)

    assert (seen.state, seen.starter_code) == (SightingState.UNCLAIMED, 1)
    assert "invalid option" in (seen.starter_text or "")


async def test_a_launch_without_a_program_is_never_claimed(node: Node) -> None:
    attempt = await node.start(())

    seen = await node.until(attempt, lambda seen: seen.starter_code is not None)

    assert (seen.state, seen.starter_code) == (SightingState.UNCLAIMED, 1)
    assert (seen.starter_text or "").endswith("ValueError: argv is empty")
