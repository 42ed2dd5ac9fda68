"""The jobs between two jobs."""

from schema.described import attribute, object_type
from schema.job import Job


@object_type
class JobChain:
    """Jobs between two jobs."""

    valid: bool = attribute("A chain exists.")
    jobs: list[Job] = attribute("In dependency order.")
