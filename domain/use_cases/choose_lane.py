"""Which lane a job goes to, and whether a target there could ever run it."""

from dataclasses import dataclass
from typing import Protocol

from domain.documents import Instance, Job, Lane, Target
from domain.error_codes import ErrorCode
from domain.errors import BadInput, LaneRefused, NeverFits
from domain.permissions import require_lane
from domain.resources import Capacity, ResourceSpec, capacity, closest, lacks_pinned, shortages
from domain.use_cases.context import Request
from domain.use_cases.job_results import Notice, NoticeCode


class Wanted(Protocol):
    """What a user may ask of a lane: see `QueueOptions`."""

    @property
    def lane(self) -> str | None: ...  # noqa: D102
    @property
    def hostname(self) -> str | None: ...  # noqa: D102
    @property
    def gpus(self) -> tuple[int, ...] | None: ...  # noqa: D102


@dataclass(frozen=True)
class ChosenLane:
    """The lane's name; `notice` tells of a lane other than the one asked for."""

    lane: str
    notice: Notice | None = None


async def choose_lane(request: Request, job: Job, wanted: Wanted, instance: Instance) -> ChosenLane:
    """The lane for `job`.

    Raises LaneRefused (no such lane, not allowed, host not in it), BadInput (number of pinned
    GPUs) and NeverFits (no target could run the job, even empty).
    """
    chosen = _resolve(request, job, wanted, instance)
    lane = await Lane.get(chosen.lane)
    if lane is None:
        message = f"There is no lane {chosen.lane}."
        raise LaneRefused(message, lane=chosen.lane, allowed=sorted(request.viewer.lanes))
    if chosen.notice is None:
        require_lane(request.viewer, lane.name)
    if lane.type == "node":
        targets = await Target.find({"lane": lane.name}).to_list()
        _check_pins(job, wanted, lane, targets)
        _check_fit(job, wanted, lane, targets)
    return chosen


def _resolve(request: Request, job: Job, wanted: Wanted, instance: Instance) -> ChosenLane:
    fixed = _fixed_lane(request, job, instance)
    if fixed is not None:
        if wanted.lane in (None, fixed):
            return ChosenLane(fixed)
        message = f"Jobs of type {job.type} run in lane {fixed}."
        return ChosenLane(fixed, Notice(NoticeCode.LANE_OVERRIDDEN, message))
    lane = wanted.lane or instance.default_lane
    if lane is None:
        raise LaneRefused("There is no default lane; name a lane.", lane=None)
    return ChosenLane(lane)


def _fixed_lane(request: Request, job: Job, instance: Instance) -> str | None:
    """The lane of interactive and master-direct jobs, whatever was asked for."""
    declaration = request.catalogue.get(job.type)
    if declaration is None:
        return None
    if declaration.run.interactive:
        return instance.default_lane
    if declaration.category == "import" and instance.import_lane_override:
        return instance.import_lane_override
    return instance.default_lane if declaration.run.master_direct else None


def _check_pins(job: Job, wanted: Wanted, lane: Lane, targets: list[Target]) -> None:
    named = set(wanted.gpus or ())
    if named and (len(named) != job.resource_spec.gpu or len(named) != len(wanted.gpus or ())):
        need = job.resource_spec.gpu
        raise BadInput(
            f"Job {job.uid} needs {need} GPUs, each named once; {len(named)} are named.",
            path=["gpus"],
            code=ErrorCode.GPU_COUNT_MISMATCH,
        )
    if wanted.hostname and wanted.hostname not in {target.hostname for target in targets}:
        raise LaneRefused(
            f"{wanted.hostname} is not a target of lane {lane.name}.",
            lane=lane.name,
            code=ErrorCode.TARGET_NOT_IN_LANE,
        )


def _check_fit(job: Job, wanted: Wanted, lane: Lane, targets: list[Target]) -> None:
    spec = job.resource_spec
    need = ResourceSpec(spec.cpu, spec.gpu, spec.ram, spec.ssd)
    candidates = [
        capacity(t.name, t.hostname, t.slots, ssd=t.cache_path is not None)
        for t in targets
        if wanted.hostname is None or t.hostname == wanted.hostname
    ]
    if any(_could_run(need, wanted, candidate) for candidate in candidates):
        return
    missing = closest(need, candidates, empty=True)
    lacks = ", ".join(f"{s.needed} {s.resource} ({s.free} there)" for s in missing)
    message = f"No target of lane {lane.name} could ever run job {job.uid}: needs {lacks}."
    raise NeverFits(message, lane=lane.name, shortages=missing)


def _could_run(need: ResourceSpec, wanted: Wanted, target: Capacity) -> bool:
    missing = shortages(need, target, empty=True)
    return not missing and not lacks_pinned(wanted.gpus or (), target, empty=True)
