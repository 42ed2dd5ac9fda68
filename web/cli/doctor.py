"""`lanekeeper doctor`: what of the programs Lanekeeper can use is here, in plain words."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator

import psutil
from rich.console import Console
from rich.table import Table

from scheduler.executors.gpus import detect_gpus
from web.embedded_mongo import find_mongod
from web.static_files import DASHBOARD, PLAYGROUND

TIMEOUT_S = 10.0
GIB = 1024**3


def doctor() -> None:
    """Say what was found on this machine, and what that means."""
    table = Table("", "Found", "What it is for", box=None)
    for row in findings():
        table.add_row(*row)
    Console().print(table)


def findings() -> Iterator[tuple[str, str, str]]:
    """Rows of name, what was found, what it is for."""
    ram_gib = psutil.virtual_memory().total // GIB
    yield "This machine", f"{os.cpu_count()} cores, {ram_gib} GiB of memory", "runs jobs"
    yield "Python", platform.python_version(), "runs Lanekeeper; 3.11 or newer"
    mongod = find_mongod()
    yield (
        "mongod",
        f"{mongod} ({_version([str(mongod), '--version'])})" if mongod else "not found",
        "the embedded database; else set LANEKEEPER_MONGODB_URL",
    )
    gpus = detect_gpus()
    names = ", ".join(f"{gpu.index}: {gpu.name}" for gpu in gpus)
    yield "GPUs", names or "none (no NVIDIA driver answers)", "GPU jobs on this machine"
    yield "Slurm", _program("sbatch", "--version"), "cluster lanes"
    yield "RELION", _program("relion_refine", "--version"), "job types that wrap RELION"
    yield "Node.js", _program("node", "--version"), "building the pages; not needed to run"
    built = all((project / "index.html").is_file() for project in (DASHBOARD, PLAYGROUND))
    yield "Pages", "built" if built else "not built (make build)", "dashboard and playground"


def _program(name: str, option: str) -> str:
    path = shutil.which(name)
    return f"{path} ({_version([path, option])})" if path else "not found"


def _version(command: list[str]) -> str:
    """The first line that the command prints."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "does not answer"
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0].strip() if lines else "no version given"
