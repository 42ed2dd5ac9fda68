"""Jobs handed to a private Slurm: by our lane, and by bare sbatch."""

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import TypeVar

from bench.table import Line, side_by_side
from scheduler.executors.base import Started
from scheduler.executors.cluster import ClusterExecutor
from scheduler.executors.cluster_commands import run_command
from tests.lanes.cluster import ClusterLane
from tests.lanes.slurm import PROGRAMS, Slurm, private_slurm

NAME, SBATCH = "submit one of 500 jobs to Slurm", "bare sbatch"
T = TypeVar("T")
JOBS = 500
GOAL = 2.0
"""At least half of the jobs per second that bare sbatch takes."""
TIMEOUT_S = 40.0
BARE_AT_ONCE = 16
"""Bare sbatch is a little faster so than with 64."""


class OurSubmits:
    """Each job rendered, its files written and synced, submitted, and its id kept."""

    def __init__(self, lane: ClusterLane) -> None:
        self._lane = lane

    async def __call__(self) -> list[float]:
        """One round: seconds for each job."""
        launches = [self._lane.launch("exit 0", extra="#SBATCH --hold") for _ in range(JOBS)]
        began = time.perf_counter()
        results = await _few_at_once(
            [self._lane.executor.start(launch) for launch in launches],
            ClusterExecutor.starts_at_once,
        )
        took = time.perf_counter() - began
        assert all(isinstance(result, Started) for result in results), results
        self._lane.slurm.call("scancel", "--me")
        return [took / JOBS]


class BareSubmits:
    """sbatch of the same kind of script, as many at once."""

    def __init__(self, slurm: Slurm, directory: Path) -> None:
        self._slurm = slurm
        self._script = directory / "bare.sh"
        self._script.write_text("#!/bin/sh\n#SBATCH --hold\n#SBATCH --mem=100M\nexit 0\n")

    async def __call__(self) -> list[float]:
        """One round: seconds for each job."""
        words = ["sbatch", f"--output={os.devnull}", str(self._script)]
        began = time.perf_counter()
        answers = await _few_at_once(
            [run_command(words, timeout_s=TIMEOUT_S) for _ in range(JOBS)], BARE_AT_ONCE
        )
        took = time.perf_counter() - began
        assert all(answer.code == 0 for answer in answers), answers
        self._slurm.call("scancel", "--me")
        return [took / JOBS]


async def _few_at_once(work: Sequence[Awaitable[T]], at_once: int) -> list[T]:
    turns = asyncio.Semaphore(at_once)

    async def one(part: Awaitable[T]) -> T:
        async with turns:
            return await part

    return await asyncio.gather(*(one(part) for part in work))


async def cluster_line(directory: Path, rounds: int) -> Line:
    """Ours beside sbatch on one Slurm; skipped where there is none."""
    if not all(map(_found, PROGRAMS)):
        return Line(NAME, SBATCH, None, goal_ratio=GOAL, skipped="slurm-wlm is not installed")
    root, files = directory / "cluster", directory / "slurm"
    for each in (root, files):
        each.mkdir()
    with private_slurm(files) as slurm:
        os.environ["SLURM_CONF"] = slurm.env["SLURM_CONF"]
        lane = ClusterLane(slurm, root)
        try:
            return await side_by_side(
                NAME,
                OurSubmits(lane),
                SBATCH,
                BareSubmits(slurm, directory),
                goal_ms=None,
                goal_ratio=GOAL,
                rounds=rounds,
            )
        finally:
            await lane.executor.close()
            del os.environ["SLURM_CONF"]


def _found(program: str) -> str | None:
    return shutil.which(program, path=os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/sbin")))
