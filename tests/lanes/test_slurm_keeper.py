"""The private Slurm of the tests leaves nothing behind, however its starter dies."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.lanes.slurm import Slurm

STARTER = """
import sys
from pathlib import Path
from tests.lanes.slurm import private_slurm
from tests.lanes.slurm_config import SlurmShape
with private_slurm(Path(sys.argv[1]), SlurmShape(nodes=1)) as slurm:
    script = slurm.files.directory / "job.sh"
    up = slurm.files.directory / "up"
    script.write_text(f"#!/bin/sh\\nsetsid sleep 1234 & echo > {up}; wait\\n")
    slurm.submit(script)
    slurm.until(up.exists, "the job to run")
    print(slurm._keeper.pid, flush=True)
    sys.stdin.read()
"""


def test_when_its_starter_is_killed_no_daemon_and_no_job_lives_on(
    slurm: Slurm, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as starter:
        assert starter.stdout is not None
        keeper = psutil.Process(int(starter.stdout.readline()))
        below = keeper.children(recursive=True)
        names = {process.name() for process in below}
        starter.send_signal(signal.SIGKILL)

    assert {"munged", "slurmctld", "slurmd", "sleep"} <= names
    _, alive = psutil.wait_procs([keeper, *below], timeout=10)
    assert alive == []


@pytest.mark.parametrize("name", ["ctld", "n1", "n2"])
def test_a_daemon_runs_under_the_keeper(slurm: Slurm, name: str) -> None:
    assert psutil.Process(slurm.pids[name]).is_running()
