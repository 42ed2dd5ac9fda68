"""What became of each job of an action, and of all of them together."""

from collections.abc import Iterable

import strawberry

from domain.actions import JobAction
from domain.use_cases.job_results import JobActionResult as Result
from domain.use_cases.job_results import NoticeCode, Outcome
from schema.described import attribute, describe, object_type
from schema.job import Job
from schema.mutation_error import MutationError
from schema.operation import JobOperation, OutcomesCounted, ResultsShown
from schema.paging import PageInfo
from schema.presenting import present
from schema.refusals import show_errors
from schema.scalars import BigInt, Cursor, JobUid, ProjectUid

describe(
    NoticeCode,
    "NoticeCode",
    "Non-fatal things the caller should know.",
    {
        "LANE_OVERRIDDEN": "Interactive or master-only job was sent to the default lane.",
        "ALREADY_IN_DESIRED_STATE": "Nothing to do.",
        "KILLED_FIRST": "The job was killed before the action.",
        "CLEARED_FIRST": "The job was cleared before the action.",
        "PARENT_NOT_INCLUDED": "Connections to jobs outside the selection were kept.",
        "OUTPUTS_USED_BY_CHILDREN": "Child jobs use outputs that the action erases.",
        "LINKED_ELSEWHERE": "The job is also shown in other workspaces.",
        "QUEUE_PLACE_KEPT": "The job keeps its former place in the queue.",
        "EXPORT_INCOMPLETE": "The exported job did not complete; its outputs are partial.",
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


@object_type
class JobActionResult:
    """Outcome for one requested job."""

    source: strawberry.Private[Result]
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
            source=result,
            index=result.index,
            project_uid=ProjectUid(result.key.project_uid),
            job_uid=JobUid(result.key.job_uid),
            action=result.action,
            outcome=result.outcome,
            job=Job.from_document(result.job) if result.job else None,
            created_job=Job.from_document(result.created_job) if result.created_job else None,
            operation=JobOperation.from_document(result.operation) if result.operation else None,
            notices=[JobActionNotice(code=n.code, message=n.message) for n in result.notices],
            bytes_freed=None if result.bytes_freed is None else BigInt(result.bytes_freed),
            errors=show_errors(result.errors),
        )


@object_type
class JobsActionSummary:
    """Counts over the results."""

    requested: int = attribute("Requested.")
    applied: int = attribute("Applied.")
    accepted: int = attribute("Accepted.")
    skipped: int = attribute("Skipped.")
    failed: int = attribute("Failed.")
    not_attempted: int = attribute("Not attempted.")
    planned: int = attribute("Planned (dry run).")
    bytes_freed: BigInt = attribute("Sum of bytesFreed.")

    @classmethod
    def of(cls, outcomes: Iterable[tuple[Outcome, int | None]]) -> "JobsActionSummary":
        """Count outcomes; with each, the bytes that it freed, if it could free any."""
        found = list(outcomes)
        counts = {o.value: sum(outcome is o for outcome, _ in found) for o in Outcome}
        freed = sum(freed or 0 for _, freed in found)
        return cls(requested=len(found), bytes_freed=BigInt(freed), **counts)

    @staticmethod
    @present.register(OutcomesCounted)
    def of_operation(counted: OutcomesCounted) -> "JobsActionSummary":
        """Count what an operation has come to."""
        return JobsActionSummary.of(counted.outcomes)


@object_type
class JobActionResultEdge:
    """An edge to JobActionResult."""

    cursor: Cursor = attribute("Keyset cursor of the node.")
    node: JobActionResult = attribute("The node.")


@object_type
class JobActionResultConnection:
    """A page of JobActionResult objects."""

    edges: list[JobActionResultEdge] = attribute("Edges.")
    nodes: list[JobActionResult] = attribute("Shortcut to the nodes.")
    page_info: PageInfo = attribute("Page information.")

    @staticmethod
    @present.register(ResultsShown)
    def of(shown: ResultsShown) -> "JobActionResultConnection":
        """Show a page of an operation's results."""
        nodes = [JobActionResult.of(result) for result in shown.page.items]
        edges = [
            JobActionResultEdge(cursor=Cursor(c), node=n)
            for c, n in zip(shown.page.cursors, nodes, strict=True)
        ]
        return JobActionResultConnection(
            edges=edges, nodes=nodes, page_info=PageInfo.of(shown.page)
        )
