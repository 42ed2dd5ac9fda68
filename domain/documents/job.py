"""A job: what is to be run, where it stands, what it has produced."""

from datetime import datetime
from typing import Any

from pydantic import Field

from domain.database import index
from domain.documents.record import Record
from domain.documents.shapes import (
    AllocatedResources,
    BuildError,
    ClusterVar,
    Interaction,
    JobInput,
    JobOutput,
    Progress,
    QueueReason,
    ResourceNeed,
    RunError,
)
from domain.status import JobStatus
from domain.uids import AttemptKey, JobKey


class Job(Record):
    """One job of a project; its id is "P3-J42". Field meanings: 02-glossary, section 2."""

    id: str
    project_uid: str
    project_uid_num: int
    uid: str
    uid_num: int
    revision: int = 1
    workspace_uids: list[str]
    title: str = ""
    description: str = ""
    created_by: str
    created_at: datetime
    updated_at: datetime
    cloned_from: str | None = None
    tags: list[str] = Field(default_factory=list)
    starred_by: list[str] = Field(default_factory=list)
    deleted: bool = False
    deleting: bool = False
    deleted_at: datetime | None = None

    type: str
    type_version: int
    category: str
    params: dict[str, Any] = Field(default_factory=dict)  # JSON, checked by the job type
    inputs: dict[str, JobInput] = Field(default_factory=dict)
    outputs: dict[str, JobOutput] = Field(default_factory=dict)
    parents: list[str] = Field(default_factory=list)
    resource_spec: ResourceNeed = Field(default_factory=ResourceNeed)
    build_errors: list[BuildError] = Field(default_factory=list)

    status: JobStatus = JobStatus.BUILDING
    moved_by: str | None = None
    priority: int = 0
    has_own_priority: bool = False
    queued_by: str | None = None
    queued_to_lane: str | None = None
    queued_to_hostname: str | None = None
    queued_to_gpu: list[int] | None = None
    queue_entered_at: datetime | None = None
    requeue_window_ends_at: datetime | None = None
    waiting_for: QueueReason | None = None
    on_hold: bool = False
    no_check_inputs_ready: bool = False
    num_tokens: int = 0
    tokens_requested_at: datetime | None = None
    tokens_acquired_at: datetime | None = None
    cluster_custom_vars: list[ClusterVar] = Field(default_factory=list)

    attempt: int = 0
    term: int = 0
    resources_allocated: AllocatedResources | None = None
    queued_at: datetime | None = None
    launched_at: datetime | None = None
    started_at: datetime | None = None
    running_at: datetime | None = None
    last_running_at: datetime | None = None
    waiting_at: datetime | None = None
    completed_at: datetime | None = None
    killed_at: datetime | None = None
    failed_at: datetime | None = None
    cleared_at: datetime | None = None
    heartbeat_at: datetime | None = None
    kill_requested_at: datetime | None = None
    kill_requested_by: str | None = None
    exit_reason: str | None = None
    interaction: Interaction | None = None
    errors_run: list[RunError] = Field(default_factory=list)
    progress: Progress | None = None
    completed_count: int = 0
    version: str | None = None
    cluster_job_id: str | None = None
    cluster_job_status: str | None = None
    active_operation: str | None = None

    job_dir: str
    job_dir_size: int = 0
    intermediate_results_size_bytes: int = 0
    is_final_result: bool = False
    is_ancestor_of_final_result: bool = False
    last_exported_at: datetime | None = None
    last_exported_location: str | None = None
    last_intermediate_data_cleared_at: datetime | None = None
    last_intermediate_data_cleared_bytes: int | None = None

    @property
    def key(self) -> JobKey:
        """The job's place in the house."""
        return JobKey(self.project_uid, self.uid)

    @property
    def attempt_key(self) -> AttemptKey:
        """The key of the present attempt."""
        return AttemptKey(self.key, self.attempt)

    class Settings:
        """Collection and indexes: one for every query that is made of jobs."""

        name = "jobs"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("project_uid", "uid_num", unique=True),
            index("project_uid", "workspace_uids", "uid_num"),
            index("project_uid", "parents"),
            index("status", "queued_to_lane"),
            index("resources_allocated.target", "status"),
            index("-created_at", "-_id"),
            index("-updated_at", "-_id"),
            index("tags"),
            index("-job_dir_size", "-_id"),
        ]
