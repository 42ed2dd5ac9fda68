"""What a cluster says of a job, for its user: why it waits there, and why its run was ended."""

from dataclasses import replace

from domain.database import Row
from domain.documents import Job
from domain.status import JobStatus, QueueStatus
from scheduler.ending import End
from scheduler.executors.base import ClusterWord
from scheduler.queued_job import Reason, as_document


def told_changes(job: Job, word: ClusterWord | None) -> Row:
    """The fields of the job that say something else than the cluster; empty if none does."""
    if word is None:
        return {}
    is_waiting = job.status is JobStatus.LAUNCHED and word.waits is not None
    reason = as_document(Reason(QueueStatus.LAUNCHED, word.waits or "")) if is_waiting else None
    told = job.waiting_for.model_dump() if job.waiting_for else None
    wanted: Row = {"cluster_job_id": word.job_id or None, "cluster_job_status": word.state or None}
    changes: Row = {k: v for k, v in wanted.items() if v is not None and v != getattr(job, k)}
    return changes if told == reason else changes | {"waiting_for": reason}


def explained(end: End, word: ClusterWord | None) -> End:
    """The end of a failed run with the reason that the cluster gives, if it gives one."""
    if word is None or end.status is not JobStatus.FAILED:
        return end
    if word.cause is not None:
        exit_reason, sentence = word.cause
        return replace(end, exit_reason=exit_reason, message=f"{sentence} {end.message}".strip())
    if end.exit_reason == "heartbeat_lost":
        return replace(end, message=_of_the_lost(word))
    return end


def _of_the_lost(word: ClusterWord) -> str:
    if not word.has_ended:
        return "The cluster knows nothing of it any more, and it gives no sign of life."
    return (
        f"The cluster says {word.state}, and the run left no result: all of it was killed at once. "
        "A cluster does so when a run uses more memory than it asked for, or when its controller "
        "has lost track of it."
    )
