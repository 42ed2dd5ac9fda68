"""Payloads of the mutations that go on from jobs: clone a chain, next step, answer."""

from schema.described import attribute, object_type
from schema.payloads.mutation import JobActionPayload, JobsActionPayload
from schema.workspace import Workspace


@object_type
class CloneJobChainPayload(JobsActionPayload):
    """Payload of cloneJobChain."""

    workspace: Workspace | None = attribute("Destination workspace.", default=None)


@object_type
class RunQuickActionPayload(JobActionPayload):
    """Payload of runQuickAction."""


@object_type
class SubmitInteractionPayload(JobActionPayload):
    """Payload of submitInteraction."""
