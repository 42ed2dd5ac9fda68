"""Targets: make, change, try out and delete them."""

from typing import Annotated

import strawberry

from domain.permissions import Permission
from domain.use_cases import quarantine, target_changes, targets
from domain.use_cases.verify_target import verify_target
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import object_type
from schema.given import given
from schema.inputs.clusters import CreateClusterTargetInput, UpdateClusterTargetInput
from schema.inputs.targets import (
    CreateNodeTargetInput,
    DeclareTargetLostInput,
    DeleteTargetInput,
    FreeQuarantinedSlotsInput,
    UpdateNodeTargetInput,
    VerifyTargetInput,
)
from schema.payloads.lanes import (
    CreateClusterTargetPayload,
    CreateNodeTargetPayload,
    DeclareTargetLostPayload,
    DeleteTargetPayload,
    FreeQuarantinedSlotsPayload,
    UpdateClusterTargetPayload,
    UpdateNodeTargetPayload,
    VerifyTargetPayload,
)
from schema.target import SchedulerTarget


@object_type
class TargetMutations:
    """Fields that write targets."""

    @mutation(Permission.ADMIN, CreateNodeTargetPayload)
    async def create_node_target(
        self,
        info: Info,
        input: Annotated[CreateNodeTargetInput, strawberry.argument(description="Input.")],
    ) -> CreateNodeTargetPayload | None:
        """Connect a machine to a node lane."""
        target = await targets.create_node_target(info.context.request, input.new_target)
        shown = SchedulerTarget.from_document(target)
        return await answer(info, CreateNodeTargetPayload, input, target=shown)

    @mutation(Permission.ADMIN, UpdateNodeTargetPayload)
    async def update_node_target(
        self,
        info: Info,
        input: Annotated[UpdateNodeTargetInput, strawberry.argument(description="Input.")],
    ) -> UpdateNodeTargetPayload | None:
        """Change a node target. Omitted fields are left alone."""
        target = await target_changes.update_node_target(
            info.context.request,
            input.name,
            input.changes,
            expected_revision=given(input.expected_revision),
        )
        shown = SchedulerTarget.from_document(target)
        return await answer(info, UpdateNodeTargetPayload, input, target=shown)

    @mutation(Permission.ADMIN, CreateClusterTargetPayload)
    async def create_cluster_target(
        self,
        info: Info,
        input: Annotated[CreateClusterTargetInput, strawberry.argument(description="Input.")],
    ) -> CreateClusterTargetPayload | None:
        """Connect a cluster to a cluster lane."""
        target = await targets.create_cluster_target(info.context.request, input.new_target)
        shown = SchedulerTarget.from_document(target)
        return await answer(info, CreateClusterTargetPayload, input, target=shown)

    @mutation(Permission.ADMIN, UpdateClusterTargetPayload)
    async def update_cluster_target(
        self,
        info: Info,
        input: Annotated[UpdateClusterTargetInput, strawberry.argument(description="Input.")],
    ) -> UpdateClusterTargetPayload | None:
        """Change a cluster target. Omitted fields are left alone."""
        target = await target_changes.update_cluster_target(
            info.context.request,
            input.name,
            input.changes,
            expected_revision=given(input.expected_revision),
        )
        shown = SchedulerTarget.from_document(target)
        return await answer(info, UpdateClusterTargetPayload, input, target=shown)

    @mutation(Permission.ADMIN, DeleteTargetPayload)
    async def delete_target(
        self,
        info: Info,
        input: Annotated[DeleteTargetInput, strawberry.argument(description="Input.")],
    ) -> DeleteTargetPayload | None:
        """Delete a target; refused while jobs run on it."""
        target = await targets.delete_target(
            info.context.request, input.name, expected_revision=given(input.expected_revision)
        )
        shown = SchedulerTarget.from_document(target)
        return await answer(info, DeleteTargetPayload, input, target=shown)

    @mutation(Permission.ADMIN, VerifyTargetPayload)
    async def verify_target(
        self,
        info: Info,
        input: Annotated[VerifyTargetInput, strawberry.argument(description="Input.")],
    ) -> VerifyTargetPayload | None:
        """Try a target out: the connection of a node, the qinfo command of a cluster."""
        target, check = await verify_target(info.context.request, input.name, info.context.hub)
        return await answer(
            info,
            VerifyTargetPayload,
            input,
            target=SchedulerTarget.from_document(target),
            reachable=check.reachable,
            output=check.output or "Not tried: no scheduler answered in time.",
        )

    @mutation(Permission.ADMIN, FreeQuarantinedSlotsPayload)
    async def free_quarantined_slots(
        self,
        info: Info,
        input: Annotated[FreeQuarantinedSlotsInput, strawberry.argument(description="Input.")],
    ) -> FreeQuarantinedSlotsPayload | None:
        """Vouch for it that nothing of a run is left; the scheduler then ends its job, and gives
        back its slots and tokens."""
        target = await quarantine.free_quarantined_slots(
            info.context.request,
            input.name,
            input.attempt,
            expected_revision=given(input.expected_revision),
        )
        shown = SchedulerTarget.from_document(target)
        return await answer(info, FreeQuarantinedSlotsPayload, input, target=shown)

    @mutation(Permission.ADMIN, DeclareTargetLostPayload)
    async def declare_target_lost(
        self,
        info: Info,
        input: Annotated[DeclareTargetLostInput, strawberry.argument(description="Input.")],
    ) -> DeclareTargetLostPayload | None:
        """Declare a machine lost: it is drained, jobs on it that do not answer fail, and their
        slots stay in quarantine until nothing is left of them."""
        target = await quarantine.declare_target_lost(
            info.context.request, input.name, expected_revision=given(input.expected_revision)
        )
        shown = SchedulerTarget.from_document(target)
        return await answer(info, DeclareTargetLostPayload, input, target=shown)
