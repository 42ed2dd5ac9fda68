"""Change how a job waits without losing its place: priority, lane, hold and release."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import job_moves
from domain.actions import JobAction
from domain.database import Row
from domain.documents import Job
from domain.documents.shapes import ClusterVar
from domain.error_codes import ErrorCode
from domain.errors import LaneRefused
from domain.status import ACTIVE, EVERY, QUEUED, JobStatus, QueueStatus
from domain.use_cases.act import BaseAction, act
from domain.use_cases.choose_lane import (
    Lanes,
    choose_lane,
    is_master_only,
    master_lane,
    read_lanes,
)
from domain.use_cases.context import Request
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
)
from domain.use_cases.queue import (
    QueueOptions,
    allowed_priority,
    first_reason,
    require_cluster_vars,
    waiting_reason,
)
from domain.use_cases.unchanged import unchanged


async def set_priority(
    request: Request,
    targets: Sequence[JobTarget],
    priority: int,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Give jobs a priority of 0 to 100; on a done job it is stored for the next run."""
    return await act(request, targets, _SetPriority(priority), policy=policy, dry_run=dry_run)


async def change_lane(
    request: Request,
    targets: Sequence[JobTarget],
    lane: str,
    cluster_custom_vars: tuple[ClusterVar, ...] | None = None,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Move queued jobs to another lane, checked as in queueing; they keep their queue time.

    A pin to a host that is not in the lane is dropped.
    """
    action = _ChangeLane(lane, cluster_custom_vars)
    return await act(request, targets, action, policy=policy, dry_run=dry_run)


async def hold(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Hold queued jobs back; they keep their queue time."""
    action = _Hold(JobAction.HOLD, held=True)
    return await act(request, targets, action, policy=policy, dry_run=dry_run)


async def release(
    request: Request,
    targets: Sequence[JobTarget],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Let held jobs go on, from the place they had."""
    action = _Hold(JobAction.RELEASE, held=False)
    return await act(request, targets, action, policy=policy, dry_run=dry_run)


@dataclass
class _SetPriority(BaseAction):
    priority: int
    name: JobAction = JobAction.SET_PRIORITY

    async def plan(self, request: Request, job: Job) -> Done:
        allowed_priority(request, self.priority)
        return self._unchanged(job) or Done(job)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        present = self._unchanged(job)
        if present is not None:
            return present
        changes = {"priority": self.priority, "has_own_priority": True}
        only_in = (EVERY - ACTIVE) & target.only_in
        return await _write(request, job, target, changes, only_in)

    def _unchanged(self, job: Job) -> Done | None:
        if job.priority != self.priority or not job.has_own_priority:
            return None
        return unchanged(job, f"Job {job.uid} has priority {self.priority} already.")


@dataclass
class _ChangeLane(BaseAction):
    lane: str
    cluster_custom_vars: tuple[ClusterVar, ...] | None
    name: JobAction = JobAction.CHANGE_LANE
    _lanes: Lanes | None = None

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:  # noqa: ARG002
        require_cluster_vars(self.cluster_custom_vars)
        self._lanes = await read_lanes()

    async def plan(self, request: Request, job: Job) -> Done:
        self._check(request, job)
        return self._unchanged(job) or Done(job)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        present = self._unchanged(job)
        if present is not None:
            return present
        changes: Row = {"queued_to_lane": self.lane}
        if self.cluster_custom_vars is not None:
            changes["cluster_custom_vars"] = [vars(v) for v in self.cluster_custom_vars]
        if not self._keeps_pins(job):
            changes |= {"queued_to_hostname": None, "queued_to_gpu": None}
        if not job.on_hold:
            inputs_checked = not job.no_check_inputs_ready
            changes["waiting_for"] = first_reason(job, inputs_checked=inputs_checked)
        return await _write(request, job, target, changes, QUEUED & target.only_in)

    def _check(self, request: Request, job: Job) -> None:
        """Refuse the lane, or what could never run there; the same rules as queueing."""
        assert self._lanes is not None, "prepared before"
        if is_master_only(request, job):
            fixed = master_lane(request, job, self._lanes.instance)
            if self.lane != fixed:
                message = f"Jobs of type {job.type} run in lane {fixed} only."
                code = ErrorCode.MASTER_ONLY
                raise LaneRefused(message, lane=self.lane, allowed=[fixed], code=code)
        kept = self._keeps_pins(job)
        wanted = QueueOptions(
            lane=self.lane,
            hostname=job.queued_to_hostname if kept else None,
            gpus=tuple(job.queued_to_gpu) if kept and job.queued_to_gpu else None,
        )
        choose_lane(request, job, wanted, self._lanes)

    def _keeps_pins(self, job: Job) -> bool:
        assert self._lanes is not None, "prepared before"
        if job.queued_to_hostname is None:
            return self.lane == job.queued_to_lane  # GPUs pinned without a host
        targets = self._lanes.targets.get(self.lane, ())
        return job.queued_to_hostname in {target.hostname for target in targets}

    def _unchanged(self, job: Job) -> Done | None:
        variables = self.cluster_custom_vars
        if job.queued_to_lane != self.lane:
            return None
        if variables is not None and list(variables) != job.cluster_custom_vars:
            return None
        return unchanged(job, f"Job {job.uid} is in lane {self.lane} already.")


@dataclass
class _Hold(BaseAction):
    """The rule skips jobs that are held, or not held, already."""

    name: JobAction
    held: bool

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        changes: Row = {"on_hold": self.held, "waiting_for": self._reason(request, job)}
        return await _write(request, job, target, changes, QUEUED & target.only_in)

    def _reason(self, request: Request, job: Job) -> Row:
        if not self.held:
            return first_reason(job, inputs_checked=not job.no_check_inputs_ready)
        message = f"Held by {request.viewer.name} since {request.now:%H:%M} UTC."
        return waiting_reason(QueueStatus.ON_HOLD, message)


async def _write(
    request: Request, job: Job, target: JobTarget, changes: Row, only_in: frozenset[JobStatus]
) -> Done:
    written = await job_moves.change(
        job.key,
        changes=changes,
        now=request.now,
        only_in=only_in,
        expected_revision=target.expected_revision,
    )
    return Done(written)
