"""What squeue says of jobs, and what its words mean for an attempt: evidence, never a result.

States and reasons: squeue(1) of Slurm 22.05. A state that is not known here counts as active.
"""

from collections.abc import Iterable
from dataclasses import dataclass

ALL_MINE = ("squeue", "-h", "-a", "-r", "-t", "all", "--me", "-o", "%i|%T|%r|%j")
"""One call for all jobs, ended ones too; the name comes last, since it may hold anything."""

ENDED = frozenset(
    {
        *("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED"),
        *("OUT_OF_MEMORY", "DEADLINE", "BOOT_FAIL", "REVOKED"),
    }
)
WILL_NOT_START = (
    *("PartitionTimeLimit", "PartitionNodeLimit", "PartitionConfig", "DependencyNeverSatisfied"),
    *("BadConstraints", "JobHeldAdmin", "launch failed requeued held"),
)

CAUSES = {
    "TIMEOUT": ("walltime", "The time limit of the cluster was reached."),
    "DEADLINE": ("walltime", "The deadline of the cluster was reached."),
    "OUT_OF_MEMORY": ("oom_killed", "The cluster ended it: it used more memory than it asked for."),
    "NODE_FAIL": ("node_down", "The cluster lost the node that it ran on."),
    "BOOT_FAIL": ("node_down", "The node that it was to run on did not boot."),
    "PREEMPTED": ("preempted", "The cluster gave its place to a job that goes before it."),
    "CANCELLED": ("cancelled_outside", "It was cancelled on the cluster, outside Lanekeeper."),
    "PENDING": ("requeued_outside", "It was requeued on the cluster, outside Lanekeeper."),
}
"""Ended state → exit reason and sentence; PENDING after a start means requeued."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One job as squeue lists it; `state` is the long word, `reason` may hold spaces."""

    id: str
    state: str
    reason: str
    name: str

    @property
    def has_ended(self) -> bool:
        """Whether it will not run (again) under this id."""
        return self.state in ENDED

    @property
    def cause(self) -> tuple[str, str] | None:
        """Exit reason and sentence, if the state explains an end."""
        return CAUSES.get(self.state)

    @property
    def waits(self) -> str | None:
        """Why it has not started on the cluster, for its user; None if it does not wait."""
        if self.state != "PENDING":
            return None
        hopeless = any(self.reason.startswith(reason) for reason in WILL_NOT_START)
        told = "" if self.reason == "None" else f" ({self.reason})"
        return f"Cluster job {self.id} {'will not start' if hopeless else 'is pending'}{told}."


def read_rows(lines: Iterable[str]) -> dict[str, QueueRow]:
    """By name; of rows with the same name the newest counts. What is no row is left out."""
    split = (line.split("|", 3) for line in lines)
    return {parts[3]: QueueRow(*parts) for parts in split if len(parts) == 4}
