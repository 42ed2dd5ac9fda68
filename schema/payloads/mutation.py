"""What every mutation answers: the common head, and what happened to a job."""

from domain.actions import JobAction
from domain.use_cases.act import JobActionResult as Result
from domain.use_cases.act import NoticeCode, Outcome
from schema.described import attribute, describe, interface, object_type
from schema.job import Job
from schema.mutation_error import MutationError
from schema.operation import JobOperation
from schema.refusals import show_errors
from schema.scalars import BigInt, Cursor, JobUid, ProjectUid

describe(
    NoticeCode,
    "NoticeCode",
    "Non-fatal things the caller should know.",
    {
        "LANE_OVERRIDDEN": "Interactive or master-only job was sent to the default lane.",
        "ALREADY_IN_DESIRED_STATE": "Nothing to do.",
        "OUTPUTS_USED_BY_CHILDREN": "Child jobs use outputs that the action erases.",
        "QUEUE_PLACE_KEPT": "The job keeps its former place in the queue.",
    },
)

describe(
    Outcome,
    "JobActionOutcome",
    "What happened to one job of a request.",
    {
        "APPLIED": "Done; `job` shows the new state.",
        "ACCEPTED": "Started; follow `operation`.",
        "SKIPPED": "Not applicable to this job in its present state; nothing was changed.",
        "FAILED": "Tried and failed; see `errors`.",
        "NOT_ATTEMPTED": "Not tried because of the error policy.",
        "PLANNED": "Dry run: would be applied.",
    },
)


@object_type
class JobActionNotice:
    """Something the caller should know."""

    code: NoticeCode = attribute("Code.")
    message: str = attribute("Text.")


@interface
class MutationPayload:
    """Common part of every mutation payload."""

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


@object_type
class JobActionResult:
    """Outcome for one requested job."""

    index: int = attribute("Position in the request.")
    project_uid: ProjectUid = attribute("Project of the requested job.")
    job_uid: JobUid = attribute("Requested job.")
    action: JobAction = attribute("Action.")
    outcome: Outcome = attribute("Outcome.")
    job: Job | None = attribute("The job after the action; null once deleted.")
    created_job: Job | None = attribute("Job created by clone or quick action.")
    operation: JobOperation | None = attribute("Set when outcome is ACCEPTED.")
    notices: list[JobActionNotice] = attribute("Notices.")
    bytes_freed: BigInt | None = attribute(
        "Bytes freed; on a dry run, bytes that would be. Null for actions that free none."
    )
    errors: list[MutationError] = attribute("Why it was skipped or failed.")

    @classmethod
    def of(cls, result: Result) -> "JobActionResult":
        """Show what became of one job."""
        return cls(
            index=result.index,
            project_uid=ProjectUid(result.key.project_uid),
            job_uid=JobUid(result.key.job_uid),
            action=result.action,
            outcome=result.outcome,
            job=Job.from_document(result.job) if result.job else None,
            created_job=None,
            operation=JobOperation.from_document(result.operation) if result.operation else None,
            notices=[JobActionNotice(code=n.code, message=n.message) for n in result.notices],
            bytes_freed=None if result.bytes_freed is None else BigInt(result.bytes_freed),
            errors=show_errors(result.errors),
        )


@interface
class JobActionPayload(MutationPayload):
    """Payload of an action on one job."""

    result: JobActionResult | None = attribute("What happened to the job.", default=None)
