"""Children of `serve`: they end with their parent, on time, and are waited for without polling."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from web.child import Child

ROOT = Path(__file__).parents[2]
SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "open({ready!r}, 'w'); time.sleep(600)"
)
PARENT = (
    "import signal, sys; from web.child import Child; "
    "child = Child([sys.executable, '-c', 'import time; time.sleep(600)']); "
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); "  # the child inherits that
    "child.start(); print(child.pid, flush=True); signal.pause()"
)


def python(code: str) -> Child:
    return Child([sys.executable, "-c", code])


@contextmanager
def parent_and_child() -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """A process of ours with one Child that sleeps; both are gone at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        try:
            yield parent, child
        finally:
            parent.kill()
            with suppress(psutil.NoSuchProcess):
                child.kill()


def has_ended(pidfd: int, timeout_s: float) -> bool:
    """Whether the process ends in time; a pidfd is readable from its end on."""
    return bool(select.select([pidfd], [], [], timeout_s)[0])


def test_a_child_ends_when_its_parent_is_killed_even_if_it_ignores_polite_signals() -> None:
    with parent_and_child() as (parent, child):
        pidfd = os.pidfd_open(child.pid)
        was_alive = not has_ended(pidfd, 0)

        parent.kill()

        assert was_alive
        assert has_ended(pidfd, timeout_s=10)
        os.close(pidfd)


def test_ctrl_c_in_the_terminal_reaches_the_parent_alone() -> None:
    with parent_and_child() as (parent, child):
        assert os.getsid(child.pid) == child.pid
        assert os.getsid(parent.pid) != child.pid


async def test_the_exit_code_is_told() -> None:
    child = python("raise SystemExit(7)")
    child.start()

    assert await child.wait() == 7


async def test_a_signal_is_told_as_a_negative_code() -> None:
    child = python(SLEEP)
    child.start()
    os.kill(child.pid, signal.SIGKILL)

    assert await child.wait() == -signal.SIGKILL


async def test_two_may_wait_for_the_same_child() -> None:
    child = python(SLEEP)
    child.start()
    waiting = [asyncio.create_task(child.wait()) for _ in range(2)]
    await asyncio.sleep(0)

    await child.stop(timeout_s=5)

    assert await asyncio.gather(*waiting) == [-signal.SIGTERM] * 2


async def test_a_child_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    os.mkfifo(ready)  # opening it for reading returns once the child has opened it
    child = python(STUBBORN.format(ready=str(ready)))
    child.start()
    await asyncio.to_thread(lambda: ready.open("rb").close())
    began = time.monotonic()

    await child.stop(timeout_s=0.2)

    assert await child.wait() == -signal.SIGKILL
    assert time.monotonic() - began < 5


async def test_stopping_a_child_that_has_ended_does_nothing() -> None:
    never_started = python(SLEEP)
    ended = python("")
    ended.start()
    await ended.wait()

    await never_started.stop(timeout_s=1)
    await ended.stop(timeout_s=1)

    assert await ended.wait() == 0


async def test_a_child_can_be_started_again() -> None:
    child = python("raise SystemExit(3)")
    child.start()
    first = child.pid
    await child.wait()

    child.start()

    assert child.pid != first
    assert await child.wait() == 3


async def test_a_child_gets_the_environment_it_is_given_and_no_input() -> None:
    code = "import os, sys; sys.exit(len(os.environ['ONLY']) + len(sys.stdin.read()))"
    child = Child([sys.executable, "-S", "-c", code], {"ONLY": "four"})
    child.start()

    assert await child.wait() == 4


def test_a_program_that_is_not_there_is_an_error_of_the_caller() -> None:
    with pytest.raises(FileNotFoundError):
        Child(["/no/such/program"]).start()
