"""Connect machines to lanes."""

from dataclasses import dataclass

from domain.database import DuplicateKey
from domain.documents import Lane, Target
from domain.documents.target import GpuDevice, SshConnection
from domain.error_codes import ErrorCode
from domain.errors import BadInput, InUse, LaneRefused
from domain.permissions import Permission, require
from domain.resources import empty_slots
from domain.use_cases.context import Request
from domain.use_cases.lanes import checked_name

MAX_CORES = 4096
MAX_GPUS = 64


@dataclass(frozen=True)
class NewNodeTarget:
    """A machine; `ssh` None means this one. `gpu_indexes` may name GPUs that it has not.

    With `detect_gpus`, the GPUs are those that this machine's other targets report.
    """

    lane: str
    name: str
    hostname: str
    cpu_cores: int
    ram_gb: float
    title: str | None = None
    desc: str | None = None
    ssh: SshConnection | None = None
    gpu_indexes: tuple[int, ...] = ()
    detect_gpus: bool = False
    worker_bin_path: str | None = None
    cache_path: str | None = None
    cache_reserve_mb: int | None = None
    cache_quota_mb: int | None = None


async def create_node_target(request: Request, new: NewNodeTarget) -> Target:
    """Connect a machine to a node lane; raises Forbidden, BadInput, LaneRefused, InUse."""
    require(request.viewer, Permission.ADMIN)
    checked_name(new.name)
    _check_amounts(new)
    await _check_lane(new.lane)
    gpus = await _gpus(new)
    target = Target(
        id=new.name,
        type="node",
        lane=new.lane,
        title=new.title or new.name,
        desc=new.desc,
        hostname=new.hostname,
        ssh=new.ssh,
        cpu_cores=new.cpu_cores,
        ram_gb=new.ram_gb,
        gpus=gpus,
        worker_bin_path=new.worker_bin_path,
        cache_path=new.cache_path,
        cache_reserve_mb=new.cache_reserve_mb,
        cache_quota_mb=new.cache_quota_mb,
        slots=empty_slots(new.cpu_cores, new.ram_gb, [gpu.index for gpu in gpus]),
        created_at=request.now,
    )
    try:
        await target.insert()
    except DuplicateKey as error:
        message = f"There is a target {new.name} already."
        raise InUse(message, code=ErrorCode.NAME_TAKEN) from error
    return target


def _check_amounts(new: NewNodeTarget) -> None:
    indexes = new.gpu_indexes
    checks = (
        ("cpuCores", 1 <= new.cpu_cores <= MAX_CORES, f"1 to {MAX_CORES} cores"),
        ("ramGb", 0 < new.ram_gb < 1e6, "more than 0 GiB"),
        ("gpus", len(set(indexes)) == len(indexes) <= MAX_GPUS, "each index once"),
        ("gpus", all(0 <= index < MAX_GPUS for index in indexes), f"0 to {MAX_GPUS - 1}"),
        ("hostname", bool(new.hostname.strip()), "not empty"),
    )
    for name, holds, constraint in checks:
        if not holds:
            message = f"{name} is not acceptable: {constraint}."
            raise BadInput(message, path=[name], constraint=constraint)


async def _check_lane(name: str) -> None:
    lane = await Lane.get(name)
    if lane is None:
        raise LaneRefused(f"There is no lane {name}.", lane=name)
    if lane.type != "node":
        message = f"Lane {name} is for clusters; a machine goes to a node lane."
        raise LaneRefused(message, lane=name, code=ErrorCode.LANE_TYPE_MISMATCH)


async def _gpus(new: NewNodeTarget) -> list[GpuDevice]:
    if not new.detect_gpus:
        return [GpuDevice(index=i, name="declared", mem=0) for i in sorted(new.gpu_indexes)]
    if new.ssh is not None:
        message = "GPUs are found on this machine only; name their indexes."
        raise BadInput(message, path=["gpus"])
    known = await Target.find({"ssh": None, "gpus.uuid": {"$ne": None}}).to_list()
    return list(known[0].gpus) if known else []
