"""Which lane a job goes to, and whether a target there could ever run it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.documents import Instance, Job, Lane, Target
from domain.documents.instance import INSTANCE_ID
from domain.error_codes import ErrorCode
from domain.errors import BadInput, LaneRefused, NeverFits, Shortage
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


@dataclass(frozen=True)
class Lanes:
    """The instance's settings, its lanes by name, and the targets of each, empty or not."""

    instance: Instance
    lanes: Mapping[str, Lane]
    targets: Mapping[str, Sequence[Capacity]]


async def read_lanes() -> Lanes:
    """All that choosing lanes needs, for any number of jobs, in three queries."""
    instance = await Instance.get(INSTANCE_ID)
    assert instance is not None, "made on the first start"
    targets: dict[str, list[Capacity]] = {}
    for t in await Target.find_all().sort("_id").to_list():
        seen = capacity(t.name, t.hostname, t.slots, ssd=t.cache_path is not None)
        targets.setdefault(t.lane, []).append(seen)
    lanes = {lane.name: lane for lane in await Lane.find_all().to_list()}
    return Lanes(instance, lanes, targets)


def choose_lane(request: Request, job: Job, wanted: Wanted, lanes: Lanes) -> ChosenLane:
    """The lane for `job`.

    Raises LaneRefused (no such lane, not allowed, host not in it), BadInput (number of pinned
    GPUs) and NeverFits (no target could run the job, even empty).
    """
    fixed = is_master_only(request, job)
    chosen = _fixed(request, job, wanted, lanes) if fixed else _free(wanted, lanes)
    lane = lanes.lanes.get(chosen.lane)
    if lane is None:
        message = f"There is no lane {chosen.lane}."
        raise LaneRefused(message, lane=chosen.lane, allowed=sorted(request.viewer.lanes))
    if not fixed:
        require_lane(request.viewer, lane.name)
    targets = lanes.targets.get(lane.name, ())
    _check_pins(job, wanted, lane, targets, master_only=fixed)
    if lane.type == "node":
        _check_fit(job, wanted, lane, targets)
    return chosen


def is_master_only(request: Request, job: Job) -> bool:
    """Whether the job runs where Lanekeeper says, whatever is asked: interactive, master-direct."""
    declaration = request.catalogue.get(job.type)
    if declaration is None:
        return False
    return declaration.run.interactive is not None or declaration.run.master_direct


def master_lane(request: Request, job: Job, instance: Instance) -> str:
    """The one lane of a job that is master-only; raises LaneRefused if there is none."""
    declaration = request.catalogue.get(job.type)
    assert declaration is not None, "see is_master_only"
    override = declaration.category == "import" and declaration.run.interactive is None
    lane = (instance.import_lane_override if override else None) or instance.default_lane
    if lane is None:
        message = f"Jobs of type {job.type} run on the default lane, and there is none."
        raise LaneRefused(message, lane=None)
    return lane


def _fixed(request: Request, job: Job, wanted: Wanted, lanes: Lanes) -> ChosenLane:
    lane = master_lane(request, job, lanes.instance)
    if wanted.lane in (None, lane):
        return ChosenLane(lane)
    message = f"Jobs of type {job.type} run in lane {lane}."
    return ChosenLane(lane, Notice(NoticeCode.LANE_OVERRIDDEN, message))


def _free(wanted: Wanted, lanes: Lanes) -> ChosenLane:
    lane = wanted.lane or lanes.instance.default_lane
    if lane is None:
        raise LaneRefused("There is no default lane; name a lane.", lane=None)
    return ChosenLane(lane)


def _check_pins(
    job: Job, wanted: Wanted, lane: Lane, targets: Sequence[Capacity], *, master_only: bool
) -> None:
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
            code=ErrorCode.MASTER_ONLY if master_only else ErrorCode.TARGET_NOT_IN_LANE,
        )


def _check_fit(job: Job, wanted: Wanted, lane: Lane, targets: Sequence[Capacity]) -> None:
    spec = job.resource_spec
    need = ResourceSpec(spec.cpu, spec.gpu, spec.ram, spec.ssd)
    candidates = [t for t in targets if wanted.hostname in (None, t.hostname)]
    able = [target for target in candidates if not shortages(need, target, empty=True)]
    pinned = wanted.gpus or ()
    if any(not lacks_pinned(pinned, target, empty=True) for target in able):
        return
    if able:
        missing = [_lacking_pins(pinned, able)]
        lacks = f"GPU {', '.join(str(gpu) for gpu in pinned)}"
    else:
        missing = closest(need, candidates, empty=True)
        lacks = ", ".join(f"{s.needed} {s.resource} ({s.free} there)" for s in missing)
    message = f"No target of lane {lane.name} could ever run job {job.uid}: needs {lacks}."
    raise NeverFits(message, lane=lane.name, shortages=missing)


def _lacking_pins(pinned: Sequence[int], targets: Sequence[Capacity]) -> Shortage:
    """How many of the pinned GPUs the target has that has the most of them."""
    most = max(len(set(pinned) & set(target.total.gpu)) for target in targets)
    return Shortage("gpu", len(pinned), most)
