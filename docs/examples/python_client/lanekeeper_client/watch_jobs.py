from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import JobStatus, StreamMessageKind, StreamResetReason


class WatchJobs(BaseModel):
    job_changes: "WatchJobsJobChanges" = Field(alias="jobChanges")


class WatchJobsJobChanges(BaseModel):
    cursor: str
    kind: StreamMessageKind
    snapshot_complete: bool = Field(alias="snapshotComplete")
    reset_reason: Optional[StreamResetReason] = Field(alias="resetReason")
    removed: list["WatchJobsJobChangesRemoved"]
    upserted: list["WatchJobsJobChangesUpserted"]


class WatchJobsJobChangesRemoved(BaseModel):
    id: str


class WatchJobsJobChangesUpserted(BaseModel):
    id: str
    uid: str
    project_uid: str = Field(alias="projectUid")
    title: str
    status: JobStatus
    progress: Optional["WatchJobsJobChangesUpsertedProgress"]


class WatchJobsJobChangesUpsertedProgress(BaseModel):
    fraction: Optional[float]


WatchJobs.model_rebuild()
WatchJobsJobChanges.model_rebuild()
WatchJobsJobChangesUpserted.model_rebuild()
