"""What an action is asked to do to jobs, and what became of each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.actions import JobAction
from domain.documents import Job, Operation
from domain.errors import (
    BuildErrors,
    DomainError,
    JobLocked,
    ProjectRefused,
    Protected,
    RestartInProgress,
    StatusRefused,
)
from domain.status import EVERY, JobStatus
from domain.uids import JobKey

NOT_APPLICABLE = (
    BuildErrors,
    JobLocked,
    ProjectRefused,
    Protected,
    RestartInProgress,
    StatusRefused,
)
"""Refusals that say how the job stands: it is skipped. Any other means that it failed."""


class Outcome(StrEnum):
    """What became of one job (contract: JobActionOutcome)."""

    APPLIED = "applied"
    ACCEPTED = "accepted"
    SKIPPED = "skipped"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    PLANNED = "planned"


class BulkPolicy(StrEnum):
    """What an action on many jobs does about those it cannot act on (BulkErrorPolicy)."""

    APPLY_APPLICABLE = "apply_applicable"
    ALL_OR_NOTHING = "all_or_nothing"
    STOP_ON_FIRST_ERROR = "stop_on_first_error"


class NoticeCode(StrEnum):
    """What the caller should know though nothing went wrong (contract: NoticeCode)."""

    LANE_OVERRIDDEN = "lane_overridden"
    ALREADY_IN_DESIRED_STATE = "already_in_desired_state"
    KILLED_FIRST = "killed_first"
    CLEARED_FIRST = "cleared_first"
    PARENT_NOT_INCLUDED = "parent_not_included"
    OUTPUTS_USED_BY_CHILDREN = "outputs_used_by_children"
    LINKED_ELSEWHERE = "linked_elsewhere"
    QUEUE_PLACE_KEPT = "queue_place_kept"
    EXPORT_INCOMPLETE = "export_incomplete"


@dataclass(frozen=True)
class Notice:
    """One notice, for people and for programs."""

    code: NoticeCode
    message: str


@dataclass(frozen=True)
class JobTarget:
    """A job and what the caller believes of it; a belief that is wrong refuses the action."""

    key: JobKey
    expected_revision: int | None = None
    expected_statuses: frozenset[JobStatus] | None = None

    @property
    def only_in(self) -> frozenset[JobStatus]:
        """The statuses in which the caller wants the action."""
        return EVERY if self.expected_statuses is None else self.expected_statuses


@dataclass
class Done:
    """What an action did to one job, or would do in a dry run.

    `skipped` says that the job already is what was asked for: nothing was or will be written.
    """

    job: Job
    operation: Operation | None = None
    notices: list[Notice] = field(default_factory=list)
    bytes_freed: int | None = None
    created_job: Job | None = None
    skipped: bool = False


@dataclass
class JobActionResult:
    """One job's result; `job` is the job afterwards, None if the caller may not see it."""

    index: int
    key: JobKey
    action: JobAction
    outcome: Outcome
    job: Job | None = None
    created_job: Job | None = None
    operation: Operation | None = None
    notices: list[Notice] = field(default_factory=list)
    bytes_freed: int | None = None
    errors: list[DomainError] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether nothing has been decided about the job so far."""
        return self.outcome is Outcome.NOT_ATTEMPTED and not self.errors

    def refuse(self, reasons: Sequence[DomainError]) -> None:
        """Settle that the action is refused, and whether the job was skipped or failed."""
        self.errors = list(reasons)
        skipped = all(isinstance(reason, NOT_APPLICABLE) for reason in reasons)
        self.outcome = Outcome.SKIPPED if skipped else Outcome.FAILED

    def take(self, done: Done, outcome: Outcome) -> None:
        """Settle what was done, or planned."""
        self.outcome = Outcome.SKIPPED if done.skipped else outcome
        self.job, self.created_job, self.operation = done.job, done.created_job, done.operation
        self.notices, self.bytes_freed = done.notices, done.bytes_freed
