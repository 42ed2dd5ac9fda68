"""Which action is open for which job, and why not: the one rule behind mutations and buttons.

The table is 04-lifecycle, section 2. Values in, refusals out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.error_codes import ErrorCode
from domain.errors import (
    BuildErrors,
    BuildProblem,
    DomainError,
    Forbidden,
    JobLocked,
    ProjectRefused,
    StatusRefused,
)
from domain.permissions import Permission, Viewer
from domain.status import ACTIVE, DONE, JobStatus


class JobAction(StrEnum):
    """Everything that can be done to a job (contract: JobAction)."""

    QUEUE = "queue"
    LINK = "link"
    UNLINK = "unlink"
    MOVE = "move"
    KILL = "kill"
    RESTART = "restart"
    CLEAR = "clear"
    CLEAR_INTERMEDIATE_RESULTS = "clear_intermediate_results"
    EXPORT = "export"
    CLONE = "clone"
    CLONE_CHAIN = "clone_chain"
    MARK_COMPLETE = "mark_complete"
    DELETE = "delete"
    SET_PRIORITY = "set_priority"
    ADD_TAGS = "add_tags"
    REMOVE_TAGS = "remove_tags"
    SET_FINAL_RESULT = "set_final_result"
    RUN_QUICK_ACTION = "run_quick_action"
    CHANGE_LANE = "change_lane"
    HOLD = "hold"
    RELEASE = "release"
    UPDATE = "update"
    CONNECT_INPUT = "connect_input"
    DISCONNECT_INPUT = "disconnect_input"
    SUBMIT_INTERACTION = "submit_interaction"
    IMPORT = "import"


@dataclass(frozen=True)
class JobFacts:
    """What the rules look at; `operation` holds the job, `operation_action` says for what."""

    uid: str
    status: JobStatus
    project_uid: str
    deleted: bool = False
    project_writable: bool = True
    operation: str | None = None
    operation_action: str | None = None
    build_problems: tuple[BuildProblem, ...] = field(default=())


Rule = Callable[[JobFacts], DomainError | None]


def refusals(action: JobAction, job: JobFacts, viewer: Viewer) -> list[DomainError]:
    """Every reason why `viewer` may not do `action` to `job` now; empty if it may."""
    if job.deleted:
        message = f"Job {job.uid} is deleted."
        return [StatusRefused(message, current=job.status, code=ErrorCode.JOB_DELETED)]
    found = (rule(job) for rule in (*_FOR_ALL, *_RULES[action]))
    reasons = [reason for reason in found if reason is not None]
    if not viewer.has(Permission.WRITE):
        message = f"Your credentials do not allow to {action.replace('_', ' ')} jobs."
        reasons.insert(0, Forbidden(message, required=Permission.WRITE))
    return reasons


def is_held(status: JobStatus, action: JobAction) -> bool:
    """Whether a job in `status` already is what `action` would make it; that is no error."""
    return action is JobAction.CLEAR and status is JobStatus.BUILDING


def _project_is_writable(job: JobFacts) -> DomainError | None:
    if job.project_writable:
        return None
    message = f"Project {job.project_uid} is archived or detached."
    return ProjectRefused(message, project_uid=job.project_uid)


def _is_not_locked(job: JobFacts) -> DomainError | None:
    if job.operation is None or job.operation_action == JobAction.KILL:
        return None
    message = f"Job {job.uid} is being worked on ({job.operation_action})."
    return JobLocked(message, operation_id=job.operation)


def _is_building(job: JobFacts) -> DomainError | None:
    if job.status is JobStatus.BUILDING:
        return None
    message = f"Job {job.uid} is {job.status}; only a building job can be changed."
    suggested = None if job.status in ACTIVE else JobAction.CLEAR
    return StatusRefused(
        message,
        current=job.status,
        allowed=[JobStatus.BUILDING],
        suggested_action=suggested,
    )


def _may_be_queued(job: JobFacts) -> DomainError | None:
    if job.status is JobStatus.QUEUED:
        message = f"Job {job.uid} is queued already."
        return StatusRefused(
            message,
            current=job.status,
            allowed=[JobStatus.BUILDING],
            code=ErrorCode.ALREADY_QUEUED,
            suggested_action=JobAction.CHANGE_LANE,
        )
    return _is_building(job)


def _has_no_build_errors(job: JobFacts) -> DomainError | None:
    if job.status is not JobStatus.BUILDING or not job.build_problems:
        return None
    first = job.build_problems[0].message
    message = f"Job {job.uid} cannot run yet: {first}"
    broken = all(problem.type == "source_missing" for problem in job.build_problems)
    code = ErrorCode.INPUTS_BROKEN if broken else ErrorCode.BUILD_ERRORS
    return BuildErrors(message, problems=job.build_problems, code=code)


def _may_be_killed(job: JobFacts) -> DomainError | None:
    if job.status in ACTIVE:
        return None
    queued = job.status is JobStatus.QUEUED
    message = f"Job {job.uid} is {job.status}; there is nothing to kill."
    return StatusRefused(
        message,
        current=job.status,
        allowed=ACTIVE,
        code=ErrorCode.NOT_KILLABLE,
        suggested_action=JobAction.CLEAR if queued else None,
    )


def _may_be_cleared(job: JobFacts) -> DomainError | None:
    if job.status not in ACTIVE:
        return None
    return StatusRefused(
        f"Job {job.uid} is {job.status}; kill it first.",
        current=job.status,
        allowed=DONE | {JobStatus.QUEUED},
        code=ErrorCode.JOB_ACTIVE,
        suggested_action=JobAction.KILL,
    )


_FOR_ALL: tuple[Rule, ...] = (_project_is_writable, _is_not_locked)
_RULES: Mapping[JobAction, tuple[Rule, ...]] = {
    JobAction.QUEUE: (_may_be_queued, _has_no_build_errors),
    JobAction.KILL: (_may_be_killed,),
    JobAction.CLEAR: (_may_be_cleared,),
    JobAction.UPDATE: (_is_building,),
    JobAction.CONNECT_INPUT: (_is_building,),
    JobAction.DISCONNECT_INPUT: (_is_building,),
}
BUILT = frozenset(_RULES)
"""The actions that this version can carry out."""
