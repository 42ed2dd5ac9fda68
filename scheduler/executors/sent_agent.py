"""The agent as it is sent to a node: a command for its shell, and the program for its stdin."""

import json
import shlex
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = (
    "__init__",
    "supervise",
    "executors/__init__",
    *(f"executors/{name}" for name in ("base", "attempt_files", "directory_watch", "gpus")),
    *(f"executors/{name}" for name in ("process_identity", "watched_attempts", "local")),
    *(f"executors/{name}" for name in ("programs", "wire", "agent")),
)
"""What runs on nodes; needs the standard library alone."""

NO_PYTHON = 127
PYTHONS = (sys.executable, "python3", "python3.13", "python3.12", "python3.11")
"""In this order; over a shared file system the server's own is there too."""
IS_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))"
FIND_PYTHON = (
    f'for python in "$@"; do "$python" -c "{IS_NEW_ENOUGH}" 2>/dev/null '
    f'&& exec "$python" -I -S -c "$0"; done; exit {NO_PYTHON}'
)
READ_PROGRAM = "import sys; f = sys.stdin.buffer; exec(f.read(int(f.readline())))"


def command() -> str:
    """For any login shell; it runs the first interpreter that is new enough, or exits with 127."""
    return shlex.join(["/bin/sh", "-c", FIND_PYTHON, READ_PROGRAM, *PYTHONS])


@cache
def program() -> bytes:
    """Its length in a line, then the program."""
    scheduler = ROOT / "scheduler"
    sources = {f"scheduler/{name}.py": (scheduler / f"{name}.py").read_text() for name in MODULES}
    bootstrap = (scheduler / "executors" / "bootstrap.py").read_text()
    call = f"begin({json.dumps(sources)}, 'scheduler.executors.agent:main')"
    text = f"{bootstrap}\n{call}\n".encode()
    return b"%d\n%b" % (len(text), text)
