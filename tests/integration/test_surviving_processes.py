"""Slots of real processes that outlive their supervisor."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.clock import now
from domain.database import Database
from domain.documents import Target
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.executors import local
from scheduler.executors.base import SightingState
from scheduler.executors.process_identity import marked_processes
from scheduler.quarantine import carry_out_decisions
from tests.integration.scene import KEY, Scene
from tests.lanes.node import Node, is_gone, shell

pytestmark = pytest.mark.mongo
FLEES = "setsid sh -c 'echo $$ >> messages.jsonl; sleep 100' & exec sleep 100"


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    node = Node(tmp_path)
    yield node
    await node.clean_up()


@pytest.fixture
def scene(real_database: Database, tmp_path: Path) -> Scene:
    return Scene(tmp_path / "project", Settings(data_dir=tmp_path))


class Immortal:
    """While it is in force, no process of this machine dies of a sweep: as in a hung device."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        patch.setattr(local, "SWEEP_ROUNDS", 2)
        patch.setattr(signal, "pidfd_send_signal", lambda *_: None)

    def end(self) -> None:
        self._patch.undo()


async def orphaned(scene: Scene, node: Node) -> int:
    """A run whose supervisor was killed while a process of it lives; that process."""
    await scene.set_up(status=JobStatus.RUNNING)
    scene.watcher.executors = {"node1": node.executor}
    attempt = await scene.attempt()
    launch = await node.start(shell(FLEES), token=attempt.token, directory=Path(attempt.directory))
    fled = int((await node.said(launch))[0])
    running = await node.until_running(launch)
    assert running.claim is not None
    os.kill(running.claim.pid, signal.SIGKILL)
    await node.until(launch, lambda seen: seen.state is SightingState.LOST)
    return fled


async def quarantined() -> list[str]:
    target = await Target.get("node1")
    assert target is not None
    return sorted(target.quarantine)


async def test_slots_are_free_only_when_the_last_process_is_gone(
    scene: Scene, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    fled = await orphaned(scene, node)
    immortal = Immortal(monkeypatch)
    await scene.watcher.look()
    first = await quarantined(), await scene.slots_are_free(), is_gone(fled)

    immortal.end()
    await scene.watcher.look()

    assert first == ([KEY], False, False)
    assert is_gone(fled)
    assert await quarantined() == []
    assert await scene.slots_are_free()
    assert (await scene.job()).exit_reason == "heartbeat_lost"


async def test_an_administrator_frees_slots_though_a_process_lives(
    scene: Scene, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    fled = await orphaned(scene, node)
    immortal = Immortal(monkeypatch)
    await scene.watcher.look()
    said = {f"quarantine.{KEY}.freed_at": now(), f"quarantine.{KEY}.freed_by": "ada"}
    await Target.rows().update_one({"_id": "node1"}, {"$set": said})

    await carry_out_decisions(scene.watcher)
    lived = not is_gone(fled)
    immortal.end()

    assert lived
    assert await scene.slots_are_free()
    assert (await scene.job()).exit_reason == "node_down"
    assert fled in marked_processes((await scene.attempt()).token)  # the bench sweeps it
