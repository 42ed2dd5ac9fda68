from typing import Literal, Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ErrorCode, JobStatus


class CreateJob(BaseModel):
    create_job: Optional["CreateJobCreateJob"] = Field(alias="createJob")


class CreateJobCreateJob(BaseModel):
    errors: list["CreateJobCreateJobErrors"]
    job: Optional["CreateJobCreateJobJob"]


class CreateJobCreateJobErrors(BaseModel):
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


class CreateJobCreateJobJob(BaseModel):
    uid: str
    status: JobStatus


CreateJob.model_rebuild()
CreateJobCreateJob.model_rebuild()
