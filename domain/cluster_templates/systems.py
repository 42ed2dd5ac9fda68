"""Which batch system a cluster's templates speak to."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import PurePath

from domain.documents.target import ClusterTemplates


class ClusterSystem(StrEnum):
    """The batch systems that Lanekeeper submits to."""

    SLURM = "slurm"
    PBS = "pbs"
    SGE = "sge"


DIRECTIVES: Mapping[ClusterSystem, str] = {
    ClusterSystem.SLURM: "#SBATCH",
    ClusterSystem.PBS: "#PBS",
    ClusterSystem.SGE: "#$",
}
"""How the lines of a script begin that are meant for the batch system."""


def system_of(templates: ClusterTemplates) -> ClusterSystem | None:
    """By the program that submits, else, as with a site's own wrapper, by the script's directives.

    None if neither tells. PBS and SGE have programs of the same names.
    """
    words = {PurePath(word).name for word in re.split(r"[\s'\"]+", templates.qsub_cmd_tpl)}
    lines = templates.script_tpl.splitlines()
    if "sbatch" in words:
        return ClusterSystem.SLURM
    if "qsub" not in words:
        return _by_directives(lines)
    is_sge = "-terse" in words or _count(lines, ClusterSystem.SGE) > _count(
        lines, ClusterSystem.PBS
    )
    return ClusterSystem.SGE if is_sge else ClusterSystem.PBS


def _by_directives(lines: Iterable[str]) -> ClusterSystem | None:
    counts = {system: _count(lines, system) for system in ClusterSystem}
    most = max(counts, key=lambda system: counts[system])
    return most if counts[most] else None


def _count(lines: Iterable[str], system: ClusterSystem) -> int:
    return sum(line.startswith(f"{DIRECTIVES[system]} ") for line in lines)
