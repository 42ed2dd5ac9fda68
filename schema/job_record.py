"""The plain fields of a job: what its document holds under the same name."""

from datetime import datetime

import strawberry

from domain import documents
from domain.status import JobStatus
from schema.described import attribute, object_type
from schema.job_category import JobCategory
from schema.node import Node
from schema.scalars import JSON, BigInt, JobUid, ProjectUid, WorkspaceUid


@object_type
class JobRecord(Node):
    """What a job's document holds as it is shown."""

    document: strawberry.Private[documents.Job]

    uid: JobUid = attribute("UID, e.g. J42.")
    project_uid: ProjectUid = attribute("Project UID.")
    workspace_uids: list[WorkspaceUid] = attribute("Workspaces the job is linked to; at least one.")
    revision: BigInt = attribute(
        "Increases on every change; pass as expectedRevision. (Job.version is the software "
        "version.)"
    )
    title: str = attribute("Title.")
    description: str = attribute("Markdown.")
    type: str = attribute("Job type key, e.g. class_2D_new.")
    category: JobCategory = attribute("Builder section.")
    status: JobStatus = attribute("Status.")
    on_hold: bool = attribute("Held back by a user.")
    priority: int = attribute("Higher runs first.")
    num_tokens: int = attribute("GPU tokens required.")
    queued_to_lane: str | None = attribute("Lane chosen at queue time.")
    queued_to_hostname: str | None = attribute("Host chosen at queue time.")
    queued_to_gpu: list[int] | None = attribute("GPUs chosen at queue time.")
    created_at: datetime = attribute("Created.")
    updated_at: datetime = attribute("Modified.")
    queued_at: datetime | None = attribute("Queued.")
    launched_at: datetime | None = attribute("Launched.")
    started_at: datetime | None = attribute("Started.")
    running_at: datetime | None = attribute("Running.")
    waiting_at: datetime | None = attribute("Began waiting.")
    completed_at: datetime | None = attribute("Completed.")
    killed_at: datetime | None = attribute("Killed.")
    failed_at: datetime | None = attribute("Failed.")
    deleted_at: datetime | None = attribute("Deleted.")
    heartbeat_at: datetime | None = attribute("Last heartbeat.")
    tokens_requested_at: datetime | None = attribute("Tokens requested.")
    tokens_acquired_at: datetime | None = attribute("Tokens acquired.")
    last_exported_at: datetime | None = attribute("Exported.")
    last_intermediate_data_cleared_at: datetime | None = attribute("Intermediate results cleared.")
    params: JSON = attribute("Parameters that differ from their defaults.")
    runs: int = attribute("How many times it was launched.")
    exit_reason: str | None = attribute(
        "Why the last run ended: completed, killed, exit_code, launch_error, "
        "heartbeat_lost, oom_killed, walltime, node_down; may grow."
    )
    job_dir: str = attribute("Directory in the project.")
    job_dir_size: BigInt = attribute("Bytes on disk.")
    intermediate_results_size_bytes: BigInt = attribute("Clearable bytes.")
    is_final_result: bool = attribute("Marked final.")
    is_ancestor_of_final_result: bool = attribute("Ancestor of a final result.")
    last_exported_location: str | None = attribute("Export directory.")
    cluster_job_id: str | None = attribute("Cluster job ID.")
    cluster_job_status: str | None = attribute("Cluster job status.")
    version: str | None = attribute("Software version that last ran the job.")
    deleting: bool = attribute("Being deleted.")
    deleted: bool = attribute("Deleted.")
