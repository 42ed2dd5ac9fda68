"""Run a program of RELION: its version, its options, its output, its way to stop.

What each wrapper must know (measured on 3.1.3): unknown options only warn, and the run ends well;
`RELION_JOB_ABORT_NOW` in the directory of `--pipeline_control` stops iterative programs; progress
comes between carriage returns; errors are lines with "ERROR:".
"""

import glob
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from children import StoppedEarly, answer_to, child, lines
from lanekeeper_job import Job, JobFailed

ABORT_S = 1.2
"""How long a program may take to stop by itself; then it is ended."""
END_S = 2.0
"""How long a program that is told to end may take for that; mpirun ends its ranks in it."""
ABORT_FILE = "RELION_JOB_ABORT_NOW"
MARKERS = (
    ABORT_FILE,
    "RELION_JOB_EXIT_SUCCESS",
    "RELION_JOB_EXIT_FAILURE",
    "RELION_JOB_EXIT_ABORTED",
)
GHOSTSCRIPT = "executing: gs "
"""It is missed for a PDF that nobody reads."""
UNTOLD = ("--pipeline_control", "--continue")
"""Options that the help of no program names."""
UNKNOWN_OPTION = "is not a valid RELION argument"


@dataclass(frozen=True)
class Release:
    """The versions that a job type is written for: `least` or newer, but below `below`."""

    name: str
    least: tuple[int, int]
    below: tuple[int, int]


RELION_3 = Release("3.1", (3, 1), (4, 0))
RELION_5 = Release("5", (5, 0), (6, 0))
RELION_3_TO_5 = Release("3.1, 4 or 5", (3, 1), (6, 0))
"""Of programs whose options have stayed the same."""


def version(program: str, release: Release) -> str:
    """The version of a RELION program; raises JobFailed unless it is one of the release."""
    said = answer_to(program, "--version")
    found = re.search(r"RELION version: (\d+)\.(\d+)(\S*)", said)
    if found is None:
        raise JobFailed(f"{program} does not say its version.")
    if not release.least <= (int(found[1]), int(found[2])) < release.below:
        raise JobFailed(
            f"{program} is RELION {found[1]}.{found[2]}; this job type needs {release.name}."
        )
    return f"{found[1]}.{found[2]}{found[3]}"


def check_options(program: str, argv: Sequence[str]) -> None:
    """Raises JobFailed for an option that the program's help does not name."""
    argv = argv[argv.index(program) :]
    known = {*re.findall(r"(--\w+)", answer_to(program, "--help")), *UNTOLD}
    unknown = [option for option in argv if option.startswith("--") and option not in known]
    if unknown:
        raise JobFailed(f"{program} of this version has no option {unknown[0]}.")


def run(
    job: Job,
    argv: Sequence[str],
    *,
    release: Release = RELION_3,
    watch: Callable[[], None] = lambda: None,
    aborts: bool = False,
) -> None:
    """Run `argv` to its end; `watch` is called several times a second, and once at the end.

    All that it says goes to the job's log. Raises JobFailed with its own words, and StoppedEarly
    when its user wanted an early end; with `aborts` it is asked to stop by itself first.
    """
    program = next(word for word in argv if word.startswith("relion_"))
    job.uses("RELION", version(program, release))
    check_options(program, argv)
    for marker in MARKERS:
        with suppress(FileNotFoundError):
            os.remove(job.path(marker))
    job.log("$ " + " ".join(argv))
    errors: list[str] = []
    with child(argv) as process:
        for line in lines(process):
            errors += note(line)
            watch()
            if job.stop_requested:
                stop(job, process, aborts=aborts)
                watch()
                raise StoppedEarly
    watch()
    tidy(job)
    if process.returncode != 0 or errors:
        raise JobFailed(reason(program, process.returncode, errors))


def tidy(job: Job) -> None:
    """Remove plots for a PDF that is not made."""
    for pattern in ("*.eps", "logfile.pdf*"):
        for path in glob.glob(job.path(pattern)):
            os.remove(path)


def note(line: str) -> list[str]:
    """Put a line into the job's log; it comes back if it tells of an error."""
    if not line.strip():
        return []
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()
    told = ("ERROR" in line or UNKNOWN_OPTION in line) and GHOSTSCRIPT not in line
    return [line.strip()] if told else []


def stop(job: Job, process: "subprocess.Popen[bytes]", *, aborts: bool) -> None:
    """End it: by its own way if it has one, else at once."""
    if aborts:
        open(job.path(ABORT_FILE), "w").close()
        give_up_at = time.monotonic() + ABORT_S
        while process.poll() is None and time.monotonic() < give_up_at:
            time.sleep(0.05)
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def reason(program: str, code: int | None, errors: Sequence[str]) -> str:
    """One sentence on why it failed, with its own words."""
    said = " ".join(errors[:2]).removeprefix("ERROR:").strip()
    return f"{program} failed: {said[:500]}" if said else f"{program} ended with exit code {code}."
