"""A bench for attempts on a cluster: one executor with short patience, and its lane."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import psutil

from domain.cluster_templates import PRESETS, ClusterSystem, supervising
from domain.cluster_templates.render import Value
from domain.documents.target import ClusterTemplates
from scheduler.executors.attempt_files import SPEC
from scheduler.executors.base import AttemptRef, Launch, Sighting, SightingState
from scheduler.executors.cluster import ClusterExecutor, ClusterPace
from tests.lanes.slurm import Slurm

TIMEOUT_S = 30.0
SCRIPT = """#!/bin/sh
#SBATCH --output={{ job_dir_abs }}/cluster.log
#SBATCH --mem=100M
{% if num_gpu %}#SBATCH --gres=gpu:{{ num_gpu }}{% endif %}
{{ extra }}
exec {{ run_cmd }}
"""
TEMPLATES = ClusterTemplates(
    send_cmd_tpl="{{ command }}",
    qsub_cmd_tpl="sbatch {{ script_path_abs }}",
    qstat_cmd_tpl="squeue -j {{ cluster_job_id }}",
    qdel_cmd_tpl="scancel {{ cluster_job_id }}",
    qinfo_cmd_tpl=PRESETS[ClusterSystem.SLURM].qinfo_cmd_tpl,
    script_tpl=SCRIPT,
)
PACE = ClusterPace(poll_s=0.2, grace_s=2.0, timeout_s=20.0)


class Submitting:
    """Launches shell scripts through an executor, and waits for what is seen of them."""

    def __init__(self, executor: ClusterExecutor, root: Path) -> None:
        self.executor, self.root = executor, root
        self._woken = asyncio.Event()
        self.executor.listen(on_change=self._wake, on_messages=self._wake)

    def _wake(self, _key: str) -> None:
        self._woken.set()

    def launch(self, script: str, *, extra: str = "", gpus: int = 0) -> Launch:
        """A launch of a shell script, in a directory of its own; `extra` goes into its header."""
        number = len(list(self.root.glob("run-*"))) + 1
        directory = self.root / f"run-{number}"
        directory.mkdir()
        needs: dict[str, Value] = {"num_cpu": 1, "num_gpu": gpus, "ram_gb": 0.1}
        where: dict[str, Value] = {"job_dir_abs": str(directory), "extra": extra}
        return Launch(
            key=f"P1-J1#{number}",
            token=f"P1-J1#{number}-{os.urandom(4).hex()}",
            directory=directory,
            argv=("sh", "-c", script),
            cwd=directory,
            log=directory / "job.log",
            heartbeat_s=0.2,
            grace_s=1.0,
            values={**needs, **where, **supervising(directory / SPEC)},
        )

    async def look(self, attempt: AttemptRef) -> Sighting:
        return (await self.executor.observe([attempt]))[attempt.key]

    async def until(
        self,
        attempt: AttemptRef,
        is_enough: Callable[[Sighting], bool],
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> Sighting:
        """Look whenever woken, and every second, as the scheduler's sweep does."""
        async with asyncio.timeout(timeout_s):
            while True:
                self._woken.clear()
                seen = await self.look(attempt)
                if is_enough(seen):
                    return seen
                try:
                    await asyncio.wait_for(self._woken.wait(), 1.0)
                except TimeoutError:
                    continue

    async def until_state(self, attempt: AttemptRef, state: SightingState) -> Sighting:
        return await self.until(attempt, lambda seen: seen.state is state)

    async def until_running(self, attempt: AttemptRef) -> Sighting:
        return await self.until(attempt, lambda seen: seen.running_at is not None)

    async def id_of(self, attempt: AttemptRef) -> str:
        """The cluster's id, once it lists the job."""
        seen = await self.until(attempt, lambda seen: seen.cluster is not None)
        assert seen.cluster is not None
        return seen.cluster.job_id


class ClusterLane(Submitting):
    """Submits to a Slurm; the environment must name its slurm.conf."""

    def __init__(self, slurm: Slurm, root: Path, **templates: str) -> None:
        self.slurm = slurm
        super().__init__(ClusterExecutor(TEMPLATES.model_copy(update=templates), PACE), root)

    async def leave_idle(self) -> None:
        """Close it, and give the Slurm to the next test as it was."""
        await self.executor.close()
        self.slurm.call("scancel", "--me")
        idle = dict.fromkeys(self.slurm.files.shape.names, "idle")
        self.slurm.until(lambda: self.slurm.nodes() == idle, "the nodes to be idle again")


def supervisor_of(launch: Launch) -> psutil.Process:
    """The process that runs it on its node."""
    [supervisor] = [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(launch.directory / SPEC) in (process.info["cmdline"] or [])
    ]
    return supervisor
