"""Run the commands of a cluster: without a shell, each in a session of its own, never for long."""

import asyncio
import os
import shlex
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

SETTINGS_PREFIX = "LANEKEEPER_"
"""The server's own settings: sbatch would hand its environment on to the job."""
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
    environment = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS_PREFIX)}
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            cwd="/",
            env=environment,
        )
    except OSError as error:
        return Answer(127, "", f"{error.strerror}: {argv[0]}")
    try:
        async with asyncio.timeout(timeout_s):
            out, err = await process.communicate()
    except TimeoutError:
        return Answer(None, "", "")
    finally:  # also when we are cancelled: a child that holds the pipe must not outlive us
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return Answer(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


def as_sent(words: Sequence[str], wrapper: str) -> str:
    """The words of a command as the value of `command` in a wrapper like "ssh login {{ command }}".

    ssh hands them to a shell on the other side: for it every word is quoted once more.
    """
    first = PurePath((shlex.split(wrapper) or [""])[0]).name
    quoted = [shlex.quote(word) for word in words]
    return shlex.join(quoted) if first in REMOTE_SHELLS else " ".join(quoted)
