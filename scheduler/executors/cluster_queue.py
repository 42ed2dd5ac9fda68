"""What clusters say of jobs, and what the words of squeue mean: evidence, never a result.

States and reasons: squeue(1) of Slurm 22.05. A state that is not known here counts as active.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ALL_MINE = ("squeue", "-h", "-a", "-r", "-t", "all", "--me", "-o", "%i|%T|%r|%N|%j")
"""One call for all jobs, ended ones too; the name comes last, since it may hold anything."""

ENDED = frozenset(
    {
        *("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED"),
        *("OUT_OF_MEMORY", "DEADLINE", "BOOT_FAIL", "REVOKED"),
    }
)
NODES_FAULTS = frozenset({"CANCELLED", "NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "SystemFailure"})
"""States and reasons of a job that did not begin on its node, for no fault of its own."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One job as a cluster lists it; `state` is the cluster's own word, `reason` its sentence.

    `has_ended`: it will not run (again) under this id; if `is_nodes_fault`, what ended it says
    nothing about the job. `is_pending`: it has not begun, and if `is_hopeless`, never will.
    `cause`: exit reason and sentence, if the state explains an end.
    """

    id: str
    state: str
    reason: str = ""
    has_ended: bool = False
    is_nodes_fault: bool = False
    is_pending: bool = False
    is_hopeless: bool = False
    cause: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        """State and reason, a sentence."""
        return f"Cluster job {self.id}: {self.state}{self._because}."

    @property
    def waits(self) -> str | None:
        """Why it has not started on the cluster, for its user; None if it does not wait."""
        if not self.is_pending:
            return None
        so_far = "will not start" if self.is_hopeless else "is pending"
        return f"Cluster job {self.id} {so_far}{self._because}."

    @property
    def _because(self) -> str:
        return f" ({self.reason})" if self.reason else ""


Rows = Mapping[str, QueueRow]
"""By the jobs' names, as far as the cluster shows them."""


def read_squeue(output: str) -> Rows:
    """Of rows with the same name the newest counts. What is no row is left out."""
    split = (line.split("|", 4) for line in output.splitlines())
    return {parts[4]: _of_slurm(*parts[:4]) for parts in split if len(parts) == 5}


def _of_slurm(id: str, state: str, reason: str, nodes: str) -> QueueRow:
    return QueueRow(
        id=id,
        state=state,
        reason="" if reason == "None" else reason,
        has_ended=state in ENDED,
        is_nodes_fault=nodes != "" and not NODES_FAULTS.isdisjoint((state, reason)),
        is_pending=state == "PENDING",
        is_hopeless=any(reason.startswith(hopeless) for hopeless in WILL_NOT_START),
        cause=CAUSES.get(state),
    )
