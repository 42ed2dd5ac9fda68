"""Payloads of the mutations of queue, kill, clear."""

from schema.described import object_type
from schema.payloads.mutation import JobActionPayload


@object_type
class QueueJobPayload(JobActionPayload):
    """Payload of queueJob."""


@object_type
class KillJobPayload(JobActionPayload):
    """Payload of killJob."""


@object_type
class ClearJobPayload(JobActionPayload):
    """Payload of clearJob."""
