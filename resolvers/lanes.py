"""Lanes and targets: find them; lanes: make, change and delete them."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.permissions import Permission
from domain.use_cases import lanes
from domain.use_cases.cluster_preview import preview
from resolvers.answer import answer, mutation
from schema.cluster_preset import ClusterPreset, cluster_presets
from schema.cluster_script import ClusterScriptPreview
from schema.context import Info
from schema.described import field, object_type
from schema.directives import Cost, ListSize
from schema.given import given
from schema.inputs.lanes import CreateLaneInput, DeleteLaneInput, UpdateLaneInput
from schema.lane import SchedulerLane
from schema.payloads.lanes import CreateLanePayload, DeleteLanePayload, UpdateLanePayload
from schema.selections import JobRef
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

    @field(ListSize(assumed_size=3))
    def cluster_presets(self) -> list[ClusterPreset] | None:
        """Templates to begin with when a cluster is connected, for each batch system."""
        return cluster_presets()

    @field(Cost(weight="5"))
    async def cluster_script_preview(
        self,
        info: Info,
        job: Annotated[JobRef, strawberry.argument(description="Job.")],
        lane: Annotated[str, strawberry.argument(description="Lane name.")],
    ) -> ClusterScriptPreview | None:
        """What would be submitted if the job were queued to a cluster lane."""
        reads = info.context.reads
        found = await reads.job(str(job.key))
        project = await reads.project(found.project_uid) if found else None
        chosen = await reads.lane(lane)
        if found is None or project is None or chosen is None:
            return None
        shown = await preview(info.context.caller, found, project, chosen)
        return ClusterScriptPreview.of(shown) if shown else None


@object_type
class LaneMutations:
    """Fields that write lanes."""

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

    @mutation(Permission.ADMIN, UpdateLanePayload)
    async def update_lane(
        self,
        info: Info,
        input: Annotated[UpdateLaneInput, strawberry.argument(description="Input.")],
    ) -> UpdateLanePayload | None:
        """Change a lane's title or description."""
        lane = await lanes.update_lane(
            info.context.request,
            input.name,
            input.changes,
            expected_revision=given(input.expected_revision),
        )
        shown = SchedulerLane.from_document(lane)
        return await answer(info, UpdateLanePayload, input, lane=shown)

    @mutation(Permission.ADMIN, DeleteLanePayload)
    async def delete_lane(
        self,
        info: Info,
        input: Annotated[DeleteLaneInput, strawberry.argument(description="Input.")],
    ) -> DeleteLanePayload | None:
        """Delete a lane with its targets; refused while jobs are attached to it."""
        lane = await lanes.delete_lane(
            info.context.request, input.name, expected_revision=given(input.expected_revision)
        )
        shown = SchedulerLane.from_document(lane)
        return await answer(info, DeleteLanePayload, input, lane=shown)
