"""Payloads of the mutations of building jobs."""

from schema.described import attribute, object_type
from schema.job import Job
from schema.payloads.mutation import JobActionPayload, MutationPayload


@object_type
class CreateJobPayload(MutationPayload):
    """Payload of createJob."""

    job: Job | None = attribute("The new job; look at its buildErrors.", default=None)


@object_type
class UpdateJobPayload(JobActionPayload):
    """Payload of updateJob."""


@object_type
class ConnectJobInputPayload(JobActionPayload):
    """Payload of connectJobInput."""


@object_type
class DisconnectJobInputPayload(JobActionPayload):
    """Payload of disconnectJobInput."""
