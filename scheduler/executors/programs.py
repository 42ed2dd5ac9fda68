"""Which programs of job types a machine lacks."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

ANSWER_S = 5.0
"""How long a program may take to say its version."""


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
    """The programs of a job type; the directories of `path` are searched before those of PATH."""

    names: tuple[str, ...]
    path: tuple[str, ...] = ()
    version: Version | None = None


Wanted = Mapping[str, Programs]
"""By job type, of those that need any."""


def lacking(wanted: Wanted) -> dict[str, str]:
    """Job type → the first of its programs that this machine lacks, or has in another version.

    One that does not say its version is taken for the right one: its job will find out. Asks
    each program once, until its file changes.
    """
    return {key: name for key, programs in wanted.items() if (name := _first_lacking(programs))}


def _first_lacking(programs: Programs) -> str | None:
    path = os.pathsep.join([*programs.path, os.environ.get("PATH", os.defpath)])
    for name in programs.names:
        if shutil.which(name, path=path) is None:
            return name
    version = programs.version
    return version.wanted if version is not None and _is_another(version, path) else None


def _is_another(version: Version, path: str) -> bool:
    found = shutil.which(version.command[0], path=path)
    if found is None:
        return False
    try:
        changed_ns = os.stat(found).st_mtime_ns
    except OSError:
        return False
    match = re.search(version.pattern, _answer((found, *version.command[1:]), changed_ns))
    if match is None:
        return False
    numbers = _numbers(match[1])
    too_old = bool(version.least) and numbers < _numbers(version.least)
    return too_old or (bool(version.below) and numbers >= _numbers(version.below))


@lru_cache(maxsize=256)
def _answer(argv: tuple[str, ...], _changed_ns: int) -> str:
    """All that it says, whatever its exit status; nothing if it cannot be asked."""
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=ANSWER_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace")


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with: "5.0.1-beta" is (5, 0, 1)."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
