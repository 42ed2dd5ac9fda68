"""Payload of the import of a job."""

from schema.described import attribute, object_type
from schema.job import Job
from schema.operation import JobOperation
from schema.payloads.mutation import MutationPayload


@object_type
class ImportJobPayload(MutationPayload):
    """Payload of importJob."""

    job: Job | None = attribute("The new job.", default=None)
    operation: JobOperation | None = attribute(
        "The import, when not already finished.", default=None
    )
