"""Run the commands of a cluster: without a shell, each in a session of its own, never for long."""

import asyncio
import os
import shlex
import signal
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from errno import EAGAIN, EBADF, EINPROGRESS, EINTR, ENOTSOCK, EPIPE
from pathlib import PurePath

SETTINGS_PREFIX = "LANEKEEPER_"
"""The server's own settings: sbatch would hand its environment on to the job."""
_THREADS = ThreadPoolExecutor(max_workers=72, thread_name_prefix="cluster-commands")
"""More than four clusters submit at once, so that a poll seldom waits for a submit."""
PASSING = (
    *("Socket timed out", "Unable to contact", "in standby mode", "try again", "Zero Bytes"),
    *("Unexpected message received", "Message send failure", "Message receive failure"),
    *("Communication ", "Header lengths", "Insane message", "Protocol authentication error"),
    *("missing socket", "authentication agent", "slurm_msg_sendto", "slurm_receive_msg"),
    *map(os.strerror, (EAGAIN, EBADF, EINTR, EPIPE, *range(ENOTSOCK, EINPROGRESS + 1))),
)
"""What is refused with these words may be taken later: the controller was not there, or not whole
(Slurm 22.05: slurm_errno.c, and whatever Linux says of a socket)."""
SUBMITS_AT_ONCE = 16
"""A controller takes one after the other; more of them only take cores from each other."""
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

    @property
    def is_passing(self) -> bool:
        """Whether the cluster took nothing just now, or did not say."""
        return self.code is None or any(text in self.err for text in PASSING)


class Submits:
    """Submits a few jobs at once by `run`, and spares those that wait a cluster that takes none."""

    def __init__(self, run: Callable[[Sequence[str]], Awaitable[Answer]]) -> None:
        self._run = run
        self._turns = asyncio.Semaphore(SUBMITS_AT_ONCE)
        self._refusals = 0
        self._last_refusal = Answer(None, "", "")

    async def submit(self, argv: Sequence[str]) -> Answer:
        """The answer; that of another, and nothing was run, if it came while we waited."""
        refusals = self._refusals
        async with self._turns:
            if self._refusals > refusals:
                return self._last_refusal
            answer = await self._run(argv)
        if answer.is_passing:
            self._refusals, self._last_refusal = self._refusals + 1, answer
        return answer


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
