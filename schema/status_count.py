"""How many jobs are in each status."""

from collections.abc import Mapping

from domain.status import JobStatus
from schema.described import attribute, object_type


@object_type
class JobStatusCount:
    """Number of jobs in a status."""

    status: JobStatus = attribute("Status.")
    count: int = attribute("Count.")

    @classmethod
    def list_of(cls, counts: Mapping[JobStatus, int]) -> "list[JobStatusCount]":
        """One for every status, in the order of a job's life, zeros too."""
        return [cls(status=status, count=counts.get(status, 0)) for status in JobStatus]
