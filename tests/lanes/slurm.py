"""A private, throw-away Slurm: munged, slurmctld and several slurmd on one machine."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.lanes.slurm_config import SlurmFiles, SlurmShape

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel")
PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
TIMEOUT_S = 30.0
LOOK_EVERY_S = 0.05


class Slurm:
    """The running cluster. Daemons are called munged, ctld and by their node: n1, n2."""

    def __init__(self, files: SlurmFiles, keeper: "subprocess.Popen[str]") -> None:
        self.files = files
        self.pids: dict[str, int] = {}
        self._keeper = keeper
        outside = ("SLURM_", "SBATCH_", "SQUEUE_", "SCANCEL_")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(outside)}
        self.env = {**clean, "SLURM_CONF": str(files.config)}

    def start(self) -> None:
        """Start everything and wait until every node is idle."""
        socket = self.files.socket
        self._start(
            *("munged", "munged", "-F", "--force", f"--key-file={self.files.directory}/munge.key"),
            *(f"--socket={socket}", f"--pid-file={socket}.pid", f"--seed-file={socket}.seed"),
            *(f"--log-file={self.files.directory}/log/munged.log", "--num-threads=2"),
        )
        self.until(socket.exists, "munged to listen")
        self.start_controller()
        for node in self.files.shape.names:
            self.start_node(node)
        self.until(lambda: set(self.nodes().values()) == {"idle"}, "all nodes to be idle")

    def start_controller(self, *options: str) -> None:
        self._start("ctld", "slurmctld", "-D", "-f", str(self.files.config), *options)

    def start_node(self, node: str) -> None:
        self._start(node, "slurmd", "-D", "-N", node, "-f", str(self.files.config))

    def _start(self, name: str, program: str, *options: str) -> None:
        path = shutil.which(program, path=PLACES)
        stdin, stdout = _pipes(self._keeper)
        stdin.write(" ".join((name, str(path), *options)) + "\n")
        stdin.flush()
        self.pids[name] = int(stdout.readline())

    def signal(self, name: str, number: signal.Signals) -> None:
        os.kill(self.pids[name], number)

    def kill(self, name: str) -> None:
        """Kill -9 a daemon and wait until it is gone."""
        pid = self.pids.pop(name)
        os.kill(pid, signal.SIGKILL)
        self.until(lambda: is_dead(pid), f"{name} to die")

    def call(self, *argv: str, timeout_s: float = TIMEOUT_S) -> "subprocess.CompletedProcess[str]":
        """Run one of Slurm's commands."""
        return subprocess.run(
            argv,
            env=self.env,
            cwd=self.files.directory,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def submit(self, script: Path, *options: str) -> str:
        """The id of the new job."""
        out = self.call("sbatch", "--parsable", *options, str(script))
        assert out.returncode == 0, out.stderr
        return out.stdout.strip()

    def nodes(self) -> dict[str, str]:
        """Name → compact state; empty if the controller does not answer."""
        found = self.call("sinfo", "-h", "-N", "-o", "%N %t")
        rows = [line.split() for line in found.stdout.splitlines()]
        return dict(rows) if found.returncode == 0 else {}

    def job(self, id: str) -> tuple[str, str] | None:
        """State and reason; None if the controller does not list it."""
        found = self.call("squeue", "-h", "-t", "all", "-o", "%T|%r", "-j", id)
        if found.returncode != 0 or not found.stdout.strip():
            return None
        state, reason = found.stdout.strip().split("|", 1)
        return state, reason

    def until_job(self, id: str, *states: str) -> None:
        """Wait until the job is in one of the states."""
        self.until(lambda: (self.job(id) or ("", ""))[0] in states, f"{id} to be {states}")

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Ask again and again: Slurm tells nobody anything."""
        deadline = time.monotonic() + TIMEOUT_S
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError(f"Waited for {what}.\n{self.logs()}")
            time.sleep(LOOK_EVERY_S)

    def logs(self) -> str:
        """The last lines of every daemon."""
        parts = []
        for path in sorted((self.files.directory / "log").iterdir()):
            last = path.read_text(errors="replace").splitlines()[-15:]
            parts += [f"--- {path.name}", *last]
        return "\n".join(parts)


def is_dead(pid: int) -> bool:
    """Whether it runs no more; it need not be reaped yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rsplit(b")", 1)[1].split()[0] == b"Z"
    except OSError:
        return True


def _pipes(keeper: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    return keeper.stdin, keeper.stdout


@contextmanager
def private_slurm(directory: Path, shape: SlurmShape | None = None) -> Iterator[Slurm]:
    """A Slurm that is idle, and gone afterwards, also if this process dies."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=PLACES) is None]
    if missing:
        pytest.skip(f"Slurm is not installed: no {', '.join(missing)}")
    sockets = Path(tempfile.mkdtemp(prefix="slurm-"))
    sockets.chmod(0o755)  # munged refuses a directory that others cannot enter
    files = SlurmFiles(directory, sockets, shape or SlurmShape())
    files.write()
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.lanes.slurm_keeper", str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    slurm = Slurm(files, keeper)
    try:
        slurm.start()
        yield slurm
    finally:
        for pipe in _pipes(keeper):
            pipe.close()
        keeper.wait(TIMEOUT_S)
        shutil.rmtree(sockets, ignore_errors=True)
