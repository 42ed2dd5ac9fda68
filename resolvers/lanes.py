"""Lanes and targets: find and make them."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.documents.target import SshConnection
from domain.permissions import Permission
from domain.use_cases import lanes, targets
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import field, object_type
from schema.given import given
from schema.inputs.lanes import CreateLaneInput, CreateNodeTargetInput
from schema.lane import SchedulerLane
from schema.payloads.lanes import CreateLanePayload, CreateNodeTargetPayload
from schema.target import SchedulerTarget


@object_type
class LaneQueries:
    """Fields that find lanes and targets."""

    @field()
    async def lanes(
        self,
        info: Info,
        active_only: Annotated[
            bool, strawberry.argument(description="Only lanes with queued or active jobs.")
        ] = False,
    ) -> list[SchedulerLane] | None:
        """Lanes."""
        found = await info.context.reads.lanes()
        if active_only:
            loads = [await info.context.reads.lane_load(lane.name) for lane in found]
            found = [
                lane for lane, load in zip(found, loads, strict=True) if load.queued + load.active
            ]
        return [SchedulerLane.from_document(lane) for lane in found]

    @field()
    async def lane(
        self, info: Info, name: Annotated[str, strawberry.argument(description="Name.")]
    ) -> SchedulerLane | None:
        """A lane."""
        lane = await info.context.reads.lane(name)
        return SchedulerLane.from_document(lane) if lane else None

    @field()
    async def targets(
        self,
        info: Info,
        lane: Annotated[str | None, strawberry.argument(description="Lane name.")] = UNSET,
    ) -> list[SchedulerTarget] | None:
        """Targets."""
        found = await info.context.reads.targets(given(lane))
        return [SchedulerTarget.from_document(target) for target in found]

    @field()
    async def target(
        self, info: Info, name: Annotated[str, strawberry.argument(description="Name.")]
    ) -> SchedulerTarget | None:
        """A target."""
        target = await info.context.reads.target(name)
        return SchedulerTarget.from_document(target) if target else None


@object_type
class LaneMutations:
    """Fields that make lanes and targets."""

    @mutation(Permission.ADMIN, CreateLanePayload)
    async def create_lane(
        self,
        info: Info,
        input: Annotated[CreateLaneInput, strawberry.argument(description="Input.")],
    ) -> CreateLanePayload | None:
        """Create a lane and let every user queue to it."""
        lane = await lanes.create_lane(
            info.context.request,
            name=input.name,
            type=input.type.value,
            title=given(input.title),
            desc=given(input.desc),
        )
        shown = SchedulerLane.from_document(lane)
        return await answer(info, CreateLanePayload, input, lane=shown)

    @mutation(Permission.ADMIN, CreateNodeTargetPayload)
    async def create_node_target(
        self,
        info: Info,
        input: Annotated[CreateNodeTargetInput, strawberry.argument(description="Input.")],
    ) -> CreateNodeTargetPayload | None:
        """Connect a machine to a node lane."""
        target = await targets.create_node_target(info.context.request, _new_target(input))
        shown = SchedulerTarget.from_document(target)
        return await answer(info, CreateNodeTargetPayload, input, target=shown)


def _new_target(input: CreateNodeTargetInput) -> targets.NewNodeTarget:
    ssh, gpus = given(input.ssh), given(input.gpus)
    indexes = given(gpus.indexes) if gpus else None
    return targets.NewNodeTarget(
        lane=input.lane,
        name=input.name,
        title=given(input.title),
        desc=given(input.desc),
        hostname=input.hostname,
        ssh=SshConnection(host=ssh.host, port=ssh.port, user=ssh.user) if ssh else None,
        cpu_cores=input.cpu_cores,
        gpu_indexes=tuple(indexes or ()),
        detect_gpus=bool(gpus and given(gpus.detect)),
        ram_gb=input.ram_gb,
        worker_bin_path=given(input.worker_bin_path),
        cache_path=given(input.cache_path),
        cache_reserve_mb=given(input.cache_reserve_mb),
        cache_quota_mb=given(input.cache_quota_mb),
    )
