"""Queue jobs to a lane: check everything that could keep one from ever running, write once."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import job_moves
from domain.actions import JobAction
from domain.database import Row
from domain.documents import Job
from domain.documents.shapes import ClusterVar
from domain.error_codes import ErrorCode
from domain.errors import BadInput, BuildErrors, BuildProblem, Forbidden
from domain.permissions import Permission
from domain.status import JobStatus, QueueStatus
from domain.use_cases.act import BaseAction, act
from domain.use_cases.choose_lane import ChosenLane, Lanes, choose_lane, read_lanes
from domain.use_cases.context import Request
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
    Notice,
    NoticeCode,
)
from domain.use_cases.parents import gone_parents, gone_parents_of
from domain.use_cases.storable import require_storable

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
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Send building jobs to a lane; parents need not be completed yet, whole chains can go."""
    return await act(request, targets, Queue(options), policy=policy, dry_run=dry_run)


@dataclass
class Queue(BaseAction):
    """The action; what was read for all jobs of the request is kept in it."""

    options: QueueOptions
    name: JobAction = JobAction.QUEUE
    _lanes: Lanes | None = None
    _gone: frozenset[str] = frozenset()

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:  # noqa: ARG002
        """Read lanes, targets and parents once."""
        self._lanes = await read_lanes()
        self._gone = await gone_parents(jobs)

    async def plan(self, request: Request, job: Job) -> Done:
        """Refuse what could never run; say which lane it is if not the one asked for."""
        chosen = self._choose(request, job)
        self._priority(request, job)
        return Done(job, notices=_notices(job, chosen, request))

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        """Queue it in one write."""
        chosen = self._choose(request, job)
        queued = await job_moves.move(
            job.key,
            to=JobStatus.QUEUED,
            only_from=frozenset({JobStatus.BUILDING}) & target.only_in,
            now=request.now,
            actor=request.viewer.user_id,
            expected_revision=job.revision,  # what was checked is what is queued
            changes=self._changes(request, job, chosen),
        )
        return Done(queued, notices=_notices(job, chosen, request))

    def changes(self, request: Request, job: Job) -> Row:
        """What queueing the job writes besides its status; refused as `plan` is. Prepare first."""
        return self._changes(request, job, self._choose(request, job))

    def _choose(self, request: Request, job: Job) -> ChosenLane:
        assert self._lanes is not None, "prepared before"
        require_parents(job, self._gone)
        require_cluster_vars(self.options.cluster_custom_vars)
        return choose_lane(request, job, self.options, self._lanes)

    def _changes(self, request: Request, job: Job, chosen: ChosenLane) -> Row:
        options = self.options
        variables = options.cluster_custom_vars
        kept = _keeps_its_place(job, request)
        declaration = request.catalogue.get(job.type)
        interactive = declaration is not None and declaration.run.interactive is not None
        tokens = 0 if interactive else job.resource_spec.gpu
        return {
            "queued_by": request.viewer.user_id,
            "queued_to_lane": chosen.lane,
            "queued_to_hostname": options.hostname,
            "queued_to_gpu": list(options.gpus) if options.gpus else None,
            "queue_entered_at": job.queue_entered_at if kept else request.now,
            "requeue_window_ends_at": None,
            "waiting_for": first_reason(job, inputs_checked=not options.no_check_inputs_ready),
            "on_hold": False,
            "no_check_inputs_ready": options.no_check_inputs_ready,
            "priority": self._priority(request, job),
            "num_tokens": tokens,
            "tokens_requested_at": request.now if tokens else None,
            "kill_requested_at": None,
            "kill_requested_by": None,
            "exit_reason": None,
        } | ({} if variables is None else {"cluster_custom_vars": [vars(v) for v in variables]})

    def _priority(self, request: Request, job: Job) -> int:
        """The one asked for, else the one set on the job before, else the user's or instance's."""
        assert self._lanes is not None, "prepared before"
        if self.options.priority is not None:
            return allowed_priority(request, self.options.priority)
        if job.has_own_priority:
            return job.priority
        default = request.viewer.default_priority
        return self._lanes.instance.default_priority if default is None else default


def allowed_priority(request: Request, asked: int) -> int:
    """The priority `asked`; raises BadInput if there is none such, Forbidden without the right."""
    if not 0 <= asked <= HIGHEST_PRIORITY:
        raise BadInput(
            f"A priority is between 0 and {HIGHEST_PRIORITY}.",
            path=["priority"],
            constraint=f"0 <= priority <= {HIGHEST_PRIORITY}",
        )
    if not (request.viewer.is_admin or request.viewer.may_set_priority):
        raise Forbidden(
            "You may not set a priority.",
            required=Permission.ADMIN,
            code=ErrorCode.FORBIDDEN_PRIORITY,
        )
    return asked


def require_cluster_vars(variables: Sequence[ClusterVar] | None) -> None:
    """Raises BadInput unless the values can be kept."""
    for variable in variables or ():
        require_storable((variable.name, variable.value), ("clusterCustomVars",))


def require_parents(job: Job, gone: frozenset[str]) -> None:
    """Raises BuildErrors if a parent of the job is among the ids `gone`."""
    missing = gone_parents_of(job, gone)
    if not missing:
        return
    raise BuildErrors(
        f"Job {job.uid} cannot run: {missing[0]} is gone; disconnect it.",
        problems=[
            BuildProblem("source_missing", ("inputs", name), f"{c.job_uid} is gone; disconnect it.")
            for name, job_input in job.inputs.items()
            for c in job_input.connections
            if c.job_uid in missing
        ],
        code=ErrorCode.INPUTS_BROKEN,
    )


def _keeps_its_place(job: Job, request: Request) -> bool:
    window_end = job.requeue_window_ends_at
    return job.queue_entered_at is not None and window_end is not None and request.now < window_end


def _notices(job: Job, chosen: ChosenLane, request: Request) -> list[Notice]:
    notices = [chosen.notice] if chosen.notice is not None else []
    if _keeps_its_place(job, request):
        message = f"Job {job.uid} keeps the place it had in the queue."
        notices.append(Notice(NoticeCode.QUEUE_PLACE_KEPT, message))
    return notices


def first_reason(job: Job, *, inputs_checked: bool) -> Row:
    """What a reader sees until the scheduler has looked, a moment later: Job.waiting_for."""
    waits = bool(job.parents) and inputs_checked
    message = (
        f"Waiting for {', '.join(job.parents[:3])}"
        if waits
        else "Ready; the scheduler has not looked at it yet."
    )
    status = QueueStatus.WAITING_INPUTS if waits else QueueStatus.ACTIVELY_QUEUED
    return waiting_reason(status, message)


def waiting_reason(status: QueueStatus, message: str) -> Row:
    """A reason without numbers, as Job.waiting_for holds it."""
    return {
        "status": status,
        "message": message,
        "position_in_lane": None,
        "shortages": [],
        "blocked_by": [],
    }
