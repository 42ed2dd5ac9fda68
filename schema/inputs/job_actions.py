"""Inputs of the actions on jobs: each for one job and for many."""

from strawberry import UNSET

from domain.use_cases.job_results import BulkPolicy
from schema.described import attribute, input_type
from schema.inputs.building import ClusterVarInput
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.scalars import WorkspaceUid
from schema.selections import JobSelection, JobTarget, WorkspaceDestination


@input_type
class _OneJob:
    """What every input of an action on one job has."""

    target: JobTarget = attribute("Job.")
    dry_run: bool = attribute("Only report what would happen.", default=False)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class _ManyJobs:
    """What every input of an action on many jobs has."""

    jobs: JobSelection = attribute("Jobs to act on.")
    on_error: BulkPolicy = attribute("Error policy.", default=BulkPolicy.APPLY_APPLICABLE)
    dry_run: bool = attribute(
        "Only report what would happen; outcomes are PLANNED or SKIPPED.", default=False
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class QueueOptions:
    """How to queue."""

    lane: str | None = attribute(
        "Lane name; the default lane if omitted. Interactive and master-only jobs always go"
        " to the default lane (notice LANE_OVERRIDDEN).",
        default=UNSET,
    )
    hostname: str | None = attribute("Pin to a target of the lane.", default=UNSET)
    gpus: list[int] | None = attribute("Pin to GPUs of the target.", default=UNSET)
    no_check_inputs_ready: bool = attribute("Launch even if parents are unfinished.", default=False)
    priority: int | None = attribute("Queue priority, 0 to 100.", default=UNSET)
    cluster_custom_vars: list[ClusterVarInput] | None = attribute(
        "Values for the lane's cluster template; the job keeps them.", default=UNSET
    )


@input_type
class _Link:
    destination: WorkspaceDestination = attribute("Where to.")


@input_type
class _Unlink:
    workspace_uid: WorkspaceUid = attribute("Workspace acted from.")


@input_type
class _Move:
    from_workspace_uid: WorkspaceUid = attribute("Workspace it leaves.")
    destination: WorkspaceDestination = attribute("Where to.")


@input_type
class _ClearIntermediate:
    always_keep_final: bool = attribute("Keep final results whether used or not.", default=True)


@input_type
class _Clone:
    from_workspace_uid: WorkspaceUid | None = attribute("Current workspace.", default=UNSET)
    destination: WorkspaceDestination | None = attribute(
        "Defaults to the current workspace.", default=UNSET
    )


@input_type
class _Delete:
    force: bool = attribute("Also delete jobs protected only by descendants.", default=False)


@input_type
class _Priority:
    priority: int = attribute("Higher runs first.")


@input_type
class _Final:
    is_final_result: bool = attribute("Final or not.")


@input_type
class _Tags:
    tag_uids: list[str] = attribute("Tags.")


@input_type
class _ChangeLane:
    lane: str = attribute("Lane to wait in.")
    cluster_custom_vars: list[ClusterVarInput] | None = attribute(
        "Values for the lane's cluster template.", default=UNSET
    )


@input_type
class QueueJobInput(QueueOptions, _OneJob):
    """Input of queueJob."""


@input_type
class QueueJobsInput(QueueOptions, _ManyJobs):
    """Input of queueJobs."""


@input_type
class LinkJobInput(_Link, _OneJob):
    """Input of linkJob."""


@input_type
class LinkJobsInput(_Link, _ManyJobs):
    """Input of linkJobs."""


@input_type
class UnlinkJobInput(_Unlink, _OneJob):
    """Input of unlinkJob."""


@input_type
class UnlinkJobsInput(_Unlink, _ManyJobs):
    """Input of unlinkJobs."""


@input_type
class MoveJobInput(_Move, _OneJob):
    """Input of moveJob."""


@input_type
class MoveJobsInput(_Move, _ManyJobs):
    """Input of moveJobs."""


@input_type
class KillJobInput(_OneJob):
    """Input of killJob."""


@input_type
class KillJobsInput(_ManyJobs):
    """Input of killJobs."""


@input_type
class RestartJobInput(_OneJob):
    """Input of restartJob."""


@input_type
class RestartJobsInput(_ManyJobs):
    """Input of restartJobs."""


@input_type
class ClearJobInput(_OneJob):
    """Input of clearJob."""


@input_type
class ClearJobsInput(_ManyJobs):
    """Input of clearJobs."""


@input_type
class ClearJobIntermediateResultsInput(_ClearIntermediate, _OneJob):
    """Input of clearJobIntermediateResults."""


@input_type
class ClearJobsIntermediateResultsInput(_ClearIntermediate, _ManyJobs):
    """Input of clearJobsIntermediateResults."""


@input_type
class ExportJobInput(_OneJob):
    """Input of exportJob."""


@input_type
class ExportJobsInput(_ManyJobs):
    """Input of exportJobs."""


@input_type
class CloneJobInput(_Clone, _OneJob):
    """Input of cloneJob."""


@input_type
class CloneJobsInput(_Clone, _ManyJobs):
    """Input of cloneJobs."""


@input_type
class MarkJobCompleteInput(_OneJob):
    """Input of markJobComplete."""


@input_type
class MarkJobsCompleteInput(_ManyJobs):
    """Input of markJobsComplete."""


@input_type
class DeleteJobInput(_Delete, _OneJob):
    """Input of deleteJob."""


@input_type
class DeleteJobsInput(_Delete, _ManyJobs):
    """Input of deleteJobs."""


@input_type
class SetJobPriorityInput(_Priority, _OneJob):
    """Input of setJobPriority."""


@input_type
class SetJobsPriorityInput(_Priority, _ManyJobs):
    """Input of setJobsPriority."""


@input_type
class SetJobFinalResultInput(_Final, _OneJob):
    """Input of setJobFinalResult."""


@input_type
class SetJobsFinalResultInput(_Final, _ManyJobs):
    """Input of setJobsFinalResult."""


@input_type
class AddJobTagsInput(_Tags, _OneJob):
    """Input of addJobTags."""


@input_type
class AddJobsTagsInput(_Tags, _ManyJobs):
    """Input of addJobsTags."""


@input_type
class RemoveJobTagsInput(_Tags, _OneJob):
    """Input of removeJobTags."""


@input_type
class RemoveJobsTagsInput(_Tags, _ManyJobs):
    """Input of removeJobsTags."""


@input_type
class ChangeJobLaneInput(_ChangeLane, _OneJob):
    """Input of changeJobLane."""


@input_type
class ChangeJobsLaneInput(_ChangeLane, _ManyJobs):
    """Input of changeJobsLane."""


@input_type
class HoldJobInput(_OneJob):
    """Input of holdJob."""


@input_type
class HoldJobsInput(_ManyJobs):
    """Input of holdJobs."""


@input_type
class ReleaseJobInput(_OneJob):
    """Input of releaseJob."""


@input_type
class ReleaseJobsInput(_ManyJobs):
    """Input of releaseJobs."""
