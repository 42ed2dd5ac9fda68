"""The audit log: who did what, and how it ended."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import strawberry
from strawberry import UNSET

from domain import documents
from domain.documents.audit import AuditOutcome
from domain.error_codes import ErrorCode
from schema.context import Context, Info
from schema.described import attribute, describe, field, input_type, object_type
from schema.filters import DateTimeRange
from schema.node import GlobalId, Node, global_id
from schema.paging import Page, PageInfo
from schema.presenting import same_names
from schema.scalars import Cursor
from schema.selections import UserRef
from schema.user import User

describe(
    AuditOutcome,
    "AuditOutcome",
    "How an audited request ended.",
    {
        "SUCCEEDED": "Carried out.",
        "PARTIALLY_SUCCEEDED": "Carried out for some of the objects.",
        "REFUSED": "Refused with a domain error; nothing changed.",
        "FAILED": "Failed unexpectedly.",
    },
)

FindNode = Callable[[Context, GlobalId], Awaitable[Node | None]]
"""Finds the object of a global id, if it exists and the caller sees it."""


@object_type
class AuditLogEntry(Node):
    """One audited request: who did what to which object, when, and how it ended."""

    document: strawberry.Private[documents.AuditRecord]
    find: strawberry.Private[FindNode]
    created_at: datetime = attribute("When.")
    api_token_name: str | None = attribute("API token used, if any.")
    remote_address: str | None = attribute("Address the request came from.")
    mutation: str = attribute("Name of the mutation, e.g. deleteJobs.")
    subject: str = attribute("What it was done to, e.g. P3/J42; the first of many.")
    subject_count: int = attribute("How many objects.")
    outcome: AuditOutcome = attribute("How it ended.")
    error_codes: list[ErrorCode] = attribute("Errors, each once.")
    message: str | None = attribute("Sentence for people.")

    @field()
    async def user(self, info: Info) -> User | None:
        """Who; null for the server itself."""
        id = self.document.user_id
        user = await info.context.reads.user(id) if id else None
        return User.from_document(user) if user else None

    @field()
    async def subject_node(self, info: Info) -> Node | None:
        """The subject, while it exists."""
        type_name, separator, key = (self.document.subject_id or "").partition(":")
        return await self.find(info.context, GlobalId(type_name, key)) if separator else None

    @classmethod
    def from_document(cls, document: documents.AuditRecord, find: FindNode) -> "AuditLogEntry":
        """Show the record; `find` leads to its subject."""
        codes = [ErrorCode(code) for code in document.error_codes]
        return cls(
            id=global_id("AuditLogEntry", document.id),
            document=document,
            find=find,
            error_codes=codes,
            **same_names(cls, document, "id", "document", "find", "error_codes"),
        )


@object_type
class AuditLogEdge:
    """An edge to AuditLogEntry."""

    cursor: Cursor = attribute("Keyset cursor of the node.")
    node: AuditLogEntry = attribute("The node.")


@object_type
class AuditLogConnection:
    """A page of AuditLogEntry objects."""

    edges: list[AuditLogEdge] = attribute("Edges.")
    nodes: list[AuditLogEntry] = attribute("Shortcut to the nodes.")
    page_info: PageInfo = attribute("Page information.")

    @classmethod
    def from_page(cls, page: Page[documents.AuditRecord], find: FindNode) -> "AuditLogConnection":
        """Show a page of the log."""
        nodes = [AuditLogEntry.from_document(document, find) for document in page.items]
        edges = [
            AuditLogEdge(cursor=Cursor(c), node=n) for c, n in zip(page.cursors, nodes, strict=True)
        ]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page))


@input_type
class AuditLogFilter:
    """All given conditions must hold."""

    users: list[UserRef] | None = attribute("By any of these users.", default=UNSET)
    mutations: list[str] | None = attribute("Any of these mutations.", default=UNSET)
    outcomes: list[AuditOutcome] | None = attribute("Ended in any of these ways.", default=UNSET)
    subject_id: strawberry.ID | None = attribute("About this object.", default=UNSET)
    created_at: DateTimeRange | None = attribute("When.", default=UNSET)
