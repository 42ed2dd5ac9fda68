"""What an attempt leaves behind: exit.json, whatever became of the program."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.executors.base import ExitReason, SightingState
from scheduler.supervise import RESERVE_BYTES
from tests.lanes.node import Node, file_written, shell, supervise

DISK_KB = 256
DISK_ROUNDS = 5
FILL = "dd if=/dev/zero of={}/fill bs=1k status=none"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB."""
    if os.getuid() != 0:
        pytest.skip("a small tmpfs can be mounted by root only")
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_KB}k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mount(8) is not allowed here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> None:
    """Write until there is no block left."""
    command = FILL.format(disk).split()
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize(
    ("script", "code", "signal", "reason"),
    [
        ("exit 0", 0, None, ExitReason.EXITED),
        ("exit 3", 3, None, ExitReason.EXITED),
        ("exit 255", 255, None, ExitReason.EXITED),
        ("kill -9 $$", 137, 9, ExitReason.SIGNALLED),
        ("kill -15 $$", 143, 15, ExitReason.SIGNALLED),
    ],
)
async def test_the_exit_code_or_signal_of_the_program_is_the_result(
    node: Node, script: str, code: int, signal: int | None, reason: ExitReason
) -> None:
    attempt = await node.start(shell(script))

    result = await node.end_of(attempt)

    assert (result.code, result.signal, result.reason) == (code, signal, reason)
    assert result.launch_error is None


async def test_the_times_of_an_attempt_are_in_order(node: Node) -> None:
    attempt = await node.start(shell("exit 0"))

    result = await node.end_of(attempt)

    assert result.running_at is not None
    assert result.claimed_at <= result.running_at <= result.ended_at
    assert result.max_rss_kb > 0


@pytest.mark.parametrize(
    ("changes", "code", "error"),
    [
        ({"argv": ("/no/such/program",)}, 127, "No such file or directory: /no/such/program"),
        ({"argv": ("no-such-program",)}, 127, "No such file or directory: no-such-program"),
        ({"argv": ("/etc/passwd",)}, 126, "Permission denied: /etc/passwd"),
        ({"env": {"A": "\0"}}, 127, "ValueError: embedded null byte"),
        ({"cwd": Path("/no/such/place")}, 127, "No such file or directory: /no/such/place"),
        ({"log": Path("/no/such/log")}, 127, "No such file or directory: /no/such/log"),
    ],
)
async def test_a_program_that_cannot_be_executed_says_why_and_never_runs(
    node: Node, changes: dict[str, object], code: int, error: str
) -> None:
    attempt = await node.start(**{"argv": ("true",), **changes})  # type: ignore[arg-type]

    result = await node.end_of(attempt)

    assert (result.code, result.launch_error, result.running_at) == (code, error, None)
    assert not (attempt.directory / "running.json").exists()


async def test_output_and_errors_go_to_the_log_in_order(node: Node) -> None:
    attempt = await node.start(shell("echo one; echo two >&2; echo three"))

    await node.end_of(attempt)

    assert attempt.log.read_text() == "one\ntwo\nthree\n"


async def test_the_environment_is_the_jobs_with_the_marks_and_without_what_bends_python(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "LANEKEEPER_MONGODB_URL"):
        monkeypatch.setenv(name, "/server")
    gpus = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": "GPU-1,GPU-2"}
    attempt = await node.start(("env",), env={**gpus, "LANEKEEPER_JOB": "J1"})

    await node.end_of(attempt)

    seen = dict(line.split("=", 1) for line in attempt.log.read_text().splitlines())
    assert {name: seen[name] for name in gpus} == gpus
    assert seen["JOB_ATTEMPT"] == seen["LANEKEEPER_ATTEMPT"] == attempt.token
    assert seen["LANEKEEPER_JOB"] == "J1"
    assert not {"PYTHONPATH", "PYTHONHOME", "LANEKEEPER_MONGODB_URL"} & set(seen)


async def test_the_time_limit_ends_the_program(node: Node) -> None:
    attempt = await node.start(shell("sleep 100"), time_limit_s=0.2)

    result = await node.end_of(attempt)

    assert (result.reason, result.signal) == (ExitReason.TIME_LIMIT, 15)
    assert result.running_at is not None
    assert 0.2 <= result.ended_at - result.claimed_at < 2


async def test_the_heartbeat_rises_and_tells_the_number_of_processes(node: Node) -> None:
    attempt = await node.start(shell("sleep 100 & wait"), heartbeat_s=0.02)
    await node.until_running(attempt)

    beat = await file_written(attempt.directory, "heartbeat.json", lambda beat: beat["seq"] >= 8)
    seen = await node.look(attempt)

    assert beat["token"] == attempt.token
    assert (beat["nproc"], beat["ending"]) == (2, None)
    assert seen.heartbeat is not None
    assert seen.heartbeat.seq >= 8


async def test_a_stopped_program_can_be_ended(node: Node) -> None:
    attempt = await node.start(shell("kill -STOP $$; exit 0"))
    await node.until_running(attempt)

    await node.executor.stop(attempt)
    result = await node.end_of(attempt)

    assert (result.reason, result.signal) == (ExitReason.CANCELLED, 15)


async def test_a_full_disk_loses_no_result(node: Node, small_disk: Path) -> None:
    # The program waits for the only heartbeat and fills the disk, so that exit.json finds no
    # block but those set aside: they are padded to their full length.
    script = f"until [ -e heartbeat.json ]; do :; done; {FILL.format(small_disk)}; exit 5"
    attempt = await node.start(shell(script), directory=small_disk / "run", heartbeat_s=1000)

    result = await node.end_of(attempt)

    assert (result.code, result.reason) == (5, ExitReason.EXITED)
    assert (attempt.directory / "exit.json").stat().st_size == RESERVE_BYTES


async def test_heartbeats_on_a_disk_that_fills_up_do_not_hurt_the_program(
    node: Node, small_disk: Path
) -> None:
    for number in range(DISK_ROUNDS):
        script, place = f"{FILL.format(small_disk)}; exit 5", small_disk / str(number)
        attempt = await node.start(shell(script), number, directory=place, heartbeat_s=0.005)

        result = await node.end_of(attempt)
        (small_disk / "fill").unlink()

        assert (result.code, result.reason) == (5, ExitReason.EXITED)


async def test_nothing_starts_on_a_disk_that_is_full_before(node: Node, small_disk: Path) -> None:
    directory = small_disk / "run"
    attempt = await node.start(("true",), directory=directory)
    await node.end_of(attempt)
    spec = (directory / "spec.json").read_bytes()
    for path in directory.iterdir():
        path.unlink()
    (directory / "spec.json").write_bytes(spec)
    fill(small_disk)

    code = await supervise(directory / "spec.json")

    assert code == 74
    assert [path.name for path in directory.iterdir()] == ["spec.json"]


async def test_a_hundred_at_once_all_leave_their_own_result(node: Node) -> None:
    numbers = range(100)
    attempts = await asyncio.gather(*(node.start(shell(f"exit {n}"), n) for n in numbers))

    results = [await node.end_of(attempt) for attempt in attempts]

    assert [result.code for result in results] == list(numbers)
    states = await node.executor.observe(attempts)
    assert {seen.state for seen in states.values()} == {SightingState.ENDED}
