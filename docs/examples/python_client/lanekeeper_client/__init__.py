from .base_client import BaseClient
from .base_model import BaseModel, Upload
from .client import LanekeeperClient
from .create_job import (
    CreateJob,
    CreateJobCreateJob,
    CreateJobCreateJobErrors,
    CreateJobCreateJobJob,
)
from .enums import (
    ErrorCode,
    JobActionOutcome,
    JobCategory,
    JobQueueStatus,
    JobStatus,
    StreamMessageKind,
    StreamResetReason,
)
from .get_job import GetJob, GetJobJob, GetJobJobOutputs, GetJobJobProgress
from .input_types import (
    ClusterVarInput,
    ConnectionInput,
    CreateJobInput,
    DateTimeRange,
    JobFilter,
    JobRef,
    JobTarget,
    JobUidInput,
    QueueJobInput,
)
from .queue_job import (
    QueueJob,
    QueueJobQueueJob,
    QueueJobQueueJobErrors,
    QueueJobQueueJobResult,
    QueueJobQueueJobResultErrors,
    QueueJobQueueJobResultJob,
)
from .watch_jobs import (
    WatchJobs,
    WatchJobsJobChanges,
    WatchJobsJobChangesRemoved,
    WatchJobsJobChangesUpserted,
    WatchJobsJobChangesUpsertedProgress,
)

__all__ = [
    "BaseClient",
    "BaseModel",
    "ClusterVarInput",
    "ConnectionInput",
    "CreateJob",
    "CreateJobCreateJob",
    "CreateJobCreateJobErrors",
    "CreateJobCreateJobJob",
    "CreateJobInput",
    "DateTimeRange",
    "ErrorCode",
    "GetJob",
    "GetJobJob",
    "GetJobJobOutputs",
    "GetJobJobProgress",
    "JobActionOutcome",
    "JobCategory",
    "JobFilter",
    "JobQueueStatus",
    "JobRef",
    "JobStatus",
    "JobTarget",
    "JobUidInput",
    "LanekeeperClient",
    "QueueJob",
    "QueueJobInput",
    "QueueJobQueueJob",
    "QueueJobQueueJobErrors",
    "QueueJobQueueJobResult",
    "QueueJobQueueJobResultErrors",
    "QueueJobQueueJobResultJob",
    "StreamMessageKind",
    "StreamResetReason",
    "Upload",
    "WatchJobs",
    "WatchJobsJobChanges",
    "WatchJobsJobChangesRemoved",
    "WatchJobsJobChangesUpserted",
    "WatchJobsJobChangesUpsertedProgress",
]
