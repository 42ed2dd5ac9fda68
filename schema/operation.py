"""Long-running actions on one or many jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import strawberry
from strawberry import UNSET

from domain import documents
from domain.actions import JobAction
from domain.documents.operation import OperationStatus
from domain.use_cases.job_results import JobActionResult, Outcome
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.directives import Cost
from schema.node import Node, global_id
from schema.paging import After, Before, First, Last, Page, PageInfo, Window
from schema.presenting import present, same_names
from schema.references import LaterResults, LaterSummary
from schema.scalars import BigInt, Cursor
from schema.user import User


@dataclass(frozen=True)
class ResultsShown:
    """A page of an operation's results, for `schema/job_action_result.py` to show."""

    page: Page[JobActionResult]


@dataclass(frozen=True)
class OutcomesCounted:
    """What became of each job of an operation, and the bytes freed, for a summary."""

    outcomes: Sequence[tuple[Outcome, int | None]]


@object_type
class JobOperation(Node):
    """A long-running action on one or many jobs (kill, clear, restart, export, delete, clone…)."""

    document: strawberry.Private[documents.Operation]
    action: JobAction = attribute("Action.")
    status: OperationStatus = attribute("Status.")
    phase: str | None = attribute("Present phase, e.g. killing, clearing, queueing.")
    progress: float = attribute("0 to 1.")
    revision: BigInt = attribute("Change counter.")
    created_at: datetime = attribute("Created.")
    cancellable: bool = attribute("Whether cancelOperation would work.")
    started_at: datetime | None = attribute("Started.")
    finished_at: datetime | None = attribute("Finished.")

    @field()
    async def summary(self, info: Info) -> LaterSummary:
        """Counts so far."""
        return present(OutcomesCounted(await info.context.reads.outcomes_of(self.document)))

    @field()
    async def results(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> LaterResults:
        """Results so far."""
        window = Window.of(first, after, last, before)
        return present(ResultsShown(await info.context.reads.results_of(self.document, window)))

    @field()
    async def requested_by(self, info: Info) -> User | None:
        """Who."""
        user = await info.context.reads.user(self.document.requested_by)
        return User.from_document(user) if user else None

    @staticmethod
    @present.register(documents.Operation)
    def from_document(document: documents.Operation) -> "JobOperation":
        """Show the operation."""
        return JobOperation(
            id=global_id("JobOperation", document.id),
            action=JobAction(document.action),
            document=document,
            **same_names(JobOperation, document, "id", "action", "document"),
        )


@object_type
class JobOperationEdge:
    """An edge to JobOperation."""

    cursor: Cursor = attribute("Keyset cursor of the node.")
    node: JobOperation = attribute("The node.")


@object_type
class JobOperationConnection:
    """A page of JobOperation objects."""

    edges: list[JobOperationEdge] = attribute("Edges.")
    nodes: list[JobOperation] = attribute("Shortcut to the nodes.")
    page: strawberry.Private[Page[documents.Operation]]
    page_info: PageInfo = attribute("Page information.")

    @field(Cost(weight="5"))
    async def total_count(self) -> int:
        """Exact count; costs a query."""
        return await self.page.count()

    @classmethod
    def from_page(cls, page: Page[documents.Operation]) -> "JobOperationConnection":
        """Show a page of operations."""
        nodes = [JobOperation.from_document(document) for document in page.items]
        edges = [
            JobOperationEdge(cursor=Cursor(c), node=n)
            for c, n in zip(page.cursors, nodes, strict=True)
        ]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page), page=page)
