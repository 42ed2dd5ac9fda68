"""Connect machines and clusters to lanes, and let them go."""

from dataclasses import dataclass, field
from typing import Literal

from domain.cluster_templates import checked
from domain.database import DuplicateKey
from domain.documents import Lane, Target
from domain.documents.target import ClusterTemplates, SshConnection
from domain.error_codes import ErrorCode
from domain.errors import InUse, LaneRefused
from domain.permissions import Permission, require
from domain.resources import empty_slots
from domain.use_cases.context import Request
from domain.use_cases.lanes import checked_name, delete_free_target, require_words
from domain.use_cases.revisions import require_revision
from domain.use_cases.target_checks import GpuChoice, Storage, chosen_gpus, require_amounts


@dataclass(frozen=True)
class NewTarget:
    """What every target has; `title` None means the name."""

    lane: str
    name: str
    title: str | None = None
    desc: str | None = None
    worker_bin_path: str | None = None
    cache_path: str | None = None
    cache_reserve_mb: int | None = None
    cache_quota_mb: int | None = None

    @property
    def storage(self) -> Storage:
        """Where the node-side executable and the scratch space are."""
        paths = (self.worker_bin_path, self.cache_path)
        return Storage(*paths, self.cache_reserve_mb, self.cache_quota_mb)


@dataclass(frozen=True, kw_only=True)
class NewNodeTarget(NewTarget):
    """A machine; `ssh` None means this one."""

    hostname: str
    cpu_cores: int
    ram_gb: float
    ssh: SshConnection | None = None
    gpus: GpuChoice = field(default_factory=GpuChoice)


@dataclass(frozen=True, kw_only=True)
class NewClusterTarget(NewTarget):
    """A cluster, which does its own scheduling."""

    templates: ClusterTemplates


async def create_node_target(request: Request, new: NewNodeTarget) -> Target:
    """Connect a machine to a node lane; raises Forbidden, BadInput, LaneRefused, InUse."""
    await _require_acceptable(request, new, "node")
    require_amounts(cpu_cores=new.cpu_cores, ram_gb=new.ram_gb, hostname=new.hostname, ssh=new.ssh)
    gpus = await chosen_gpus(new.gpus, new.ssh)
    enabled = [gpu.index for gpu in gpus if gpu.enabled]
    target = _of(new, request).model_copy(
        update={
            "hostname": new.hostname,
            "ssh": new.ssh,
            "cpu_cores": new.cpu_cores,
            "ram_gb": new.ram_gb,
            "gpus": gpus,
            "slots": empty_slots(new.cpu_cores, new.ram_gb, enabled),
        }
    )
    return await _inserted(target)


async def create_cluster_target(request: Request, new: NewClusterTarget) -> Target:
    """Connect a cluster to a cluster lane; every template is rendered once, with sample values.

    Raises Forbidden, BadInput (INVALID_TEMPLATE among others), LaneRefused, InUse.
    """
    await _require_acceptable(request, new, "cluster")
    templates = await checked(new.templates)
    target = _of(new, request).model_copy(update={"type": "cluster", "cluster": templates})
    return await _inserted(target)


async def delete_target(
    request: Request, name: str, *, expected_revision: int | None = None
) -> Target:
    """Delete a target that nothing runs on; answers it as it was.

    Raises InUse, with the jobs, while any of its slots is held, also by a job whose processes are
    not yet proven gone; Forbidden, NotFound, RevisionConflict.
    """
    require(request.viewer, Permission.ADMIN)
    target = await require_revision(Target, name, expected_revision)
    await delete_free_target(target)
    return target


async def require_lane_of(name: str, type: Literal["node", "cluster"]) -> None:
    """Raises LaneRefused unless there is a lane `name` for targets of this type."""
    lane = await Lane.get(name)
    if lane is None:
        raise LaneRefused(f"There is no lane {name}.", lane=name)
    if lane.type != type:
        message = f"Lane {name} is for targets of type {lane.type}, not {type}."
        raise LaneRefused(message, lane=name, code=ErrorCode.LANE_TYPE_MISMATCH)


async def _require_acceptable(
    request: Request, new: NewTarget, type: Literal["node", "cluster"]
) -> None:
    require(request.viewer, Permission.ADMIN)
    checked_name(new.name)
    require_words(new.title or new.name, new.desc)
    new.storage.require_acceptable()
    await require_lane_of(new.lane, type)


def _of(new: NewTarget, request: Request) -> Target:
    """A target with what all have in common; of a node until it is said to be a cluster."""
    return Target(
        id=new.name,
        type="node",
        lane=new.lane,
        title=new.title or new.name,
        desc=new.desc,
        hostname=new.name,
        created_at=request.now,
        **new.storage.values(),
    )


async def _inserted(target: Target) -> Target:
    try:
        await target.insert()
    except DuplicateKey as error:
        message = f"There is a target {target.name} already."
        raise InUse(message, code=ErrorCode.NAME_TAKEN) from error
    return target
