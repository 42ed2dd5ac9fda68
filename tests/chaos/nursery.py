"""Starts `lanekeeper scheduler` and `lanekeeper api` fast: imports the product once, then forks.

`python -m tests.chaos.nursery` reads orders, one JSON object a line: {"command": "scheduler",
"environment": {…}, "log": "/path"}; it answers with a pid a line. Orphans of its children come to
it and are reaped, as by the first process of a machine.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scheduler.supervise import PR_SET_CHILD_SUBREAPER, prctl
from tests.chaos.planted import PLANTED, plant
from web.cli import api, scheduler
from web.cli.main import app

STARTED = {"api": api, "scheduler": scheduler}
"""What can be asked for, imported already."""


class Nursery:
    """The running nursery, as its user sees it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Whose children all processes are."""
        return self._process.pid

    def start(self, command: str, environment: Mapping[str, str], log: Path) -> int:
        """Start `lanekeeper COMMAND` with LANEKEEPER_… settings; its pid."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"command": command, "environment": dict(environment), "log": str(log)}
        assert command in STARTED
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def running_nursery() -> Iterator[Nursery]:
    """A nursery; whoever has started processes in it ends them first."""
    command = [sys.executable, "-m", "tests.chaos.nursery"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(20)


def serve() -> None:
    """Carry orders out until the end of input."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGCHLD, _reap)
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _reap(*_: object) -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _become(order: Mapping[str, object]) -> None:
    """In the child: never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        environment = order["environment"]
        assert isinstance(environment, dict)
        os.environ.update(environment)
        plant(environment.get(PLANTED))
        code = app([str(order["command"])], standalone_mode=False) or 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except Exception:  # noqa: BLE001 - nobody else would tell
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
