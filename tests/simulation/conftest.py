"""The long runs begin with the session, at the lowest priority, and are waited for at its end.

They want nothing but cores, while most other tests wait for processes and databases.
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
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those who wait for a long run come last."""
    items.sort(key=lambda item: item.get_closest_marker("long_run") is not None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin the runs that tests of this session will ask for."""
    marked = {item.nodeid: item.get_closest_marker("long_run") for item in session.items}
    wanted = {id: mark.args for id, mark in marked.items() if mark is not None}
    if not session.config.option.collectonly:
        session.config.stash[RUNS] = {id: Run.begin(*args) for id, args in wanted.items()}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing behind."""
    for run in session.config.stash.get(RUNS, {}).values():
        run.process.kill()
        run.process.wait()
        run.output.close()


@pytest.fixture
def said(request: pytest.FixtureRequest) -> str:
    """What the test's long run has said; it is waited for."""
    return request.config.stash[RUNS][request.node.nodeid].end()
