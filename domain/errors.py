"""Every refusal of Lanekeeper: a stable code, one sentence, the facts as attributes.

DomainError
├── BadInput            a value is not acceptable (names the path to it)
├── NotFound            no such object, or not visible to the caller
├── Forbidden           the caller lacks a permission
├── StatusRefused       the action does not apply to the job as it stands
├── ProjectRefused      the project is archived, or maintenance forbids the action
├── BuildErrors         the job cannot run as it is built
├── NeverFits           no target of the lane could run the job, even empty
├── RevisionConflict    the object changed since the caller read it
├── JobLocked           another operation holds the job
├── RestartInProgress   the project's one restart is under way
├── Protected           a final result, or what others depend on
├── InvalidChain        no chain leads from one job to the other
├── IdempotencyRefused  the key was used for something else, or its request still runs
├── LaneRefused         the lane or target cannot take the job
├── InUse               a name is taken, or something still refers to the object
├── OperationFailed     the file system or the scheduler failed
└── JobMoved            a conditional write found the job elsewhere; use cases translate it
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from domain.error_codes import ErrorCode
from domain.status import JobStatus


class DomainError(Exception):
    """A refusal: `message` is one sentence a user can act on, `code` is stable."""

    code: ErrorCode
    default_code: ClassVar[ErrorCode] = ErrorCode.UNKNOWN

    def __init__(
        self, message: str, *, code: ErrorCode | None = None, path: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.path = list(path)


class BadInput(DomainError):
    """A value of the input is not acceptable; `path` leads to it, `constraint` is what it broke."""

    default_code = ErrorCode.BAD_INPUT

    def __init__(
        self,
        message: str,
        *,
        code: ErrorCode | None = None,
        path: Iterable[str] = (),
        constraint: str | None = None,
    ) -> None:
        super().__init__(message, code=code, path=path)
        self.constraint = constraint


class NotFound(DomainError):
    """No such object, or not visible to the caller; the two are never told apart."""

    default_code = ErrorCode.NOT_FOUND


class Forbidden(DomainError):
    """The caller lacks a permission; `required` names it: READ, WRITE or ADMIN."""

    default_code = ErrorCode.FORBIDDEN

    def __init__(self, message: str, *, required: str, code: ErrorCode | None = None) -> None:
        super().__init__(message, code=code)
        self.required = required


class StatusRefused(DomainError):
    """The action does not apply in the job's present status."""

    default_code = ErrorCode.INVALID_STATUS

    def __init__(
        self,
        message: str,
        *,
        current: JobStatus,
        allowed: Iterable[JobStatus] = (),
        code: ErrorCode | None = None,
        suggested_action: str | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.current = current
        self.allowed = [status for status in JobStatus if status in set(allowed)]
        self.suggested_action = suggested_action


class ProjectRefused(DomainError):
    """The project is read-only, or maintenance forbids the action."""

    default_code = ErrorCode.PROJECT_READ_ONLY

    def __init__(
        self, message: str, *, project_uid: str | None = None, code: ErrorCode | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.project_uid = project_uid


@dataclass(frozen=True)
class BuildProblem:
    """One thing that keeps a job from running: `loc` leads to it, e.g. ("params", "psize_A")."""

    type: str
    loc: tuple[str, ...]
    message: str


class BuildErrors(DomainError):
    """The job cannot run as it is built."""

    default_code = ErrorCode.BUILD_ERRORS

    def __init__(
        self, message: str, *, problems: Iterable[BuildProblem], code: ErrorCode | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.problems = list(problems)


@dataclass(frozen=True)
class Shortage:
    """What is missing: `resource` is cpu, gpu, ram, ssd or token; RAM counts in slots of 8 GiB."""

    resource: str
    needed: int
    free: int


class NeverFits(DomainError):
    """No target of `lane` could run the job, even when empty; `shortages` on the closest one."""

    default_code = ErrorCode.NEVER_FITS

    def __init__(self, message: str, *, lane: str, shortages: Iterable[Shortage]) -> None:
        super().__init__(message)
        self.lane = lane
        self.shortages = list(shortages)


class RevisionConflict(DomainError):
    """The object changed since the caller read it.

    `object_id` leads to the present one; `kind` is what it is: job, project, workspace, lane …
    """

    default_code = ErrorCode.REVISION_CONFLICT

    def __init__(
        self, message: str, *, expected: int, current: int, object_id: str, kind: str = "job"
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.expected = expected
        self.current = current
        self.object_id = object_id


class JobLocked(DomainError):
    """Another operation holds the job; `operation_id` names it."""

    default_code = ErrorCode.JOB_LOCKED

    def __init__(self, message: str, *, operation_id: str | None = None) -> None:
        super().__init__(message)
        self.operation_id = operation_id


class RestartInProgress(DomainError):
    """One restart at a time in a project; `operation_id` names the one under way."""

    default_code = ErrorCode.RESTART_IN_PROGRESS

    def __init__(self, message: str, *, operation_id: str) -> None:
        super().__init__(message)
        self.operation_id = operation_id


class Protected(DomainError):
    """The job is a final result, or others depend on it; `descendants` are their uids."""

    default_code = ErrorCode.HAS_DESCENDANTS

    def __init__(
        self, message: str, *, descendants: Iterable[str] = (), code: ErrorCode | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.descendants = list(descendants)


class InvalidChain(DomainError):
    """No chain of connections leads from the job `start` to the job `end`; uids."""

    default_code = ErrorCode.INVALID_CHAIN

    def __init__(self, message: str, *, start: str, end: str) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


class IdempotencyRefused(DomainError):
    """The idempotency key came with another input before, or its first request still runs."""

    default_code = ErrorCode.IDEMPOTENCY_KEY_REUSED

    def __init__(
        self, message: str, *, operation_id: str | None = None, code: ErrorCode | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.operation_id = operation_id


class LaneRefused(DomainError):
    """The lane or the target cannot take the job; `allowed` are the caller's lanes by name."""

    default_code = ErrorCode.LANE_NOT_FOUND

    def __init__(
        self,
        message: str,
        *,
        lane: str | None,
        allowed: Iterable[str] = (),
        code: ErrorCode | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.lane = lane
        self.allowed = list(allowed)


class InUse(DomainError):
    """A name is taken, or something still refers to the object.

    `used_by` are settings, such as "Instance.defaultLane"; `job_ids` are such as "P3-J42".
    """

    default_code = ErrorCode.IN_USE

    def __init__(
        self,
        message: str,
        *,
        used_by: Iterable[str] = (),
        job_ids: Iterable[str] = (),
        code: ErrorCode | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.used_by = list(used_by)
        self.job_ids = list(job_ids)


class OperationFailed(DomainError):
    """The file system or the scheduler failed; `retryable` says whether trying again can help."""

    default_code = ErrorCode.SCHEDULER_FAILURE

    def __init__(
        self, message: str, *, code: ErrorCode | None = None, retryable: bool = False
    ) -> None:
        super().__init__(message, code=code)
        self.retryable = retryable


class JobMoved(DomainError):
    """The job is not where a conditional write expected it; `status` is the present one, if any."""

    default_code = ErrorCode.INVALID_STATUS

    def __init__(self, message: str, *, status: JobStatus | None) -> None:
        super().__init__(message)
        self.status = status
