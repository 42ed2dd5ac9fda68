"""The long runs of the simulation take what cores the other tests leave.

Without other workers they begin with the session and are waited for at its end. With workers
(pytest-xdist) one worker begins with them, and waits while the others work: take one more than
there are cores.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import IO

import pytest

LOWEST = 19
"""Of nice."""


@dataclass
class Run:
    """`python -m tests.simulation` under way, in an interpreter of its own."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]

    @classmethod
    def begin(cls, *arguments: str) -> "Run":
        """Start it; it takes what cores have left."""
        output = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the session ends
        command = ["nice", "-n", str(LOWEST), sys.executable, "-m", "tests.simulation", *arguments]
        return cls(subprocess.Popen(command, stdout=output, stderr=output), output)

    def end(self) -> str:
        """What it has said, once it has ended; raises AssertionError if it has failed."""
        code = self.process.wait()
        self.output.seek(0)
        said = self.output.read().decode()
        assert code == 0, said
        return said


RUNS = pytest.StashKey[dict[str, Run]]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those who wait for a long run come last; first, if there are other workers meanwhile."""
    come_first = _is_worker(config)
    items.sort(key=lambda item: (item.get_closest_marker("long_run") is None) is come_first)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin the runs that tests of this session will ask for."""
    config = session.config
    config.stash[RUNS] = {}
    if _is_worker(config) or config.option.collectonly or getattr(config.option, "tx", None):
        return
    for item in session.items:
        mark = item.get_closest_marker("long_run")
        if mark is not None:
            config.stash[RUNS][item.nodeid] = Run.begin(*mark.args)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing behind."""
    for run in session.config.stash.get(RUNS, {}).values():
        run.process.kill()
        run.process.wait()
        run.output.close()


@pytest.fixture
def said(request: pytest.FixtureRequest) -> str:
    """What the test's long run has said; it is waited for."""
    runs, id = request.config.stash[RUNS], request.node.nodeid
    if id not in runs:
        mark = request.node.get_closest_marker("long_run")
        assert mark is not None
        runs[id] = Run.begin(*mark.args)
    return runs[id].end()


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
