"""Other programs as children of ours: what they say as they say it, and their end with our own."""

import os
import re
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from lanekeeper_job import Job, JobFailed

POLL_S = 0.2


class StoppedEarly(Exception):
    """The user wanted an early end; what was complete by then is usable."""


def follow(job: Job, argv: Sequence[str], hear: Callable[[str], None] = lambda _: None) -> None:
    """Run `argv` to its end; `hear` is called with each line that it says.

    All of them go to the job's log. Raises JobFailed with its last words if it fails, and
    StoppedEarly, after it was ended, when its user wants an early end.
    """
    job.log("$ " + " ".join(argv))
    last = ""
    with child(argv) as process:
        for line in lines(process):
            if line.strip():
                last = line.strip()
                sys.stdout.write(f"{line.rstrip()}\n")
                sys.stdout.flush()
                hear(last)
            if job.stop_requested:
                raise StoppedEarly
    if process.returncode != 0:
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
