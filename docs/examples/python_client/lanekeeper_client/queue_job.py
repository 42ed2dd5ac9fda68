from typing import Literal, Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ErrorCode, JobActionOutcome, JobStatus


class QueueJob(BaseModel):
    queue_job: Optional["QueueJobQueueJob"] = Field(alias="queueJob")


class QueueJobQueueJob(BaseModel):
    cursor: Optional[str]
    errors: list["QueueJobQueueJobErrors"]
    result: Optional["QueueJobQueueJobResult"]


class QueueJobQueueJobErrors(BaseModel):
    typename__: Literal[
        "BuildErrorsError",
        "ForbiddenError",
        "IdempotencyError",
        "InUseError",
        "InputError",
        "InvalidChainError",
        "InvalidJobStatusError",
        "JobLockedError",
        "LaneError",
        "MutationError",
        "NeverFitsError",
        "NotFoundError",
        "OperationFailedError",
        "ProjectStateError",
        "ProtectedJobError",
        "RestartInProgressError",
        "RevisionConflictError",
    ] = Field(alias="__typename")
    code: ErrorCode
    message: str


class QueueJobQueueJobResult(BaseModel):
    outcome: JobActionOutcome
    errors: list["QueueJobQueueJobResultErrors"]
    job: Optional["QueueJobQueueJobResultJob"]


class QueueJobQueueJobResultErrors(BaseModel):
    typename__: Literal[
        "BuildErrorsError",
        "ForbiddenError",
        "IdempotencyError",
        "InUseError",
        "InputError",
        "InvalidChainError",
        "InvalidJobStatusError",
        "JobLockedError",
        "LaneError",
        "MutationError",
        "NeverFitsError",
        "NotFoundError",
        "OperationFailedError",
        "ProjectStateError",
        "ProtectedJobError",
        "RestartInProgressError",
        "RevisionConflictError",
    ] = Field(alias="__typename")
    code: ErrorCode
    message: str


class QueueJobQueueJobResultJob(BaseModel):
    uid: str
    status: JobStatus
    queued_to_lane: Optional[str] = Field(alias="queuedToLane")


QueueJob.model_rebuild()
QueueJobQueueJob.model_rebuild()
QueueJobQueueJobResult.model_rebuild()
