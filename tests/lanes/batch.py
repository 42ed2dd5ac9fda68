"""A small PBS or Grid Engine in a directory, and a lane on it; see batch_commands.py."""

import asyncio
import json
import os
import shlex
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from domain.cluster_templates import PRESETS, ClusterSystem
from scheduler.executors.batch_systems import SYSTEMS
from scheduler.executors.cluster import ClusterExecutor, ClusterPace
from tests.lanes.cluster import PACE, TIMEOUT_S, Submitting

COMMANDS = Path(__file__).with_name("batch_commands.py")
LOOK_EVERY_S = 0.02
QUICK = replace(PACE, poll_s=0.05, grace_s=60.0)
SOON = replace(QUICK, grace_s=0.3)
PBS_ALONE = pytest.mark.parametrize("batch", [ClusterSystem.PBS], indirect=True)
SGE_ALONE = pytest.mark.parametrize("batch", [ClusterSystem.SGE], indirect=True)


class Batch:
    """The cluster: its programs are executables in `bin`."""

    def __init__(self, system: ClusterSystem, directory: Path) -> None:
        self.system, self.bin, self.spool = system, directory / "bin", directory / "spool"
        (self.spool / "lies").mkdir(parents=True)
        self.bin.mkdir()
        for program in ("qsub", "qstat", "qdel"):
            self._install(program)

    def _words(self, program: str) -> list[str]:
        given = (COMMANDS, self.system, self.spool, program)
        return [sys.executable, "-I", "-S", *map(str, given)]

    def _install(self, program: str) -> None:
        path = self.bin / program
        path.write_text(f'#!/bin/sh\nexec {shlex.join(self._words(program))} "$@"\n')
        path.chmod(0o755)

    async def release(self, id: str) -> None:
        """Let a job run that waits, to its end."""
        node = await asyncio.create_subprocess_exec(*self._words("run"), id)
        await asyncio.wait_for(node.wait(), TIMEOUT_S)

    def lie(self, *names: str) -> None:
        for name in names:
            (self.spool / "lies" / name).touch()

    def be_true(self) -> None:
        for lie in (self.spool / "lies").iterdir():
            lie.unlink()

    def jobs(self) -> dict[str, int]:
        """Id → process group, 0 while it waits."""
        found = [json.loads(path.read_bytes()) for path in self.spool.glob("*.json")]
        return {job["id"]: job["pid"] for job in found}

    def calls(self, program: str) -> int:
        path = self.spool / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return sum(line.startswith(f"{program} ") for line in lines)

    async def polled(self, times: int) -> None:
        """Wait until that many more questions have been answered."""
        enough = self.calls("qstat") + times
        async with asyncio.timeout(TIMEOUT_S):
            while self.calls("qstat") < enough:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(LOOK_EVERY_S)

    def end_all(self) -> None:
        for group in filter(None, self.jobs().values()):
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


class BatchLane(Submitting):
    """Submits to a small cluster by its preset; the environment's PATH must begin with its bin."""

    def __init__(
        self, batch: Batch, root: Path, pace: ClusterPace = PACE, **templates: str
    ) -> None:
        self.batch = batch
        executor = ClusterExecutor(
            PRESETS[batch.system].model_copy(update=templates), pace, system=SYSTEMS[batch.system]
        )
        super().__init__(executor, root)
