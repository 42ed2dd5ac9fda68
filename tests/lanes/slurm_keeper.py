"""Keeps a private Slurm alive for as long as its starter holds the pipe to us.

`python -m tests.lanes.slurm_keeper DIRECTORY` runs what `slurm.conf` there describes. A line on
stdin starts one daemon ("NAME PROGRAM ARGUMENT…"); the answer is its pid. At the end of stdin,
however the starter died, every daemon and every step of a job is killed: we are their reaper.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from scheduler.supervise import PR_SET_CHILD_SUBREAPER, descendants, prctl


def start(directory: Path, name: str, argv: list[str]) -> int:
    """Start a daemon in a session of its own; its pid."""
    with (directory / "log" / f"{name}.out").open("ab") as out:
        process = subprocess.Popen(
            argv,
            env={**os.environ, "SLURM_CONF": str(directory / "slurm.conf")},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=directory,
            start_new_session=True,
        )
    return process.pid


def kill_all() -> None:
    """Kill whatever lives below us until nothing does."""
    while True:
        for pid in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def main(directory: Path) -> None:
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the end of stdin is the one way out
    try:
        for line in sys.stdin:
            name, *argv = line.split()
            sys.stdout.write(f"{start(directory, name, argv)}\n")
            sys.stdout.flush()
    finally:
        kill_all()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
