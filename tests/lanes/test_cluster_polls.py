"""What following many jobs costs a cluster: one question per interval, whatever their number."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from scheduler.executors.base import AttemptRef
from scheduler.executors.batch_systems import SLURM
from scheduler.executors.cluster import ClusterExecutor, ClusterPace
from tests.lanes.cluster import TEMPLATES

JOBS = 2_000
PACE = ClusterPace(poll_s=0.5)
TIMEOUT_S = 30.0


class Site:
    """A site whose Slurm lists the jobs as pending, and notes every command that it gets."""

    def __init__(self, directory: Path, jobs: Sequence[AttemptRef]) -> None:
        self._names = [SLURM.marks.name_of(job.token) for job in jobs]
        self._rows, self._asked = directory / "rows", directory / "asked"
        self.programs = directory / "bin"
        self.programs.mkdir()
        for name in ("squeue", "sbatch", "scancel", "scontrol", "sinfo", "sacct"):
            program = self.programs / name
            program.write_text(f"#!/bin/sh\necho {name} >> {self._asked}\n/bin/cat {self._rows}\n")
            program.chmod(0o755)

    def say(self, reason: str) -> None:
        """Let all jobs wait for this reason from now on."""
        rows = [f"{n}|PENDING|{reason}||{name}\n" for n, name in enumerate(self._names, 1)]
        whole = self._rows.with_suffix(".new")
        whole.write_text("".join(rows))
        whole.rename(self._rows)

    @property
    def asked(self) -> list[str]:
        """The commands so far."""
        return self._asked.read_text().split() if self._asked.exists() else []


class Listener:
    """Knows which attempts an executor has woken somebody for."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self._woken = asyncio.Event()

    def hear(self, key: str) -> None:
        self.keys.add(key)
        self._woken.set()

    async def until_all(self) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            while len(self.keys) < JOBS:
                self._woken.clear()
                await self._woken.wait()
        self.keys.clear()


def attempt(number: int, root: Path) -> AttemptRef:
    directory = root / str(number)
    directory.mkdir()
    key = f"P1-J{number}#1"
    return AttemptRef(key=key, token=f"{key}-{number:08x}", directory=directory)


async def test_following_2000_jobs_takes_one_command_per_interval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [attempt(number, tmp_path) for number in range(JOBS)]
    site, listener = Site(tmp_path, jobs), Listener()
    site.say("Priority")
    monkeypatch.setenv("PATH", str(site.programs))
    executor = ClusterExecutor(TEMPLATES, PACE)
    executor.listen(on_change=listener.hear, on_messages=listener.hear)

    began = time.monotonic()
    await executor.observe(jobs)
    for reason in ("Resources", "BeginTime", "PartitionDown"):
        await listener.until_all()
        site.say(reason)
    await listener.until_all()
    seen = await executor.observe(jobs)
    took = time.monotonic() - began
    await executor.close()

    told = {sighting.cluster.waits for sighting in seen.values() if sighting.cluster is not None}
    assert len(told) == JOBS
    assert all("(PartitionDown)" in str(waits) for waits in told)
    assert set(site.asked) == {"squeue"}
    assert 4 <= len(site.asked) <= 1 + took / PACE.poll_s
