"""What every mutation answers: the common head, and what happened to a job."""

import strawberry

from schema.described import attribute, interface
from schema.job_action_result import JobActionResult, JobsActionSummary
from schema.mutation_error import MutationError
from schema.operation import JobOperation
from schema.scalars import BigInt, Cursor


@interface
class MutationPayload:
    """Common part of every mutation payload."""

    written: strawberry.Private[bool] = False

    client_mutation_id: str | None = attribute(
        "Echo of the caller's correlation string.", default=None
    )
    idempotency_replayed: bool = attribute(
        "True if this response was replayed for a repeated idempotency key.", default=False
    )
    errors: list[MutationError] = attribute(
        "Request-level domain errors. Empty means the request was carried out.",
        default_factory=list,
    )
    cursor: Cursor | None = attribute(
        "Feed position that includes this mutation's effect: start a stream after it. Null "
        "when nothing was written.",
        default=None,
    )
    sequence: BigInt | None = attribute(
        "The same position as a number: an optimistic view may be dropped once a stream's "
        "`sequence` reaches it.",
        default=None,
    )


@interface
class JobActionPayload(MutationPayload):
    """Payload of an action on one job."""

    result: JobActionResult | None = attribute("What happened to the job.", default=None)


@interface
class JobsActionPayload(MutationPayload):
    """Payload of an action on many jobs."""

    results: list[JobActionResult] = attribute(
        "One result per requested job, in request order.", default_factory=list
    )
    summary: JobsActionSummary = attribute(
        "Counts over `results`.", default_factory=lambda: JobsActionSummary.of([])
    )
    operation: JobOperation | None = attribute(
        "The operation carrying out the rest, when not already finished.", default=None
    )
