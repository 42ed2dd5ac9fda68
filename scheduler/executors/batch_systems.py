"""The batch systems: what each is asked, what its answers mean, and how its scripts are marked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from domain.cluster_templates import MARKS, ClusterSystem, Marks
from domain.documents.target import ClusterTemplates
from scheduler.executors import cluster_queue, pbs_queue, sge_queue
from scheduler.executors.cluster_queue import Rows


@dataclass(frozen=True, kw_only=True)
class BatchSystem:
    """One kind of cluster.

    all_jobs: the words that list all jobs. read: what they answer; None if it is no list, though
    it was given with code 0. ping: words by which to learn whether it lives, and how that looks.
    marks: how its scripts are marked. shown: the part of a name that the list is sure to have.
    id_in: matches a line of a submit's answer, with the id. tells_causes: the list says why jobs
    have ended. has_grace: a deleted job has time to write its result.
    """

    all_jobs: Sequence[str]
    read: Callable[[str], Rows | None]
    ping: Sequence[str]
    is_life: Callable[[str], bool]
    marks: Marks
    id_in: re.Pattern[str]
    shown: Callable[[str], str] = str
    tells_causes: bool = False
    has_grace: bool = False

    def read_id(self, output: str) -> str | None:
        """The id of a new job, on the last line that can be one; sites print greetings too."""
        lines = [line.strip() for line in output.splitlines()]
        found = [match for match in map(self.id_in.fullmatch, lines) if match]
        return next(filter(None, found[-1].groups()), None) if found else None

    def at_its_place(self, words: Sequence[str], templates: ClusterTemplates) -> Sequence[str]:
        """The words of a question, with the program at the place that the templates name."""
        program, *options = words
        named = (templates.qstat_cmd_tpl.split() or [program])[0]
        return [named if PurePath(named).name == program else program, *options]

    def cancelling(self, words: Sequence[str], name: str) -> Sequence[str]:
        """The words of a cancel; of scancel with the name too, since ids are given anew."""
        first, *rest = words
        return [first, f"--name={name}", *rest] if PurePath(first).name == "scancel" else words


SLURM = BatchSystem(
    all_jobs=cluster_queue.ALL_MINE,
    read=cluster_queue.read_squeue,
    ping=("scontrol", "ping"),
    is_life=lambda _: True,  # its code tells
    marks=MARKS[ClusterSystem.SLURM],
    id_in=re.compile(r"(?:Submitted batch job )?(\d+)(?:[;.].*)?(?: on cluster .*)?"),
    tells_causes=True,
    has_grace=True,
)
PBS = BatchSystem(
    all_jobs=pbs_queue.ALL,
    read=pbs_queue.read_qstat,
    ping=pbs_queue.SERVER,
    is_life=pbs_queue.is_table,
    shown=lambda name: name[: pbs_queue.SHOWN_CHARS],
    marks=MARKS[ClusterSystem.PBS],
    id_in=re.compile(r"(\d+)(?:\.[\w.-]+)?"),
)
SGE = BatchSystem(
    all_jobs=sge_queue.ALL_MINE,
    read=sge_queue.read_qstat_xml,
    ping=sge_queue.ALL_MINE,
    is_life=lambda output: sge_queue.read_qstat_xml(output) is not None,
    marks=MARKS[ClusterSystem.SGE],
    id_in=re.compile(r'(\d+)|\D*\b(\d+) \("lk-[^"]*"\).*'),
)
SYSTEMS: Mapping[ClusterSystem, BatchSystem] = {
    ClusterSystem.SLURM: SLURM,
    ClusterSystem.PBS: PBS,
    ClusterSystem.SGE: SGE,
}
