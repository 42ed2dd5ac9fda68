"""The total mapping from the domain's refusals to the errors of the API."""

from collections.abc import Iterable
from typing import Any

from domain import errors
from domain.actions import JobAction
from domain.permissions import Permission
from schema.errors import (
    BuildErrorsError,
    ForbiddenError,
    IdempotencyError,
    InputError,
    InUseError,
    InvalidChainError,
    InvalidJobStatusError,
    JobLockedError,
    LaneError,
    NeverFitsError,
    NotFoundError,
    OperationFailedError,
    ProjectStateError,
    ProtectedJobError,
    RestartInProgressError,
    RevisionConflictError,
)
from schema.job_run import JobBuildError, ResourceShortage
from schema.mutation_error import MutationError
from schema.presenting import present
from schema.scalars import BigInt, JobUid, ProjectUid


def show_errors(refusals: Iterable[errors.DomainError]) -> list[MutationError]:
    """The refusals as the API's errors, in order."""
    return [present(refusal) for refusal in refusals]


def _head(error: errors.DomainError) -> dict[str, Any]:  # the fields that all errors share
    return {"code": error.code, "message": error.message, "path": error.path or None}


@present.register(errors.BadInput)
def _bad_input(error: errors.BadInput) -> InputError:
    return InputError(**_head(error), constraint=error.constraint)


@present.register(errors.NotFound)
def _not_found(error: errors.NotFound) -> NotFoundError:
    return NotFoundError(**_head(error))


@present.register(errors.Forbidden)
def _forbidden(error: errors.Forbidden) -> ForbiddenError:
    return ForbiddenError(**_head(error), required_permission=Permission(error.required))


@present.register(errors.StatusRefused)
def _status_refused(error: errors.StatusRefused) -> InvalidJobStatusError:
    suggested = error.suggested_action
    return InvalidJobStatusError(
        **_head(error),
        current_status=error.current,
        allowed_statuses=error.allowed,
        suggested_action=JobAction(suggested) if suggested else None,
    )


@present.register(errors.ProjectRefused)
def _project_refused(error: errors.ProjectRefused) -> ProjectStateError:
    uid = error.project_uid
    return ProjectStateError(**_head(error), project_uid=ProjectUid(uid) if uid else None)


@present.register(errors.BuildErrors)
def _build_errors(error: errors.BuildErrors) -> BuildErrorsError:
    problems = [
        JobBuildError(type=problem.type, loc=list(problem.loc), message=problem.message)
        for problem in error.problems
    ]
    return BuildErrorsError(**_head(error), build_errors=problems)


@present.register(errors.NeverFits)
def _never_fits(error: errors.NeverFits) -> NeverFitsError:
    shortages = [ResourceShortage.of(shortage) for shortage in error.shortages]
    return NeverFitsError(**_head(error), lane=error.lane, shortages=shortages)


@present.register(errors.RevisionConflict)
def _revision_conflict(error: errors.RevisionConflict) -> RevisionConflictError:
    return RevisionConflictError(
        **_head(error),
        kind=error.kind,
        object_id=error.object_id,
        expected_revision=BigInt(error.expected),
        current_revision=BigInt(error.current),
    )


@present.register(errors.JobLocked)
def _job_locked(error: errors.JobLocked) -> JobLockedError:
    return JobLockedError(**_head(error), operation_id=error.operation_id)


@present.register(errors.RestartInProgress)
def _restart_in_progress(error: errors.RestartInProgress) -> RestartInProgressError:
    return RestartInProgressError(**_head(error), operation_id=error.operation_id)


@present.register(errors.Protected)
def _protected(error: errors.Protected) -> ProtectedJobError:
    uids = [JobUid(uid) for uid in error.descendants]
    return ProtectedJobError(**_head(error), descendant_job_uids=uids)


@present.register(errors.InvalidChain)
def _invalid_chain(error: errors.InvalidChain) -> InvalidChainError:
    start, end = JobUid(error.start), JobUid(error.end)
    return InvalidChainError(**_head(error), start_job_uid=start, end_job_uid=end)


@present.register(errors.IdempotencyRefused)
def _idempotency_refused(error: errors.IdempotencyRefused) -> IdempotencyError:
    return IdempotencyError(**_head(error), operation_id=error.operation_id)


@present.register(errors.LaneRefused)
def _lane_refused(error: errors.LaneRefused) -> LaneError:
    return LaneError(**_head(error), lane=error.lane, allowed_lanes=error.allowed)


@present.register(errors.InUse)
def _in_use(error: errors.InUse) -> InUseError:
    return InUseError(**_head(error), job_ids=error.job_ids, used_by=error.used_by)


@present.register(errors.OperationFailed)
def _operation_failed(error: errors.OperationFailed) -> OperationFailedError:
    return OperationFailedError(**_head(error), retryable=error.retryable, retry_after_ms=None)


@present.register(errors.JobMoved)
def _job_moved(error: errors.JobMoved) -> OperationFailedError:
    return OperationFailedError(**_head(error), retryable=True, retry_after_ms=None)
