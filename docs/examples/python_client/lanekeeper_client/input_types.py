from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import JobCategory, JobQueueStatus, JobStatus


class ClusterVarInput(BaseModel):
    """Value of a custom variable of a cluster template."""

    name: str
    "Name."
    value: str
    "Value."


class ConnectionInput(BaseModel):
    """A connection to make."""

    input: str
    "Name of the new job's input."
    parent_job_uid: str = Field(alias="parentJobUid")
    "Parent job, of the same project."
    output: str
    "Name of its output."


class CreateJobInput(BaseModel):
    """Input of createJob."""

    project_uid: str = Field(alias="projectUid")
    "Project."
    workspace_uid: str = Field(alias="workspaceUid")
    "Workspace."
    type_: str = Field(alias="type")
    "Job type key, e.g. class_2D_new."
    title: Optional[str] = None
    "Title."
    description: Optional[str] = None
    "Markdown."
    params: Optional[object] = None
    "Object of parameters that differ from their defaults."
    inputs: Optional[list["ConnectionInput"]] = None
    "Connections to make."
    cluster_custom_vars: Optional[list["ClusterVarInput"]] = Field(
        alias="clusterCustomVars", default=None
    )
    "Values for cluster templates."
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "Echoed back."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "Up to 128 characters, unique per logical request; a repeat within 24 h returns the first result."


class DateTimeRange(BaseModel):
    """Half-open time range."""

    from_: Optional[datetime] = Field(alias="from", default=None)
    "Inclusive."
    to: Optional[datetime] = None
    "Exclusive."


class JobFilter(BaseModel):
    """All given conditions must hold."""

    project_uids: Optional[list[str]] = Field(alias="projectUids", default=None)
    "In any of these projects."
    workspace_uids: Optional[list[str]] = Field(alias="workspaceUids", default=None)
    "In any of these workspaces (needs exactly one project)."
    job_uids: Optional[list[str]] = Field(alias="jobUids", default=None)
    "Any of these jobs."
    lanes: Optional[list[str]] = None
    "Queued to or running on any of these lanes."
    targets: Optional[list[str]] = None
    "Running on any of these targets."
    statuses: Optional[list[JobStatus]] = None
    "In any of these statuses."
    queue_statuses: Optional[list[JobQueueStatus]] = Field(
        alias="queueStatuses", default=None
    )
    "Queued for any of these reasons."
    types: Optional[list[str]] = None
    "Of any of these types."
    categories: Optional[list[JobCategory]] = None
    "In any of these sections."
    created_by: Optional[list[str]] = Field(alias="createdBy", default=None)
    "Created by any of these users."
    tag_uids: Optional[list[str]] = Field(alias="tagUids", default=None)
    "Having any of these tags."
    starred: Optional[bool] = None
    "Starred by the caller."
    on_hold: Optional[bool] = Field(alias="onHold", default=None)
    "Held back."
    text: Optional[str] = None
    "Title or description contains."
    created_at: Optional["DateTimeRange"] = Field(alias="createdAt", default=None)
    "Created."
    updated_at: Optional["DateTimeRange"] = Field(alias="updatedAt", default=None)
    "Modified."
    queued_at: Optional["DateTimeRange"] = Field(alias="queuedAt", default=None)
    "Queued."
    completed_at: Optional["DateTimeRange"] = Field(alias="completedAt", default=None)
    "Completed."
    deleted: Optional[bool] = None
    "Deleted jobs."
    and_: Optional[list["JobFilter"]] = Field(alias="and", default=None)
    "All of."
    or_: Optional[list["JobFilter"]] = Field(alias="or", default=None)
    "Any of."
    not_: Optional["JobFilter"] = Field(alias="not", default=None)
    "None of."


class JobRef(BaseModel):
    """A job, by global ID or by UIDs."""

    id: Optional[str] = None
    "Global ID."
    uid: Optional["JobUidInput"] = None
    "UIDs."


class JobTarget(BaseModel):
    """A job to act on, with optional guards."""

    job: "JobRef"
    "Job."
    expected_revision: Optional[int] = Field(alias="expectedRevision", default=None)
    "Fail with RevisionConflictError if the job changed since."
    expected_statuses: Optional[list[JobStatus]] = Field(
        alias="expectedStatuses", default=None
    )
    "Skip unless the job is in one of these statuses."


class JobUidInput(BaseModel):
    """A job by its UIDs."""

    project_uid: str = Field(alias="projectUid")
    "Project."
    job_uid: str = Field(alias="jobUid")
    "Job."


class QueueJobInput(BaseModel):
    """Input of queueJob."""

    lane: Optional[str] = None
    "Lane name; the default lane if omitted. Interactive and master-only jobs always go to the default lane (notice LANE_OVERRIDDEN)."
    hostname: Optional[str] = None
    "Pin to a target of the lane."
    gpus: Optional[list[int]] = None
    "Pin to GPUs of the target."
    no_check_inputs_ready: bool = Field(alias="noCheckInputsReady", default=False)
    "Launch even if parents are unfinished."
    priority: Optional[int] = None
    "Queue priority, 0 to 100."
    cluster_custom_vars: Optional[list["ClusterVarInput"]] = Field(
        alias="clusterCustomVars", default=None
    )
    "Values for the lane's cluster template; the job keeps them."
    target: "JobTarget"
    "Job."
    dry_run: bool = Field(alias="dryRun", default=False)
    "Only report what would happen."
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "Echoed back."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "Up to 128 characters, unique per logical request; a repeat within 24 h returns the first result."


CreateJobInput.model_rebuild()
JobFilter.model_rebuild()
JobRef.model_rebuild()
JobTarget.model_rebuild()
QueueJobInput.model_rebuild()
