"""Run the commands of a cluster: without a shell, each in a session of its own, never for long."""

import asyncio
import os
import shlex
import signal
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

SETTINGS_PREFIX = "LANEKEEPER_"
"""The server's own settings: sbatch would hand its environment on to the job."""
_THREADS = ThreadPoolExecutor(max_workers=72, thread_name_prefix="cluster-commands")
"""More than are submitting at once, so that a poll never waits for a submit."""
REMOTE_SHELLS = frozenset({"ssh", "rsh", "gsissh"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said; `code` is None if it was ended because it took too long."""

    code: int | None
    out: str
    err: str

    @property
    def text(self) -> str:
        """The best sentence that it gives, for a user."""
        if self.code is None:
            return "The command did not answer in time."
        return (self.err.strip() or self.out.strip() or f"It ended with code {self.code}.")[-1000:]


async def run_command(argv: Sequence[str], *, timeout_s: float) -> Answer:
    """Run it to its end or, after `timeout_s`, kill its whole process group."""
    started: list[subprocess.Popen[str]] = []
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(_THREADS, _run, argv, timeout_s, started)
    except asyncio.CancelledError:
        for process in started:
            _kill(process)
        raise


def _run(argv: Sequence[str], timeout_s: float, started: "list[subprocess.Popen[str]]") -> Answer:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS_PREFIX)}
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            cwd="/",
            env=environment,
            text=True,
            errors="replace",
        )
    except OSError as error:
        return Answer(127, "", f"{error.strerror}: {argv[0]}")
    with process:
        started.append(process)
        try:
            out, err = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            _kill(process)
            return Answer(None, "", "")
    return Answer(process.returncode, out, err)


def _kill(process: "subprocess.Popen[str]") -> None:
    """Its group: a child left holding the pipe would keep us waiting."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def as_sent(words: Sequence[str], wrapper: str) -> str:
    """The words of a command as the value of `command` in a wrapper like "ssh login {{ command }}".

    ssh hands them to a shell on the other side: for it every word is quoted once more.
    """
    first = PurePath((shlex.split(wrapper) or [""])[0]).name
    quoted = [shlex.quote(word) for word in words]
    return shlex.join(quoted) if first in REMOTE_SHELLS else " ".join(quoted)
