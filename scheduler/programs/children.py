"""Other programs as children of ours: what they say as they say it, and their end with our own."""

import math
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from lanekeeper_job import Job, JobFailed

POLL_S = 0.2


class StoppedEarly(Exception):
    """The user wanted an early end; what was complete by then is usable.

    One that was killed may have been writing its last file.
    """

    def __init__(self, *, was_killed: bool = False) -> None:
        super().__init__()
        self.was_killed = was_killed


def follow(
    job: Job,
    argv: Sequence[str],
    hear: Callable[[str], None] = lambda _: None,
    *,
    look: Callable[[], None] = lambda: None,
    ask: Callable[["subprocess.Popen[bytes]"], float] = lambda _: 0.0,
    good: int = 0,
) -> None:
    """Run `argv` to its end; `hear` is called with each line, `look` several times a second.

    All lines go to the job's log. When its user wants an early end, `ask` asks the program for it,
    and tells how many seconds it has before it is killed. Raises StoppedEarly then, and JobFailed
    with its last words if it does not end with the exit code `good`.
    """
    job.log("$ " + " ".join(argv))
    last, give_up_at, look_at = "", math.inf, 0.0
    with child(argv) as process:
        for line in lines(process):
            if line.strip():
                last = line.strip()
                sys.stdout.write(f"{line.rstrip()}\n")
                sys.stdout.flush()
                hear(last)
            if time.monotonic() >= look_at:
                look()
                look_at = time.monotonic() + POLL_S
            if give_up_at == math.inf and job.stop_requested:
                give_up_at = time.monotonic() + ask(process)
            if time.monotonic() >= give_up_at:
                raise StoppedEarly(was_killed=True)
    if give_up_at < math.inf:
        raise StoppedEarly
    if process.returncode != good:
        said = f": {last[:500]}" if last else "."
        raise JobFailed(f"{argv[0]} ended with exit code {process.returncode}{said}")


def version_of(program: str) -> str:
    """The first version number that `program --version` says; raises JobFailed without one."""
    found = re.search(r"\d+\.\d+[\w.]*", answer_to(program, "--version"))
    if found is None:
        raise JobFailed(f"{program} does not say its version.")
    return found[0]


def answer_to(program: str, option: str) -> str:
    """All that the program says to an option such as --help, whatever its exit status."""
    try:
        said = subprocess.run([program, option], capture_output=True, text=True, check=False)
    except OSError as error:
        raise JobFailed(f"{program} is not installed: {error}") from error
    return said.stdout + said.stderr


@contextmanager
def child(argv: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """The program, which never outlives us."""
    try:
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise JobFailed(f"{argv[0]} cannot be started: {error}") from error
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def lines(process: "subprocess.Popen[bytes]") -> Iterator[str]:
    """What it says, line by line, and "" whenever it has said nothing for a moment."""
    assert process.stdout is not None
    unfinished, descriptor = b"", process.stdout.fileno()
    while True:
        if not select.select([descriptor], [], [], POLL_S)[0]:
            yield ""
            continue
        block = os.read(descriptor, 65536)
        if not block:
            break
        *whole, unfinished = re.split(rb"[\r\n]", unfinished + block)
        yield from (line.decode(errors="replace") for line in whole)
    process.wait()
    yield unfinished.decode(errors="replace")
