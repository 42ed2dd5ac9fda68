"""Queue a job to a lane: check everything that could keep it from ever running, write once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain import job_moves
from domain.actions import JobAction
from domain.database import Row
from domain.documents import Instance, Job
from domain.documents.instance import INSTANCE_ID
from domain.documents.shapes import ClusterVar
from domain.error_codes import ErrorCode
from domain.errors import BadInput, Forbidden
from domain.permissions import Permission
from domain.status import JobStatus, QueueStatus
from domain.use_cases.act import BaseAction, act
from domain.use_cases.choose_lane import ChosenLane, choose_lane
from domain.use_cases.context import Request
from domain.use_cases.job_results import Done, JobActionResult, JobTarget, Notice, NoticeCode

HIGHEST_PRIORITY = 100


@dataclass(frozen=True)
class QueueOptions:
    """What the user asks for; None means the default. `gpus` pins GPUs of `hostname`."""

    lane: str | None = None
    hostname: str | None = None
    gpus: tuple[int, ...] | None = None
    no_check_inputs_ready: bool = False
    priority: int | None = None
    cluster_custom_vars: tuple[ClusterVar, ...] | None = None


async def queue(
    request: Request,
    targets: Sequence[JobTarget],
    options: QueueOptions,
    *,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Send building jobs to a lane; parents need not be completed yet."""
    return await act(request, targets, _Queue(options), dry_run=dry_run)


@dataclass(frozen=True)
class _Queue(BaseAction):
    options: QueueOptions = field(default_factory=QueueOptions)
    name: JobAction = JobAction.QUEUE

    async def plan(self, request: Request, job: Job) -> Done:
        instance = await _instance()
        chosen = await choose_lane(request, job, self.options, instance)
        self._priority(request, instance)
        return Done(job, notices=_notices(job, chosen, request))

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        instance = await _instance()
        chosen = await choose_lane(request, job, self.options, instance)
        queued = await job_moves.move(
            job.key,
            to=JobStatus.QUEUED,
            only_from=frozenset({JobStatus.BUILDING}) & target.only_in,
            now=request.now,
            actor=request.viewer.user_id,
            expected_revision=job.revision,  # what was checked is what is queued
            changes=self._changes(request, job, chosen, instance),
        )
        return Done(queued, notices=_notices(job, chosen, request))

    def _changes(self, request: Request, job: Job, chosen: ChosenLane, instance: Instance) -> Row:
        options = self.options
        variables = options.cluster_custom_vars
        kept = _keeps_its_place(job, request)
        tokens = job.resource_spec.gpu
        return {
            "queued_by": request.viewer.user_id,
            "queued_to_lane": chosen.lane,
            "queued_to_hostname": options.hostname,
            "queued_to_gpu": list(options.gpus) if options.gpus else None,
            "queue_entered_at": job.queue_entered_at if kept else request.now,
            "requeue_window_ends_at": None,
            "waiting_for": _first_reason(job, options),
            "on_hold": False,
            "no_check_inputs_ready": options.no_check_inputs_ready,
            "priority": self._priority(request, instance),
            "num_tokens": tokens,
            "tokens_requested_at": request.now if tokens else None,
            "kill_requested_at": None,
            "kill_requested_by": None,
            "exit_reason": None,
        } | ({} if variables is None else {"cluster_custom_vars": [vars(v) for v in variables]})

    def _priority(self, request: Request, instance: Instance) -> int:
        asked, viewer = self.options.priority, request.viewer
        if asked is None:
            own = viewer.default_priority
            return own if own is not None else instance.default_priority
        if not 0 <= asked <= HIGHEST_PRIORITY:
            raise BadInput(
                f"A priority is between 0 and {HIGHEST_PRIORITY}.",
                path=["priority"],
                constraint=f"0 <= priority <= {HIGHEST_PRIORITY}",
            )
        if not (viewer.is_admin or viewer.may_set_priority):
            raise Forbidden(
                "You may not set a priority.",
                required=Permission.ADMIN,
                code=ErrorCode.FORBIDDEN_PRIORITY,
            )
        return asked


async def _instance() -> Instance:
    instance = await Instance.get(INSTANCE_ID)
    assert instance is not None, "made on the first start"
    return instance


def _keeps_its_place(job: Job, request: Request) -> bool:
    window_end = job.requeue_window_ends_at
    return job.queue_entered_at is not None and window_end is not None and request.now < window_end


def _notices(job: Job, chosen: ChosenLane, request: Request) -> list[Notice]:
    notices = [chosen.notice] if chosen.notice is not None else []
    if _keeps_its_place(job, request):
        message = f"Job {job.uid} keeps the place it had in the queue."
        notices.append(Notice(NoticeCode.QUEUE_PLACE_KEPT, message))
    return notices


def _first_reason(job: Job, options: QueueOptions) -> Row:
    """What a reader sees until the scheduler has looked, a moment later."""
    waits = bool(job.parents) and not options.no_check_inputs_ready
    status = QueueStatus.WAITING_INPUTS if waits else QueueStatus.ACTIVELY_QUEUED
    message = (
        f"Waiting for {', '.join(job.parents[:3])}"
        if waits
        else "Ready; the scheduler has not looked at it yet."
    )
    return {
        "status": status,
        "message": message,
        "position_in_lane": None,
        "shortages": [],
        "blocked_by": [],
    }
