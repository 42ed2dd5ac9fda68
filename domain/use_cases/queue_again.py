"""Queue a job once more as it was queued before; the last step of a restart."""

from datetime import datetime

from domain import job_moves
from domain.actions import JobAction, refusals
from domain.documents import Job, Operation, Project, User
from domain.errors import Forbidden
from domain.job_types import Catalogue
from domain.permissions import Permission, Viewer
from domain.settings import Settings
from domain.status import JobStatus
from domain.use_cases.context import Request
from domain.use_cases.facts import facts_of
from domain.use_cases.queue import Queue, QueueOptions


async def requester(
    operation: Operation, settings: Settings, catalogue: Catalogue, now: datetime
) -> Request:
    """A request of whoever asked for the operation, with the rights that its user has now.

    `options.cap` is as far as the credentials reached. Raises Forbidden if the user is gone.
    """
    user = await User.get(operation.requested_by)
    if user is None or user.disabled:
        message = f"{operation.requested_by} may not act any more."
        raise Forbidden(message, required=Permission.WRITE)
    viewer = Viewer(
        user_id=user.id,
        name=user.name,
        role=user.role,
        lanes=frozenset(user.lanes),
        may_set_priority=user.may_set_priority,
        default_priority=user.default_priority,
        cap=Permission(operation.options.get("cap", Permission.WRITE)),
    )
    return Request(viewer=viewer, now=now, settings=settings, catalogue=catalogue)


async def queue_held(request: Request, job: Job, operation: Operation, *, term: int) -> Job:
    """Queue a building job that `operation` holds, to the lane, host and GPUs it had, and let go.

    Raises what queueing raises: the lane may be gone, or a parent deleted.
    """
    await _check_rules(request, job)
    options = QueueOptions(
        lane=job.queued_to_lane,
        hostname=job.queued_to_hostname,
        gpus=tuple(job.queued_to_gpu) if job.queued_to_gpu else None,
        no_check_inputs_ready=job.no_check_inputs_ready,
    )
    queue = Queue(options)
    await queue.prepare(request, [job])
    changes = queue.changes(request, job) | {"priority": job.priority}
    if job.requeue_window_ends_at is not None:  # it was queued when the restart was asked for
        changes["queue_entered_at"] = job.queue_entered_at
    return await job_moves.move(
        job.key,
        to=JobStatus.QUEUED,
        only_from=frozenset({JobStatus.BUILDING}),
        now=request.now,
        actor=request.viewer.user_id,
        term=term,
        held_by=operation.id,
        changes=changes,
        unset=("active_operation",),
    )


async def _check_rules(request: Request, job: Job) -> None:
    """As if nobody held the job: it is this operation that does."""
    seen = facts_of(job, request.catalogue.get(job.type), await Project.get(job.project_uid), None)
    reasons = refusals(JobAction.QUEUE, seen, request.viewer)
    if reasons:
        raise reasons[0]
