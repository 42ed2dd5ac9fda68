"""Which programs of job types a machine lacks."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of a job type; the directories of `path` are searched before those of PATH."""

    names: tuple[str, ...]
    path: tuple[str, ...] = ()


Wanted = Mapping[str, Programs]
"""By job type, of those that need any."""


def lacking(wanted: Wanted) -> dict[str, str]:
    """Job type → the first of its programs that this machine lacks."""
    return {key: name for key, programs in wanted.items() if (name := _first_lacking(programs))}


def _first_lacking(programs: Programs) -> str | None:
    path = os.pathsep.join([*programs.path, os.environ.get("PATH", os.defpath)])
    return next((name for name in programs.names if shutil.which(name, path=path) is None), None)
