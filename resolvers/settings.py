"""The switches of administrators: draining, maintenance and the settings of this server."""

from typing import Annotated

import strawberry

from domain.errors import BadInput
from domain.permissions import Permission
from domain.use_cases import drain, instance_settings, instance_tokens
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import object_type
from schema.given import given
from schema.inputs.lanes import (
    ReleaseInstanceTokensInput,
    SetDrainedInput,
    UpdateInstanceSettingsInput,
)
from schema.instance import show_instance
from schema.lane import SchedulerLane
from schema.node import Node
from schema.payloads.lanes import (
    ReleaseInstanceTokensPayload,
    SetDrainedPayload,
    UpdateInstanceSettingsPayload,
)
from schema.target import SchedulerTarget


@object_type
class SettingsMutations:
    """Fields that drain, and that write settings."""

    @mutation(Permission.ADMIN, SetDrainedPayload)
    async def set_drained(
        self,
        info: Info,
        input: Annotated[SetDrainedInput, strawberry.argument(description="Input.")],
    ) -> SetDrainedPayload | None:
        """Stop or go on starting jobs on a lane, a target or the whole server; running jobs go
        on."""
        subject = await _drained(info, input)
        return await answer(info, SetDrainedPayload, input, subject=subject)

    @mutation(Permission.ADMIN, UpdateInstanceSettingsPayload)
    async def update_instance_settings(
        self,
        info: Info,
        input: Annotated[UpdateInstanceSettingsInput, strawberry.argument(description="Input.")],
    ) -> UpdateInstanceSettingsPayload | None:
        """Change instance settings. Omitted fields are left alone; null clears."""
        instance = await instance_settings.update_instance_settings(
            info.context.request,
            input.changes,
            expected_revision=given(input.expected_revision),
        )
        shown = show_instance(instance, info.context)
        return await answer(info, UpdateInstanceSettingsPayload, input, instance=shown)

    @mutation(Permission.ADMIN, ReleaseInstanceTokensPayload)
    async def release_instance_tokens(
        self,
        info: Info,
        input: Annotated[ReleaseInstanceTokensInput, strawberry.argument(description="Input.")],
    ) -> ReleaseInstanceTokensPayload | None:
        """Vouch for it that no job of another server, which is not alive, runs; all GPU tokens
        that it holds come back."""
        released = await instance_tokens.release_instance_tokens(
            info.context.request, input.instance_id, drop_reservation=input.drop_reservation
        )
        return await answer(info, ReleaseInstanceTokensPayload, input, released=released)


async def _drained(info: Info, input: SetDrainedInput) -> Node:
    request, scope, drained = info.context.request, input.scope, input.drained
    expected = given(input.expected_revision)
    if scope.lane:
        lane = await drain.set_lane_drained(
            request, scope.lane, drained=drained, expected_revision=expected
        )
        return SchedulerLane.from_document(lane)
    if scope.target:
        target = await drain.set_target_drained(
            request, scope.target, drained=drained, expected_revision=expected
        )
        return SchedulerTarget.from_document(target)
    if not given(scope.instance):
        message = "A scope names a lane, a target, or the instance with `true`."
        raise BadInput(message, path=["scope"])
    instance = await drain.set_maintenance(request, drained=drained, expected_revision=expected)
    return show_instance(instance, info.context)
