"""The one road of every job action: get, ask the rule, act, one result per job.

One job is a list of one. Results come in request order; a job that fails stops no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from domain import operations
from domain.actions import JobAction, JobFacts, is_held, refusals
from domain.documents import Job, Operation, Project
from domain.errors import (
    BuildProblem,
    DomainError,
    JobMoved,
    NotFound,
    RevisionConflict,
    StatusRefused,
)
from domain.status import EVERY, JobStatus
from domain.uids import JobKey
from domain.use_cases.context import Request
from domain.visibility import visible_job


class Outcome(StrEnum):
    """What became of one job (contract: JobActionOutcome)."""

    APPLIED = "applied"
    ACCEPTED = "accepted"
    SKIPPED = "skipped"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    PLANNED = "planned"


class NoticeCode(StrEnum):
    """What the caller should know though nothing went wrong (contract: NoticeCode)."""

    LANE_OVERRIDDEN = "lane_overridden"
    ALREADY_IN_DESIRED_STATE = "already_in_desired_state"
    OUTPUTS_USED_BY_CHILDREN = "outputs_used_by_children"
    QUEUE_PLACE_KEPT = "queue_place_kept"


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
    """What an action did to one job, or would do in a dry run."""

    job: Job
    operation: Operation | None = None
    notices: list[Notice] = field(default_factory=list)
    bytes_freed: int | None = None


@dataclass
class JobActionResult:
    """One job's result; `job` is the job afterwards, None if the caller may not see it."""

    index: int
    key: JobKey
    action: JobAction
    outcome: Outcome
    job: Job | None = None
    operation: Operation | None = None
    notices: list[Notice] = field(default_factory=list)
    bytes_freed: int | None = None
    errors: list[DomainError] = field(default_factory=list)


class Action(Protocol):
    """One action with its options; `apply` makes conditional writes and may be refused."""

    @property
    def name(self) -> JobAction:
        """Which action it is."""

    async def plan(self, request: Request, job: Job) -> Done:
        """Check what only the database can tell, and say what `apply` would do."""

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        """Do it; raises DomainError, JobMoved included, and then has changed nothing."""


async def act(
    request: Request, targets: Sequence[JobTarget], action: Action, *, dry_run: bool = False
) -> list[JobActionResult]:
    """Apply `action` to each of `targets` that it is open for, in their order."""
    return [
        await _act_on_one(request, index, target, action, dry_run=dry_run)
        for index, target in enumerate(targets)
    ]


async def _act_on_one(
    request: Request, index: int, target: JobTarget, action: Action, *, dry_run: bool
) -> JobActionResult:
    result = JobActionResult(index, target.key, action.name, Outcome.FAILED)
    try:
        result.job = await visible_job(request.viewer, target.key)
        await _decide(request, result, result.job, target, action, dry_run=dry_run)
    except JobMoved:
        await _explain_move(request, result)
    except DomainError as refusal:
        result.errors = [refusal]
    return result


async def _decide(
    request: Request,
    result: JobActionResult,
    job: Job,
    target: JobTarget,
    action: Action,
    *,
    dry_run: bool,
) -> None:
    _check_beliefs(job, target)
    if is_held(job.status, action.name) and not job.deleted:
        result.outcome = Outcome.SKIPPED
        notice = f"Job {job.uid} is {job.status} already."
        result.notices = [Notice(NoticeCode.ALREADY_IN_DESIRED_STATE, notice)]
        return
    result.errors = refusals(action.name, await facts_of(job), request.viewer)
    if result.errors:
        return
    planned = await action.plan(request, job)
    done = planned if dry_run else await action.apply(request, job, target)
    acted = Outcome.ACCEPTED if done.operation is not None else Outcome.APPLIED
    result.outcome = Outcome.PLANNED if dry_run else acted
    result.job, result.operation = done.job, done.operation
    result.notices, result.bytes_freed = done.notices, done.bytes_freed


def _check_beliefs(job: Job, target: JobTarget) -> None:
    if target.expected_revision not in (None, job.revision):
        assert target.expected_revision is not None
        raise RevisionConflict(
            f"Job {job.uid} has changed since you read it.",
            expected=target.expected_revision,
            current=job.revision,
            object_id=job.id,
        )
    if job.status not in target.only_in:
        message = f"Job {job.uid} is {job.status} by now."
        raise StatusRefused(message, current=job.status, allowed=target.only_in)


async def _explain_move(request: Request, result: JobActionResult) -> None:
    """Somebody was quicker: say so with the rule's own words for the job as it is now."""
    try:
        job = result.job = await visible_job(request.viewer, result.key)
    except NotFound as gone:
        result.errors = [gone]
        return
    reasons = refusals(result.action, await facts_of(job), request.viewer)
    message = f"Job {job.uid} changed at the same moment; it is {job.status} now."
    result.errors = reasons or [StatusRefused(message, current=job.status)]


async def facts_of(job: Job) -> JobFacts:
    """What the rules need to know of the job, its project and its operation."""
    project = await Project.get(job.project_uid)
    operation = await operations.open_operation(job.active_operation)
    return facts(job, project, operation)


def facts(job: Job, project: Project | None, operation: Operation | None) -> JobFacts:
    """The same, of documents that were read before; `operation` only if it is open."""
    problems = tuple(BuildProblem(e.type, tuple(e.loc), e.message) for e in job.build_errors)
    return JobFacts(
        uid=job.uid,
        status=job.status,
        project_uid=job.project_uid,
        deleted=job.deleted,
        project_writable=project is not None and not (project.archived or project.detached),
        operation=operation.id if operation else None,
        operation_action=operation.action if operation else None,
        build_problems=problems,
    )
