"""The switches of administrators: draining, maintenance and the settings of this server."""

from typing import Annotated

import strawberry

from domain.errors import BadInput
from domain.permissions import Permission
from domain.use_cases import drain, instance_settings
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import object_type
from schema.given import given
from schema.inputs.lanes import SetDrainedInput, UpdateInstanceSettingsInput
from schema.instance import show_instance
from schema.lane import SchedulerLane
from schema.node import Node
from schema.payloads.lanes import SetDrainedPayload, UpdateInstanceSettingsPayload
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
