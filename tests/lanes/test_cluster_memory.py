"""Jobs that use more memory than they asked for, on a real Slurm of either kind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.status import JobStatus
from scheduler.cluster_word import explained
from scheduler.ending import End
from scheduler.executors.base import Sighting, SightingState
from tests.lanes.cluster import ClusterLane
from tests.lanes.slurm import Slurm, private_slurm
from tests.lanes.slurm_config import SlurmShape

HOARD = "exec python3 -c 'hoard = bytes([1]) * 300_000_000; import time; time.sleep(60)'"
"""The lane's script asks for 100 MB."""
BY_SAMPLES = SlurmShape(
    nodes=1,
    more=(
        "JobAcctGatherType=jobacct_gather/linux",
        "JobAcctGatherFrequency=task=1",
        "JobAcctGatherParams=OverMemoryKill",
    ),
)
BY_CGROUPS = SlurmShape(
    nodes=1,
    more=("ProctrackType=proctrack/cgroup", "TaskPlugin=task/cgroup"),
    cgroup=("ConstrainRAMSpace=yes",),
)
CGROUPS = [Path("/sys/fs/cgroup") / kind / "slurm_n1" for kind in ("freezer", "memory")]


@contextmanager
def slurm_of(
    shape: SlurmShape, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Slurm]:
    (directory / "slurm").mkdir()
    with private_slurm(directory / "slurm", shape) as slurm:
        monkeypatch.setenv("SLURM_CONF", slurm.env["SLURM_CONF"])
        yield slurm


async def end_of_a_hoarder(slurm: Slurm, root: Path) -> Sighting:
    """How a job is seen to end that takes three times its memory."""
    lane = ClusterLane(slurm, root)
    launch = lane.launch(HOARD)
    await lane.executor.start(launch)
    seen = await lane.until(
        launch, lambda seen: seen.state in (SightingState.LOST, SightingState.ENDED)
    )
    await lane.leave_idle()
    return seen


@pytest.mark.skipif(
    not all(os.access(group.parent, os.W_OK) for group in CGROUPS),
    reason="control groups of version 1 cannot be made here",
)
async def test_a_job_that_the_kernel_ends_within_its_limit_ran_out_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with slurm_of(BY_CGROUPS, tmp_path, monkeypatch) as slurm:
        seen = await end_of_a_hoarder(slurm, tmp_path)
    for group in CGROUPS:
        group.rmdir()

    assert seen.exit is not None
    end = explained(End(JobStatus.FAILED, "exit_code", datetime.now(UTC)), seen.cluster)
    assert end.exit_reason == "oom_killed"


async def test_a_job_whose_memory_slurm_samples_is_ended_with_its_supervisor_and_told_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slurm kills all of it at once and says no more than FAILED."""
    with slurm_of(BY_SAMPLES, tmp_path, monkeypatch) as slurm:
        seen = await end_of_a_hoarder(slurm, tmp_path)

    assert seen.state is SightingState.LOST
    end = explained(End(JobStatus.FAILED, "heartbeat_lost", datetime.now(UTC)), seen.cluster)
    assert "FAILED" in end.message
    assert "more memory than it asked for" in end.message
