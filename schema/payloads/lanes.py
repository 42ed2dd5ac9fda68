"""Payloads of the mutations of lanes and targets, of draining and of settings."""

from schema.described import attribute, object_type
from schema.instance import Instance
from schema.lane import SchedulerLane
from schema.node import Node
from schema.payloads.mutation import MutationPayload
from schema.target import SchedulerTarget


@object_type
class CreateLanePayload(MutationPayload):
    """Payload of createLane."""

    lane: SchedulerLane | None = attribute("The lane.", default=None)


@object_type
class UpdateLanePayload(MutationPayload):
    """Payload of updateLane."""

    lane: SchedulerLane | None = attribute("The lane.", default=None)


@object_type
class DeleteLanePayload(MutationPayload):
    """Payload of deleteLane."""

    lane: SchedulerLane | None = attribute("The lane as it was.", default=None)


@object_type
class CreateNodeTargetPayload(MutationPayload):
    """Payload of createNodeTarget."""

    target: SchedulerTarget | None = attribute("The target.", default=None)


@object_type
class UpdateNodeTargetPayload(MutationPayload):
    """Payload of updateNodeTarget."""

    target: SchedulerTarget | None = attribute("The target.", default=None)


@object_type
class CreateClusterTargetPayload(MutationPayload):
    """Payload of createClusterTarget."""

    target: SchedulerTarget | None = attribute("The target.", default=None)


@object_type
class UpdateClusterTargetPayload(MutationPayload):
    """Payload of updateClusterTarget."""

    target: SchedulerTarget | None = attribute("The target.", default=None)


@object_type
class DeleteTargetPayload(MutationPayload):
    """Payload of deleteTarget."""

    target: SchedulerTarget | None = attribute("The target as it was.", default=None)


@object_type
class VerifyTargetPayload(MutationPayload):
    """Payload of verifyTarget."""

    target: SchedulerTarget | None = attribute("The target.", default=None)
    reachable: bool | None = attribute(
        "Whether it answered; null if it was not tried.", default=None
    )
    output: str | None = attribute("What the commands printed.", default=None)


@object_type
class FreeQuarantinedSlotsPayload(MutationPayload):
    """Payload of freeQuarantinedSlots."""

    target: SchedulerTarget | None = attribute("The target.", default=None)


@object_type
class DeclareTargetLostPayload(MutationPayload):
    """Payload of declareTargetLost."""

    target: SchedulerTarget | None = attribute("The target.", default=None)


@object_type
class SetDrainedPayload(MutationPayload):
    """Payload of setDrained."""

    subject: Node | None = attribute("The lane, target or instance.", default=None)


@object_type
class UpdateInstanceSettingsPayload(MutationPayload):
    """Payload of updateInstanceSettings."""

    instance: Instance | None = attribute("The instance.", default=None)


@object_type
class ReleaseInstanceTokensPayload(MutationPayload):
    """Payload of releaseInstanceTokens."""

    released: int | None = attribute("Tokens that came back.", default=None)
