"""Targets: the machines and clusters that jobs run on."""

from datetime import datetime
from typing import Any

import strawberry

from domain import documents
from domain.cluster_templates import custom_names
from domain.documents.target import GpuDevice
from domain.permissions import Permission
from domain.uids import AttemptKey
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.directives import ListSize, Requires
from schema.job import Job
from schema.job_run import ClusterVar
from schema.lane_type import LaneType
from schema.node import Node, global_id
from schema.presenting import present, same_names
from schema.quarantine import QuarantinedSlots, quarantined_slots
from schema.references import LaterLane
from schema.scalars import BigInt
from schema.target_config import TargetConfig, show_config


@object_type
class Gpu:
    """A GPU of a node."""

    holder: strawberry.Private[str | None]
    index: int = attribute("Index.")
    name: str = attribute("Model.")
    mem: BigInt = attribute("Bytes of memory.")
    enabled: bool = attribute("Given to the scheduler; a target may keep some of its GPUs out.")
    utilisation: float | None = attribute("Share in use, 0 to 1; null when not measured.")
    memory_used: BigInt | None = attribute("Bytes in use; null when not measured.")

    @field()
    async def allocated_to(self, info: Info) -> Job | None:
        """Job that holds it."""
        if self.holder is None:
            return None
        job = await info.context.reads.job(str(AttemptKey.parse(self.holder).job))
        return Job.from_document(job) if job else None

    @classmethod
    def of(cls, device: GpuDevice, holder: str | None) -> "Gpu":
        """Show a GPU; `holder` is the "job#attempt" that holds its slot."""
        return cls(holder=holder, **same_names(cls, device))


@object_type
class SchedulerTarget(Node):
    """A node or cluster target. Slot counts are null for a cluster, which does its own
    scheduling."""

    document: strawberry.Private[documents.Target]
    revision: BigInt = attribute("Change counter.")
    name: str = attribute("Name.")
    title: str = attribute("Title.")
    desc: str | None = attribute("Description.")
    hostname: str = attribute("Hostname; the name for a cluster.")
    lane_name: str = attribute("Lane name.")
    type: LaneType = attribute("Type.")
    worker_bin_path: str | None = attribute("Worker executable; null for the built-in one.")
    cache_path: str | None = attribute("SSD scratch path.")
    cache_reserve_mb: int | None = attribute("Reserved MB.")
    cache_quota_mb: int | None = attribute("Quota MB.")
    online: bool = attribute("Answered the last check.")
    last_seen_at: datetime | None = attribute("Last answer.")
    drained: bool = attribute("Running jobs go on, none is started.")
    declared_lost_at: datetime | None = attribute(
        "When an administrator has declared it lost; null once its jobs are ended for that."
    )
    cpu_total: int | None = attribute("CPU cores.")
    cpu_free: int | None = attribute("Free CPU cores.")
    gpu_total: int | None = attribute("GPUs given to the scheduler.")
    gpu_free: int | None = attribute("Free GPUs.")
    ram_slots_total: int | None = attribute("RAM slots of 8 GiB.")
    ram_slots_free: int | None = attribute("Free RAM slots.")

    @field()
    async def lane(self, info: Info) -> LaterLane:
        """Lane."""
        return present(await info.context.reads.lane(self.lane_name))

    @field()
    def gpus(self) -> list[Gpu]:
        """GPUs."""
        held = self.document.slots.get("gpu", {})
        return [Gpu.of(device, held.get(str(device.index))) for device in self.document.gpus]

    @field(ListSize(assumed_size=5))
    def quarantined_slots(self) -> list[QuarantinedSlots]:
        """Slots of runs that were given up, though nothing proves yet that they have ended."""
        return quarantined_slots(self.document)

    @field(ListSize(assumed_size=20))
    async def running_jobs(self, info: Info) -> list[Job]:
        """Jobs running on the target."""
        jobs = await info.context.reads.running_on(self.name)
        return [Job.from_document(job) for job in jobs]

    @field()
    def cluster_template_vars(self) -> list[str]:
        """Variables used by the templates of a cluster."""
        cluster = self.document.cluster
        return cluster.variables if cluster else []

    @field()
    def cluster_custom_var_names(self) -> list[str]:
        """Those of them that the queue dialog must ask for."""
        cluster = self.document.cluster
        return custom_names(cluster.variables) if cluster else []

    @field()
    def cluster_custom_vars(self) -> list[ClusterVar]:
        """Their default values."""
        cluster = self.document.cluster
        variables = cluster.custom_vars if cluster else []
        return [ClusterVar(name=var.name, value=var.value) for var in variables]

    @field(Requires(permission=Permission.ADMIN))
    def config(self, info: Info) -> TargetConfig | None:
        """Full configuration."""
        if not info.context.caller.is_admin:
            return None
        return show_config(self.document)

    @staticmethod
    @present.register(documents.Target)
    def from_document(document: documents.Target) -> "SchedulerTarget":
        """Show the target."""
        return SchedulerTarget(
            id=global_id("SchedulerTarget", document.id),
            document=document,
            lane_name=document.lane,
            type=LaneType(document.type),
            **_slot_counts(document),
            **same_names(SchedulerTarget, document, "id", "document", "lane_name", "type"),
        )


_SLOT_FIELDS = {"cpu": "cpu", "gpu": "gpu", "ram": "ram_slots"}
"""Kind of slot → the beginning of its fields' names."""


def _slot_counts(document: documents.Target) -> dict[str, Any]:  # counts, by the names of fields
    """cpu_total, cpu_free and so on; None for a cluster, which does its own scheduling."""
    counts: dict[str, int | None] = {}
    for kind, name in _SLOT_FIELDS.items():
        holders = document.slots.get(kind, {}).values()
        node = document.type == "node"
        counts[f"{name}_total"] = len(holders) if node else None
        counts[f"{name}_free"] = sum(key is None for key in holders) if node else None
    return counts
