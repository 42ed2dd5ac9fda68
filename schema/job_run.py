"""What a job needs, waits for, was given, and how its run goes."""

from datetime import datetime
from enum import StrEnum

import strawberry

from domain import errors
from domain.documents import shapes
from domain.status import QueueStatus
from schema.context import Info
from schema.described import attribute, describe, field, object_type
from schema.directives import ListSize
from schema.lane_type import LaneType
from schema.presenting import present, same_names
from schema.references import LaterJob, LaterTarget


class ResourceKind(StrEnum):
    """What is handed out; the value is the name in the domain."""

    CPU = "cpu"
    GPU = "gpu"
    RAM = "ram"
    SSD = "ssd"
    TOKEN = "token"


describe(
    ResourceKind,
    "ResourceKind",
    "A resource the scheduler hands out.",
    {
        "CPU": "CPU cores.",
        "GPU": "GPUs.",
        "RAM": "RAM slots of 8 GiB.",
        "SSD": "SSD scratch.",
        "TOKEN": "GPU tokens.",
    },
)


@object_type
class ResourceShortage:
    """One resource a queued job lacks."""

    resource: ResourceKind = attribute("Resource.")
    needed: int = attribute("Needed.")
    free: int = attribute("Free on the target that comes closest.")

    @classmethod
    def of(cls, shortage: shapes.Shortage | errors.Shortage) -> "ResourceShortage":
        """Show a shortage of the planner or of a refusal."""
        return cls(
            resource=ResourceKind(shortage.resource), needed=shortage.needed, free=shortage.free
        )


@object_type
class QueueReason:
    """Why a queued job has not started, with numbers."""

    blockers: strawberry.Private[list[str]]
    status: QueueStatus = attribute("Machine reason.")
    message: str = attribute('Sentence for people, e.g. "Needs 2 GPUs, 1 free on node1".')
    position_in_lane: int | None = attribute(
        "Place in the lane's queue, 1 being next; null on hold."
    )
    shortages: list[ResourceShortage] = attribute(
        "What is missing; empty unless waiting for resources or tokens."
    )

    @field(ListSize(assumed_size=3))
    async def blocked_by(self, info: Info) -> list[LaterJob]:
        """Unfinished parents, or the jobs that hold the missing resource; at most 3."""
        return [present(job) for job in await info.context.reads.jobs(self.blockers)]

    @classmethod
    def from_document(cls, reason: shapes.QueueReason) -> "QueueReason":
        """Show why a queued job waits."""
        return cls(
            status=QueueStatus(reason.status),
            message=reason.message,
            position_in_lane=reason.position_in_lane,
            shortages=[ResourceShortage.of(shortage) for shortage in reason.shortages],
            blockers=reason.blocked_by,
        )


@object_type
class JobProgress:
    """How far a running job has come."""

    fraction: float | None = attribute("0 to 1; null when it cannot be known.")
    message: str | None = attribute("Present step.")
    iteration: int | None = attribute("Present iteration, 1-based.")
    iterations: int | None = attribute("Iterations planned.")
    eta_seconds: float | None = attribute("Estimated seconds left.")
    updated_at: datetime = attribute("Last report.")

    @classmethod
    def from_document(cls, progress: shapes.Progress) -> "JobProgress":
        """Show how far a run has come."""
        return cls(**same_names(cls, progress))


@object_type
class ResourceSlots:
    """Allocated slots."""

    cpu: list[int] = attribute("CPU core numbers.")
    gpu: list[int] = attribute("GPU numbers.")
    ram: list[int] = attribute("RAM slot numbers.")


@object_type
class AllocatedResources:
    """What the scheduler allocated."""

    target_name: strawberry.Private[str]
    lane: str | None = attribute("Lane name.")
    lane_type: LaneType | None = attribute("Lane type.")
    hostname: str = attribute("Worker host.")
    slots: ResourceSlots = attribute("Slots.")
    ssd: bool = attribute("SSD allocated.")
    licenses_acquired: int = attribute("GPU tokens held.")

    @field()
    async def target(self, info: Info) -> LaterTarget | None:
        """Target."""
        target = await info.context.reads.target(self.target_name)
        return present(target) if target else None

    @classmethod
    def from_document(cls, given: shapes.AllocatedResources) -> "AllocatedResources":
        """Show what a run was given."""
        return cls(
            lane=given.lane,
            lane_type=LaneType(given.lane_type),
            hostname=given.hostname,
            target_name=given.target,
            slots=ResourceSlots(**same_names(ResourceSlots, given.slots)),
            ssd=given.ssd,
            licenses_acquired=given.licenses_acquired,
        )


@object_type
class JobBuildError:
    """Why a job cannot be queued."""

    type: str = attribute("Pydantic error type.")
    loc: list[str] = attribute("Path to the invalid property.")
    message: str = attribute("Text.")


@object_type
class RunError:
    """Runtime error of a job."""

    message: str = attribute("Text.")
    warning: bool = attribute("Only a warning.")


@object_type
class ClusterVar:
    """A custom variable of a cluster submission template."""

    name: str = attribute("Name.")
    value: str = attribute("Value.")
