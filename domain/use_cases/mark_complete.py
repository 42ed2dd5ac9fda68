"""Mark a killed or failed job as complete: what it has saved by then can be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain import event_log, job_moves
from domain.actions import JobAction
from domain.documents import Job
from domain.documents.event_log import EventType
from domain.documents.shapes import JobOutput
from domain.event_log import Entry
from domain.status import JobStatus
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.job_results import BulkPolicy, Done, JobActionResult, JobTarget


async def mark_complete(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Complete killed and failed jobs that have saved an output; its newest version is final.

    Children may be connected and run on the outputs from then on.
    """
    return await act(request, targets, _MarkComplete(), policy=policy, dry_run=dry_run)


@dataclass(frozen=True)
class _MarkComplete(BaseAction):
    """The rule refuses jobs without outputs."""

    name: JobAction = JobAction.MARK_COMPLETE

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        outputs = {name: _finished(output) for name, output in job.outputs.items()}
        completed = await job_moves.move(
            job.key,
            to=JobStatus.COMPLETED,
            only_from=frozenset({JobStatus.KILLED, JobStatus.FAILED}) & target.only_in,
            now=request.now,
            actor=request.viewer.user_id,
            expected_revision=job.revision,  # the versions are those of exactly this one
            changes={
                "outputs": {name: output.model_dump() for name, output in outputs.items()},
                "intermediate_results_size_bytes": _intermediate_bytes(outputs),
            },
        )
        await event_log.append(job.key, [_entry(request, completed)], now=request.now)
        return Done(completed)


def _finished(output: JobOutput) -> JobOutput:
    """The output with its newest version as the final one."""
    if not output.versions:
        return output
    newest = max(output.versions, key=lambda version: version.version)
    versions = [v.model_copy(update={"final": v is newest}) for v in output.versions]
    return output.model_copy(update={"versions": versions, "num_items": newest.num_items})


def _intermediate_bytes(outputs: Mapping[str, JobOutput]) -> int:
    return sum(v.size_bytes for output in outputs.values() for v in output.versions if not v.final)


def _entry(request: Request, job: Job) -> Entry:
    """Named by the completion that it tells of, so that it stands in the log once."""
    return Entry(
        source=f"{job.attempt}/marked_complete/{job.completed_count}",
        type=EventType.TEXT,
        text=f"Marked as complete by {request.viewer.name}.",
    )
