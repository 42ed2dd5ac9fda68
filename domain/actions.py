"""Which action is open for which job, and why not: the one rule behind mutations and buttons.

The table is 04-lifecycle, section 2. Values in, refusals out.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from domain.error_codes import ErrorCode
from domain.errors import (
    BuildErrors,
    DomainError,
    Forbidden,
    JobLocked,
    NotFound,
    ProjectRefused,
    Protected,
    StatusRefused,
)
from domain.job_facts import JobFacts
from domain.permissions import Permission, Viewer
from domain.status import ACTIVE, DONE, QUEUED, JobStatus


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


Rule = Callable[[JobFacts], DomainError | None]
_BUILDING = frozenset({JobStatus.BUILDING})


def refusals(action: JobAction, job: JobFacts, viewer: Viewer) -> list[DomainError]:
    """Every reason why `viewer` may not do `action` to `job` now; empty if it may."""
    if job.deleted:
        return [NotFound(f"Job {job.uid} is deleted.", code=ErrorCode.JOB_DELETED)]
    rules = (_project_is_writable, *_RULES[action])
    reasons = [reason for rule in rules if (reason := rule(job)) is not None]
    if not viewer.has(Permission.WRITE):
        message = f"Your credentials do not allow to {action.replace('_', ' ')} jobs."
        reasons.insert(0, Forbidden(message, required=Permission.WRITE))
    return reasons


def is_held(job: JobFacts, action: JobAction) -> bool:
    """Whether the job already is what `action` would make it; that is no error."""
    if job.deleted:
        return False
    if action is JobAction.CLEAR:
        return job.status is JobStatus.BUILDING
    if job.status is not JobStatus.QUEUED:
        return False
    return (action is JobAction.HOLD and job.on_hold) or (
        action is JobAction.RELEASE and not job.on_hold
    )


def _project_is_writable(job: JobFacts) -> DomainError | None:
    if job.project_writable:
        return None
    message = f"Project {job.project_uid} is archived or detached."
    return ProjectRefused(message, project_uid=job.project_uid)


def _is_not_locked(job: JobFacts) -> DomainError | None:
    if job.operation is None:
        return None
    doing = (job.operation_action or "").replace("_", " ")
    message = f"Job {job.uid} is being worked on ({doing})."
    return JobLocked(message, operation_id=job.operation)


def _is_locked_by_a_kill_at_most(job: JobFacts) -> DomainError | None:
    return None if job.operation_action == JobAction.KILL else _is_not_locked(job)


def _refused(
    job: JobFacts,
    message: str,
    code: ErrorCode,
    allowed: frozenset[JobStatus],
    suggested: JobAction | None = None,
) -> StatusRefused:
    return StatusRefused(
        message, current=job.status, allowed=allowed, code=code, suggested_action=suggested
    )


def _is_building(job: JobFacts) -> DomainError | None:
    if job.status is JobStatus.BUILDING:
        return None
    message = f"Job {job.uid} is {job.status}; only a building job can be changed."
    suggested = None if job.status in ACTIVE else JobAction.CLEAR
    return _refused(job, message, ErrorCode.INVALID_STATUS, _BUILDING, suggested)


def _may_be_queued(job: JobFacts) -> DomainError | None:
    if job.status is not JobStatus.QUEUED:
        return _is_building(job)
    message = f"Job {job.uid} is queued already."
    return _refused(job, message, ErrorCode.ALREADY_QUEUED, _BUILDING, JobAction.CHANGE_LANE)


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
    suggested = JobAction.CLEAR if job.status is JobStatus.QUEUED else None
    message = f"Job {job.uid} is {job.status}; there is nothing to kill."
    return _refused(job, message, ErrorCode.NOT_KILLABLE, ACTIVE, suggested)


def _is_not_active(job: JobFacts) -> DomainError | None:
    if job.status not in ACTIVE:
        return None
    message = f"Job {job.uid} is {job.status}; kill it first."
    return _refused(job, message, ErrorCode.JOB_ACTIVE, DONE | QUEUED, JobAction.KILL)


def _may_be_restarted(job: JobFacts) -> DomainError | None:
    if job.status is not JobStatus.BUILDING:
        return None
    message = f"Job {job.uid} has not been queued yet; there is nothing to restart."
    allowed = frozenset(JobStatus) - {JobStatus.BUILDING}
    return _refused(job, message, ErrorCode.INVALID_STATUS, allowed, JobAction.QUEUE)


def _writes_no_more(job: JobFacts) -> DomainError | None:
    if job.status not in ACTIVE:
        return None
    message = f"Job {job.uid} is {job.status}; what it writes is not settled yet."
    return _refused(job, message, ErrorCode.JOB_ACTIVE, DONE)


def _has_intermediate_results(job: JobFacts) -> DomainError | None:
    if job.status in ACTIVE or (job.status in DONE and job.intermediate_bytes > 0):
        return None
    message = f"Job {job.uid} has no intermediate results."
    return _refused(job, message, ErrorCode.NO_INTERMEDIATE_RESULTS, DONE)


def _has_results(job: JobFacts) -> DomainError | None:
    if job.status in ACTIVE | DONE:
        return None
    message = f"Job {job.uid} has nothing to export."
    return _refused(job, message, ErrorCode.NOTHING_TO_EXPORT, DONE)


def _may_be_marked_complete(job: JobFacts) -> DomainError | None:
    allowed = frozenset({JobStatus.KILLED, JobStatus.FAILED})
    if job.status not in allowed:
        message = f"Job {job.uid} is {job.status}; only a killed or failed job is marked complete."
        return _refused(job, message, ErrorCode.INVALID_STATUS, allowed)
    if job.has_outputs:
        return None
    message = f"Job {job.uid} has saved no outputs that could be used."
    return _refused(job, message, ErrorCode.NO_OUTPUTS, allowed)


def _is_unprotected(job: JobFacts) -> DomainError | None:
    """Not a final result, nor an ancestor of one: nothing lifts that but taking the mark away."""
    if job.is_final:
        message = f"Job {job.uid} is marked as a final result."
        return Protected(message, code=ErrorCode.FINAL_RESULT_PROTECTED)
    if job.is_ancestor_of_final:
        message = f"A final result descends from job {job.uid}."
        return Protected(message, code=ErrorCode.PROTECTED_ANCESTOR_OF_FINAL)
    return None


def _has_no_dependents(job: JobFacts) -> DomainError | None:
    if not job.dependents:
        return None
    message = f"{', '.join(job.dependents[:5])} use the outputs of job {job.uid}."
    return Protected(message, descendants=job.dependents)


def _may_be_final(job: JobFacts) -> DomainError | None:
    if job.status is JobStatus.COMPLETED or job.is_final:
        return None
    message = f"Job {job.uid} is {job.status}; only a completed job can be a final result."
    return _refused(job, message, ErrorCode.NOT_COMPLETED, frozenset({JobStatus.COMPLETED}))


def _has_a_priority(job: JobFacts) -> DomainError | None:
    if job.status not in ACTIVE:
        return None
    message = f"Job {job.uid} is {job.status}; its priority matters only while it waits."
    return _refused(job, message, ErrorCode.NO_EFFECT, frozenset(JobStatus) - ACTIVE)


def _is_queued(job: JobFacts) -> DomainError | None:
    if job.status is JobStatus.QUEUED:
        return None
    message = f"Job {job.uid} is {job.status}, not queued."
    return _refused(job, message, ErrorCode.INVALID_STATUS, QUEUED)


def _is_waiting(job: JobFacts) -> DomainError | None:
    if job.status is JobStatus.WAITING:
        return None
    message = f"Job {job.uid} is {job.status}; it asks nothing."
    return _refused(job, message, ErrorCode.INVALID_STATUS, frozenset({JobStatus.WAITING}))


def _is_elsewhere_too(job: JobFacts) -> DomainError | None:
    if job.workspace_count > 1:
        return None
    message = f"Job {job.uid} is in one workspace only, and needs one."
    return ProjectRefused(message, project_uid=job.project_uid, code=ErrorCode.LAST_WORKSPACE)


_RULES: Mapping[JobAction, tuple[Rule, ...]] = {
    JobAction.QUEUE: (_is_not_locked, _may_be_queued, _has_no_build_errors),
    JobAction.LINK: (),
    JobAction.UNLINK: (_is_elsewhere_too,),
    JobAction.MOVE: (),
    JobAction.KILL: (_is_locked_by_a_kill_at_most, _may_be_killed),
    JobAction.RESTART: (_is_locked_by_a_kill_at_most, _may_be_restarted),
    JobAction.CLEAR: (_is_not_locked, _is_not_active),
    JobAction.CLEAR_INTERMEDIATE_RESULTS: (
        _is_not_locked,
        _writes_no_more,
        _has_intermediate_results,
    ),
    JobAction.EXPORT: (_is_not_locked, _writes_no_more, _has_results),
    JobAction.CLONE: (),
    JobAction.CLONE_CHAIN: (),
    JobAction.MARK_COMPLETE: (_is_not_locked, _may_be_marked_complete),
    JobAction.DELETE: (_is_locked_by_a_kill_at_most, _is_unprotected, _has_no_dependents),
    JobAction.SET_PRIORITY: (_has_a_priority,),
    JobAction.ADD_TAGS: (),
    JobAction.REMOVE_TAGS: (),
    JobAction.SET_FINAL_RESULT: (_is_not_locked, _may_be_final),
    JobAction.RUN_QUICK_ACTION: (),
    JobAction.CHANGE_LANE: (_is_not_locked, _is_queued),
    JobAction.HOLD: (_is_not_locked, _is_queued),
    JobAction.RELEASE: (_is_not_locked, _is_queued),
    JobAction.UPDATE: (),
    JobAction.CONNECT_INPUT: (_is_not_locked, _is_building),
    JobAction.DISCONNECT_INPUT: (_is_not_locked, _is_building),
    JobAction.SUBMIT_INTERACTION: (_is_waiting,),
}
ON_JOBS = tuple(action for action in JobAction if action in _RULES)
"""The actions on a job that exists: all but the import, which makes one."""
