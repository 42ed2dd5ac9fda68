"""Payloads of the mutations of lanes and targets."""

from schema.described import attribute, object_type
from schema.lane import SchedulerLane
from schema.payloads.mutation import MutationPayload
from schema.target import SchedulerTarget


@object_type
class CreateLanePayload(MutationPayload):
    """Payload of createLane."""

    lane: SchedulerLane | None = attribute("The lane.", default=None)


@object_type
class CreateNodeTargetPayload(MutationPayload):
    """Payload of createNodeTarget."""

    target: SchedulerTarget | None = attribute("The target.", default=None)
