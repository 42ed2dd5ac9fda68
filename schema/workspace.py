"""Workspaces: views on some of a project's jobs."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from domain import documents
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.directives import PAGE
from schema.filters import Filter, OrderBy
from schema.job import JobConnection
from schema.node import Node, global_id
from schema.paging import After, Before, First, Last, Page, PageInfo, Window
from schema.presenting import present, same_names
from schema.reads import JobsWanted
from schema.references import LaterProject
from schema.scalars import BigInt, Cursor, ProjectUid, WorkspaceUid
from schema.status_count import JobStatusCount
from schema.tag import Tag
from schema.user import User


@object_type
class Workspace(Node):
    """A workspace: a view onto the jobs linked to it."""

    document: strawberry.Private[documents.Workspace]
    uid: WorkspaceUid = attribute("UID.")
    project_uid: ProjectUid = attribute("Project UID.")
    title: str | None = attribute("Title.")
    description: str | None = attribute("Markdown.")
    created_at: datetime = attribute("Created.")
    updated_at: datetime = attribute("Modified.")
    revision: BigInt = attribute("Change counter.")
    deleted: bool = attribute("Deleted.")

    @field()
    def starred(self, info: Info) -> bool:
        """Starred by the caller."""
        return info.context.caller.user_id in self.document.starred_by

    @field()
    async def project(self, info: Info) -> LaterProject:
        """Project."""
        return present(await info.context.reads.project(self.project_uid))

    @field()
    async def created_by(self, info: Info) -> User | None:
        """Creator."""
        user = await info.context.reads.user(self.document.created_by)
        return User.from_document(user) if user else None

    @field()
    async def tags(self, info: Info) -> list[Tag]:
        """Tags."""
        return [Tag.from_document(tag) for tag in await info.context.reads.tags(self.document.tags)]

    @field()
    async def job_counts(self, info: Info) -> list[JobStatusCount]:
        """Jobs by status."""
        return JobStatusCount.list_of(await info.context.reads.status_counts(self.document.id))

    @field(PAGE)
    async def jobs(
        self,
        info: Info,
        filter: Filter = UNSET,
        order_by: OrderBy = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> JobConnection:
        """Jobs."""
        wanted = JobsWanted(
            field="Workspace.jobs",
            scope={"project_uid": self.project_uid, "workspace_uids": self.uid},
            window=Window.of(first, after, last, before),
            filter=filter,
            order_by=order_by or (),
        )
        return JobConnection.from_page(await info.context.reads.job_page(wanted))

    @staticmethod
    @present.register(documents.Workspace)
    def from_document(document: documents.Workspace) -> "Workspace":
        """Show the workspace."""
        return Workspace(
            id=global_id("Workspace", document.id),
            document=document,
            **same_names(Workspace, document, "id", "document"),
        )


@object_type
class WorkspaceEdge:
    """An edge to Workspace."""

    cursor: Cursor = attribute("Keyset cursor of the node.")
    node: Workspace = attribute("The node.")


@object_type
class WorkspaceConnection:
    """A page of Workspace objects."""

    edges: list[WorkspaceEdge] = attribute("Edges.")
    nodes: list[Workspace] = attribute("Shortcut to the nodes.")
    page_info: PageInfo = attribute("Page information.")

    @classmethod
    def from_page(cls, page: Page[documents.Workspace]) -> "WorkspaceConnection":
        """Show a page of workspaces."""
        nodes = [Workspace.from_document(document) for document in page.items]
        edges = [
            WorkspaceEdge(cursor=Cursor(c), node=n)
            for c, n in zip(page.cursors, nodes, strict=True)
        ]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page))
