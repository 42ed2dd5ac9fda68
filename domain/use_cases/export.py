"""Export jobs: hold them, and let one operation write their directories."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.actions import JobAction
from domain.documents import Job
from domain.status import JobStatus
from domain.use_cases.act import act
from domain.use_cases.context import Request
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
    Notice,
    NoticeCode,
)
from domain.use_cases.long_action import LongAction


async def export(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Write a directory for each job that holds all of it; a former export is replaced."""
    return await act(request, targets, _Export(), policy=policy, dry_run=dry_run)


def export_path(job: Job) -> str:
    """Where the job's export lies in its project's directory: "exports/jobs/J12_ctf_estimation"."""
    return f"exports/jobs/{job.uid}_{job.type}"


def export_location(project_dir: str, job: Job) -> str:
    """The same as an absolute path (contract: ExportJobPayload.location)."""
    return str(Path(project_dir, export_path(job)))


@dataclass
class _Export(LongAction):
    name: JobAction = JobAction.EXPORT

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        return Done(job, notices=_notices(job))

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        done = await self.hold(request, job, target)
        done.notices = _notices(job)
        return done


def _notices(job: Job) -> list[Notice]:
    if job.status is JobStatus.COMPLETED:
        return []
    message = f"Job {job.uid} is {job.status}; what is exported is partial."
    return [Notice(NoticeCode.EXPORT_INCOMPLETE, message)]
