"""What is added to every script that is submitted: a name by which we know the job, no requeue."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.cluster_templates.systems import ClusterSystem

SHORT_NAME_CHARS = 15
"""The longest name that every PBS takes."""
OPEN_END = "…"
"""The last part of the token of a run that has none yet."""


@dataclass(frozen=True, kw_only=True)
class Marks:
    """One batch system's. `name_of`: a job's name by the attempt's token. `lines`: the directives
    that give it, and forbid a requeue. `at_end`: directives count after the first command too.
    """

    name_of: Callable[[str], str]
    lines: Callable[[str], Sequence[str]]
    at_end: bool = False


def long_name(token: str) -> str:
    """The token, without "#"."""
    return f"lk-{token.replace('#', '-')}"


def short_name(token: str) -> str:
    """A digest of the token: the first nine characters still tell a thousand jobs apart."""
    if token.endswith(OPEN_END):
        return f"lk{OPEN_END}"
    digest = base64.b32encode(hashlib.sha256(token.encode()).digest()).decode().lower()
    return f"lk{digest}"[:SHORT_NAME_CHARS]


MARKS: Mapping[ClusterSystem, Marks] = {
    ClusterSystem.SLURM: Marks(
        name_of=long_name,
        lines=lambda name: (f"#SBATCH --job-name={name}", "#SBATCH --no-requeue"),
    ),
    ClusterSystem.PBS: Marks(
        name_of=short_name, lines=lambda name: (f"#PBS -N {name}", "#PBS -r n")
    ),
    ClusterSystem.SGE: Marks(
        name_of=long_name, lines=lambda name: (f"#$ -N {name}", "#$ -r n"), at_end=True
    ),
}


def marked(script: str, marks: Marks, token: str) -> str:
    """The script with directives of ours, after all others that count: later ones win.

    Those of its head count, before the first command; with `at_end`, all of the script's.
    """
    lines = script.splitlines()
    is_head = [marks.at_end or not line.strip() or line.startswith("#") for line in lines]
    end = is_head.index(False) if False in is_head else len(lines)
    own = marks.lines(marks.name_of(token))
    return "\n".join([*lines[:end], *own, *lines[end:]]) + "\n"
