"""Who waits for an attempt is told what happens to it, and is left alone otherwise."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.executors import directory_watch
from scheduler.executors.base import SightingState
from scheduler.executors.directory_watch import DirectoryWatch, snapshot
from scheduler.executors.watched_attempts import is_message_file
from tests.lanes.node import TIMEOUT_S, Node, file_written, shell

WAIT_FOR_GO = "until [ -e go ]; do :; done"


class Waiter:
    """A DirectoryWatch whose events can be waited for."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._told = asyncio.Event()
        self.watch = DirectoryWatch(self._tell)

    def _tell(self, _directory: Path, name: str) -> None:
        self.names.append(name)
        self._told.set()

    async def until(self, is_enough: Callable[[list[str]], bool]) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            while not is_enough(self.names):
                await self._told.wait()
                self._told.clear()


async def test_start_run_and_end_are_told_within_a_moment(node: Node) -> None:
    attempt = await node.start(shell(f"{WAIT_FOR_GO}; exit 0"))

    running = await node.until_running(attempt)
    told_running_at = time.time()
    (attempt.directory / "go").touch()
    result = await node.end_of(attempt)
    told_ended_at = time.time()

    assert running.running_at is not None
    assert told_running_at - running.running_at < 0.25  # 3 ms on an idle machine
    assert told_ended_at - result.ended_at < 0.25


async def test_heartbeats_and_the_log_wake_nobody(node: Node) -> None:
    chatter = "i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done; echo {} > said.json"
    attempt = await node.start(shell(f"{chatter}; sleep 100"), heartbeat_s=0.01)
    await node.until_running(attempt)
    await file_written(attempt.directory, "said.json", lambda _: True)
    told = node.changes[attempt.key]

    await file_written(attempt.directory, "heartbeat.json", lambda beat: beat["seq"] >= 12)

    assert node.changes[attempt.key] == told <= 2  # claimed, running
    assert node.messages[attempt.key] == 0


async def test_messages_of_every_writer_are_told(node: Node) -> None:
    attempt = await node.start(shell("echo {} >> messages.w2.jsonl; sleep 100"))

    await node.until(attempt, lambda _: node.messages[attempt.key] > 0)

    assert (attempt.directory / "messages.w2.jsonl").read_text() == "{}\n"


async def test_the_end_of_a_killed_supervisor_is_told(node: Node) -> None:
    attempt = await node.start(shell("exec sleep 100"))
    running = await node.until_running(attempt)
    told = node.changes[attempt.key]
    assert running.claim is not None

    os.kill(running.claim.pid, signal.SIGKILL)
    await node.until(attempt, lambda seen: seen.state is SightingState.LOST)

    assert node.changes[attempt.key] == told + 1


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("messages.jsonl", True),
        ("messages.worker-2.jsonl", True),
        ("messages.jsonl.tmp", False),
        ("heartbeat.json", False),
    ],
)
def test_message_files_are_known_by_their_name(name: str, is_one: bool) -> None:
    assert is_message_file(name) is is_one


async def test_a_directory_that_cannot_be_watched_is_compared(tmp_path: Path) -> None:
    waiter, place = Waiter(), tmp_path / "later"
    waiter.watch.add(place)
    place.mkdir()

    (place / "claim.json").write_text(json.dumps({}))
    await waiter.until(lambda names: "claim.json" in names)
    (place / "claim.json").write_text(json.dumps({"t": 1}))
    await waiter.until(lambda names: names.count("claim.json") == 2)

    waiter.watch.close()


async def test_without_inotify_everything_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoInotify:
        def inotify_init1(self, _flags: int) -> int:
            return -1

        def inotify_add_watch(self, *_: object) -> int:
            return -1

    monkeypatch.setattr(directory_watch, "LIBC", NoInotify())
    waiter = Waiter()
    waiter.watch.add(tmp_path)

    (tmp_path / "exit.json").touch()
    await waiter.until(lambda names: names == ["exit.json"])

    waiter.watch.close()


async def test_a_removed_directory_is_told_of_no_more(tmp_path: Path) -> None:
    kept, dropped, waiter = tmp_path / "kept", tmp_path / "dropped", Waiter()
    for place in (kept, dropped):
        place.mkdir()
        waiter.watch.add(place)

    waiter.watch.remove(dropped)
    (dropped / "before").touch()
    (kept / "after").touch()
    await waiter.until(lambda names: "after" in names)

    assert waiter.names == ["after"]
    waiter.watch.close()


def test_a_snapshot_of_nothing_is_empty(tmp_path: Path) -> None:
    assert snapshot(tmp_path / "nowhere") == {}
