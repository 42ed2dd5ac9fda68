"""Which programs of job types a machine lacks."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from scheduler.supervise import DROPPED_VARIABLES

ANSWER_S = 2.0
"""How long a program may take to say its version."""
ASKING_S = 3.0
"""How long all programs may take together: whoever waits for the machine must not give it up."""
SETTINGS_PREFIX = "LANEKEEPER_"
"""The server's own settings, its database's password among them, are no business of programs."""

Given = tuple[tuple[str, str], ...]
"""Variables and their values, by name; PATH is among them."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a program must say of its version: asked by `command`, found by `pattern`'s first group.

    At least `least` and below `below`; each may be empty.
    """

    command: tuple[str, ...]
    pattern: str
    least: str = ""
    below: str = ""

    @property
    def wanted(self) -> str:
        """The program and its version, for people."""
        limits = (("≥", self.least), ("<", self.below))
        said = ", ".join(f"{sign} {limit}" for sign, limit in limits if limit)
        return f"{self.command[0]} {said}"


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of a job type; the directories of `path` are searched before those of PATH.

    `env` is what they are asked with, as they would be run.
    """

    names: tuple[str, ...]
    path: tuple[str, ...] = ()
    version: Version | None = None
    env: Mapping[str, str] = field(default_factory=dict)


Wanted = Mapping[str, Programs]
"""By job type, of those that need any."""


def lacking(wanted: Wanted) -> dict[str, str]:
    """Job type → the first of its programs that this machine lacks, or has in another version.

    One that does not say its version is taken for the right one: its job will find out. Each
    program is asked once, until its file changes; all together have ASKING_S, and who was not
    asked by then is asked the next time.
    """
    give_up_at = time.monotonic() + ASKING_S
    found = {key: _first_lacking(programs, give_up_at) for key, programs in wanted.items()}
    return {key: name for key, name in found.items() if name is not None}


def _first_lacking(programs: Programs, give_up_at: float) -> str | None:
    path = os.pathsep.join([*programs.path, os.environ.get("PATH", os.defpath)])
    for name in programs.names:
        if shutil.which(name, path=path) is None:
            return name
    version = programs.version
    if version is None:
        return None
    given = tuple(sorted({**programs.env, "PATH": path}.items()))
    return version.wanted if _is_another(version, given, give_up_at) else None


def _is_another(version: Version, given: Given, give_up_at: float) -> bool:
    found = shutil.which(version.command[0], path=dict(given)["PATH"])
    left_s = give_up_at - time.monotonic()
    if found is None or left_s <= 0:
        return False
    try:
        changed_ns = os.stat(found).st_mtime_ns
        said = _answer((found, *version.command[1:]), given, changed_ns)
    except (OSError, subprocess.TimeoutExpired):
        return False
    match = re.search(version.pattern, said)
    if match is None:
        return False
    numbers = _numbers(match[1])
    too_old = bool(version.least) and numbers < _numbers(version.least)
    return too_old or (bool(version.below) and numbers >= _numbers(version.below))


@lru_cache(maxsize=256)
def _answer(argv: tuple[str, ...], given: Given, _changed_ns: int) -> str:
    """All that it says, whatever its exit status. Raises OSError and TimeoutExpired."""
    done = subprocess.run(
        argv,
        env={**_inherited(), **dict(given)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=ANSWER_S,
        check=False,
    )
    return done.stdout.decode(errors="replace")


def _inherited() -> dict[str, str]:
    """Of our environment what programs of jobs get too."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in DROPPED_VARIABLES and not name.startswith(SETTINGS_PREFIX)
    }


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with: "5.0.1-beta" is (5, 0, 1)."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
