"""Payloads of the actions on jobs: each for one job and for many."""

from domain.use_cases.export import export_location
from domain.use_cases.job_results import Outcome
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.payloads.mutation import JobActionPayload, JobsActionPayload
from schema.workspace import Workspace

_WRITTEN = frozenset({Outcome.ACCEPTED, Outcome.PLANNED})


@object_type
class _Placed:
    workspace: Workspace | None = attribute("Destination workspace.", default=None)


@object_type
class QueueJobPayload(JobActionPayload):
    """Payload of queueJob."""


@object_type
class QueueJobsPayload(JobsActionPayload):
    """Payload of queueJobs."""


@object_type
class LinkJobPayload(_Placed, JobActionPayload):
    """Payload of linkJob."""


@object_type
class LinkJobsPayload(_Placed, JobsActionPayload):
    """Payload of linkJobs."""


@object_type
class UnlinkJobPayload(JobActionPayload):
    """Payload of unlinkJob."""


@object_type
class UnlinkJobsPayload(JobsActionPayload):
    """Payload of unlinkJobs."""


@object_type
class MoveJobPayload(_Placed, JobActionPayload):
    """Payload of moveJob."""


@object_type
class MoveJobsPayload(_Placed, JobsActionPayload):
    """Payload of moveJobs."""


@object_type
class KillJobPayload(JobActionPayload):
    """Payload of killJob."""


@object_type
class KillJobsPayload(JobsActionPayload):
    """Payload of killJobs."""


@object_type
class RestartJobPayload(JobActionPayload):
    """Payload of restartJob."""


@object_type
class RestartJobsPayload(JobsActionPayload):
    """Payload of restartJobs."""


@object_type
class ClearJobPayload(JobActionPayload):
    """Payload of clearJob."""


@object_type
class ClearJobsPayload(JobsActionPayload):
    """Payload of clearJobs."""


@object_type
class ClearJobIntermediateResultsPayload(JobActionPayload):
    """Payload of clearJobIntermediateResults."""


@object_type
class ClearJobsIntermediateResultsPayload(JobsActionPayload):
    """Payload of clearJobsIntermediateResults."""


@object_type
class ExportJobPayload(JobActionPayload):
    """Payload of exportJob."""

    @field()
    async def location(self, info: Info) -> str | None:
        """Export directory."""
        job = self.result.source.job if self.result else None
        if job is None or self.result is None or self.result.outcome not in _WRITTEN:
            return None
        project = await info.context.reads.project(job.project_uid)
        return export_location(project.project_dir, job) if project else None


@object_type
class ExportJobsPayload(JobsActionPayload):
    """Payload of exportJobs."""


@object_type
class CloneJobPayload(_Placed, JobActionPayload):
    """Payload of cloneJob."""


@object_type
class CloneJobsPayload(_Placed, JobsActionPayload):
    """Payload of cloneJobs."""


@object_type
class MarkJobCompletePayload(JobActionPayload):
    """Payload of markJobComplete."""


@object_type
class MarkJobsCompletePayload(JobsActionPayload):
    """Payload of markJobsComplete."""


@object_type
class DeleteJobPayload(JobActionPayload):
    """Payload of deleteJob."""


@object_type
class DeleteJobsPayload(JobsActionPayload):
    """Payload of deleteJobs."""


@object_type
class SetJobPriorityPayload(JobActionPayload):
    """Payload of setJobPriority."""


@object_type
class SetJobsPriorityPayload(JobsActionPayload):
    """Payload of setJobsPriority."""


@object_type
class SetJobFinalResultPayload(JobActionPayload):
    """Payload of setJobFinalResult."""


@object_type
class SetJobsFinalResultPayload(JobsActionPayload):
    """Payload of setJobsFinalResult."""


@object_type
class AddJobTagsPayload(JobActionPayload):
    """Payload of addJobTags."""


@object_type
class AddJobsTagsPayload(JobsActionPayload):
    """Payload of addJobsTags."""


@object_type
class RemoveJobTagsPayload(JobActionPayload):
    """Payload of removeJobTags."""


@object_type
class RemoveJobsTagsPayload(JobsActionPayload):
    """Payload of removeJobsTags."""


@object_type
class ChangeJobLanePayload(JobActionPayload):
    """Payload of changeJobLane."""


@object_type
class ChangeJobsLanePayload(JobsActionPayload):
    """Payload of changeJobsLane."""


@object_type
class HoldJobPayload(JobActionPayload):
    """Payload of holdJob."""


@object_type
class HoldJobsPayload(JobsActionPayload):
    """Payload of holdJobs."""


@object_type
class ReleaseJobPayload(JobActionPayload):
    """Payload of releaseJob."""


@object_type
class ReleaseJobsPayload(JobsActionPayload):
    """Payload of releaseJobs."""
