"""Every refusal as the API shows it, and the total mapping from the domain's refusals."""

import strawberry

from domain.actions import JobAction
from domain.permissions import Permission
from domain.status import JobStatus
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.instance import current_instance
from schema.job import Job
from schema.job_run import JobBuildError, ResourceShortage
from schema.mutation_error import MutationError
from schema.node import Node
from schema.operation import JobOperation
from schema.presenting import present
from schema.scalars import BigInt, JobUid, ProjectUid


@object_type
class InputError(MutationError):
    """A value of the input is not acceptable. Codes: BAD_INPUT, TOO_MANY_JOBS, MIXED_PROJECTS,
    GPU_COUNT_MISMATCH, INPUT_TYPE_MISMATCH, TOO_MANY_CONNECTIONS, CYCLE, JOB_TYPE_UNAVAILABLE,
    PATH_NOT_ALLOWED, NAME_TAKEN, INVALID_TEMPLATE, BAD_PASSWORD, LAST_ADMIN."""

    constraint: str | None = attribute("Broken constraint, e.g. max_length=500.")


@object_type
class NotFoundError(MutationError):
    """The referenced object does not exist or is not visible to the caller. Codes: NOT_FOUND,
    JOB_DELETED."""


@object_type
class ForbiddenError(MutationError):
    """The caller may not do this. Codes: FORBIDDEN, FORBIDDEN_PRIORITY."""

    required_permission: Permission = attribute("Missing permission.")


@object_type
class InvalidJobStatusError(MutationError):
    """The action does not apply to a job in this status. Codes: INVALID_STATUS, ALREADY_QUEUED,
    NOT_KILLABLE, JOB_ACTIVE, NOT_COMPLETED, NO_EFFECT, NO_OUTPUTS, NOTHING_TO_EXPORT,
    NO_INTERMEDIATE_RESULTS, EXTERNAL_JOB_NOT_QUEUEABLE."""

    current_status: JobStatus = attribute("Status found.")
    allowed_statuses: list[JobStatus] = attribute("Statuses the action applies to.")
    suggested_action: JobAction | None = attribute(
        "Action that would do what was probably meant, e.g. CLEAR for a kill of a queued job."
    )


@object_type
class ProjectStateError(MutationError):
    """The state of the project or instance forbids the action. Codes: PROJECT_READ_ONLY,
    MAINTENANCE, NOT_IN_WORKSPACE, LAST_WORKSPACE."""

    project_uid: ProjectUid | None = attribute("Project, where one is concerned.")


@object_type
class BuildErrorsError(MutationError):
    """The job has build errors and cannot be queued. Codes: BUILD_ERRORS, INPUTS_BROKEN."""

    build_errors: list[JobBuildError] = attribute("The build errors.")


@object_type
class NeverFitsError(MutationError):
    """No target of the lane could run the job, even when empty. Code: NEVER_FITS."""

    lane: str = attribute("Lane.")
    shortages: list[ResourceShortage] = attribute(
        "What is missing on the best target; `free` is that target's total."
    )


@object_type
class RevisionConflictError(MutationError):
    """The object changed since `expectedRevision`. Code: REVISION_CONFLICT."""

    kind: strawberry.Private[str]
    object_id: strawberry.Private[str]
    expected_revision: BigInt = attribute("Revision the caller saw.")
    current_revision: BigInt = attribute("Present revision.")

    @field()
    async def job(self, info: Info) -> Job | None:
        """Present state, to rebase on, when the object is a job."""
        found = await self._present(info) if self.kind == "job" else None
        return found if isinstance(found, Job) else None

    @field()
    async def current(self, info: Info) -> Node | None:
        """Present state of the object, whatever it is."""
        if self.kind == "instance":
            return await current_instance(info.context)
        return await self._present(info)

    async def _present(self, info: Info) -> Node | None:
        reads = info.context.reads
        by_id = {
            "job": reads.job,
            "project": reads.project,
            "workspace": reads.workspace,
            "lane": reads.lane,
            "target": reads.target,
            "user": reads.user,
            "tag": reads.tag,
        }
        found = await by_id[self.kind](self.object_id) if self.kind in by_id else None
        node: Node | None = present(found) if found else None
        return node


@object_type
class RestartInProgressError(MutationError):
    """Only one restart process may run at a time in a project. Code: RESTART_IN_PROGRESS."""

    operation_id: strawberry.Private[str]

    @field()
    async def operation(self, info: Info) -> JobOperation:
        """The running restart."""
        return present(await info.context.reads.operation(self.operation_id))


@object_type
class JobLockedError(MutationError):
    """Another operation holds the job. Code: JOB_LOCKED."""

    operation_id: strawberry.Private[str | None]

    @field()
    async def operation(self, info: Info) -> JobOperation | None:
        """The holder."""
        return await _operation(info, self.operation_id)


@object_type
class LaneError(MutationError):
    """The lane or target cannot be used. Codes: LANE_NOT_FOUND, LANE_NOT_ALLOWED,
    LANE_TYPE_MISMATCH, TARGET_NOT_FOUND, TARGET_NOT_IN_LANE, MASTER_ONLY."""

    lane: str | None = attribute("Requested lane.")
    allowed_lanes: list[str] = attribute("Lanes the caller may queue to.")


@object_type
class InUseError(MutationError):
    """Jobs or settings still refer to the object. Code: IN_USE."""

    job_ids: strawberry.Private[list[str]]
    used_by: list[str] = attribute("The settings, e.g. Instance.defaultLane.")

    @field()
    async def jobs(self, info: Info) -> list[Job]:
        """The jobs, at most 100."""
        jobs = await info.context.reads.jobs(self.job_ids[:100])
        return [Job.from_document(job) for job in jobs]


@object_type
class ProtectedJobError(MutationError):
    """The job is protected as a final result, or has descendants that block the action. Codes:
    FINAL_RESULT_PROTECTED, PROTECTED_ANCESTOR_OF_FINAL, HAS_DESCENDANTS."""

    descendant_job_uids: list[JobUid] = attribute("Blocking descendants.")


@object_type
class InvalidChainError(MutationError):
    """No chain connects the two jobs. Code: INVALID_CHAIN."""

    start_job_uid: JobUid = attribute("Start.")
    end_job_uid: JobUid = attribute("End.")


@object_type
class IdempotencyError(MutationError):
    """The idempotency key was used with different input, or its first request is still running.
    Codes: IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_FLIGHT."""

    operation_id: strawberry.Private[str | None]

    @field()
    async def operation(self, info: Info) -> JobOperation | None:
        """The original operation."""
        return await _operation(info, self.operation_id)


@object_type
class OperationFailedError(MutationError):
    """Something outside the server failed during the action. Codes: STORAGE_FAILURE,
    SCHEDULER_FAILURE, TARGET_UNREACHABLE, UNKNOWN."""

    retryable: bool = attribute("Whether repeating with the same idempotency key may succeed.")
    retry_after_ms: int | None = attribute("Suggested delay.")


async def _operation(info: Info, id: str | None) -> JobOperation | None:
    operation = await info.context.reads.operation(id) if id else None
    return JobOperation.from_document(operation) if operation else None


EVERY = (
    InputError,
    NotFoundError,
    ForbiddenError,
    InvalidJobStatusError,
    ProjectStateError,
    BuildErrorsError,
    NeverFitsError,
    RevisionConflictError,
    RestartInProgressError,
    JobLockedError,
    LaneError,
    InUseError,
    ProtectedJobError,
    InvalidChainError,
    IdempotencyError,
    OperationFailedError,
)
"""All types of errors."""
