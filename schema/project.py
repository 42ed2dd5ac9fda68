"""Projects."""

from asyncio import gather
from datetime import datetime

import strawberry
from strawberry import UNSET

from domain import documents
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.directives import PAGE, Cost
from schema.filters import Filter, OrderBy
from schema.job import JobConnection
from schema.node import Node, global_id
from schema.paging import After, Before, First, Last, Page, PageInfo, Window
from schema.presenting import present, same_names
from schema.reads import JobsWanted
from schema.scalars import BigInt, Cursor, ProjectUid
from schema.status_count import JobStatusCount
from schema.tag import Tag
from schema.user import User
from schema.workspace import WorkspaceConnection


@object_type
class Project(Node):
    """A project."""

    document: strawberry.Private[documents.Project]
    uid: ProjectUid = attribute("UID.")
    title: str = attribute("Title.")
    description: str = attribute("Markdown.")
    archived: bool = attribute("Archived: read-only.")
    queue_paused: bool = attribute("Its queued jobs are not started.")
    keep_iterations_of: list[str] = attribute(
        "Iterative job types whose jobs keep every iteration as a version; of others the newest is."
    )
    detached: bool = attribute("Detached.")
    project_dir: str = attribute("Absolute directory.")
    created_at: datetime = attribute("Created.")
    updated_at: datetime = attribute("Modified.")
    revision: BigInt = attribute("Change counter.")

    @field()
    def starred(self, info: Info) -> bool:
        """Starred by the caller."""
        return info.context.caller.user_id in self.document.starred_by

    @field()
    async def owner(self, info: Info) -> User | None:
        """Owner."""
        user = await info.context.reads.user(self.document.owner_user_id)
        return User.from_document(user) if user else None

    @field()
    async def users_with_access(self, info: Info) -> list[User]:
        """Owner and collaborators."""
        document = self.document
        ids = dict.fromkeys([document.owner_user_id, *document.users_with_access])
        users = await gather(*(info.context.reads.user(id) for id in ids))
        return [User.from_document(user) for user in users if user]

    @field()
    async def size(self, info: Info) -> BigInt:
        """Bytes on disk."""
        whole, _ = await info.context.reads.bytes_on_disk(self.document.id)
        return BigInt(whole)

    @field()
    async def job_counts(self, info: Info) -> list[JobStatusCount]:
        """Jobs by status."""
        return JobStatusCount.list_of(await info.context.reads.status_counts(self.document.id))

    @field()
    async def intermediate_results_size_bytes(self, info: Info) -> BigInt:
        """Clearable bytes."""
        _, clearable = await info.context.reads.bytes_on_disk(self.document.id)
        return BigInt(clearable)

    @field()
    async def tags(self, info: Info) -> list[Tag]:
        """Tags."""
        return [Tag.from_document(tag) for tag in await info.context.reads.tags(self.document.tags)]

    @field()
    async def workspaces(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> WorkspaceConnection:
        """Workspaces."""
        window = Window.of(first, after, last, before)
        page = await info.context.reads.workspace_page(self.document.id, window)
        return WorkspaceConnection.from_page(page)

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
            field="Project.jobs",
            scope={"project_uid": self.document.id},
            window=Window.of(first, after, last, before),
            filter=filter,
            order_by=order_by or (),
        )
        return JobConnection.from_page(await info.context.reads.job_page(wanted))

    @staticmethod
    @present.register(documents.Project)
    def from_document(document: documents.Project) -> "Project":
        """Show the project."""
        return Project(
            id=global_id("Project", document.id),
            document=document,
            **same_names(Project, document, "id", "document"),
        )


@object_type
class ProjectEdge:
    """An edge to Project."""

    cursor: Cursor = attribute("Keyset cursor of the node.")
    node: Project = attribute("The node.")


@object_type
class ProjectConnection:
    """A page of Project objects."""

    edges: list[ProjectEdge] = attribute("Edges.")
    nodes: list[Project] = attribute("Shortcut to the nodes.")
    page: strawberry.Private[Page[documents.Project]]
    page_info: PageInfo = attribute("Page information.")

    @field(Cost(weight="5"))
    async def total_count(self) -> int:
        """Exact count; costs a query."""
        return await self.page.count()

    @classmethod
    def from_page(cls, page: Page[documents.Project]) -> "ProjectConnection":
        """Show a page of projects."""
        nodes = [Project.from_document(document) for document in page.items]
        edges = [
            ProjectEdge(cursor=Cursor(c), node=n) for c, n in zip(page.cursors, nodes, strict=True)
        ]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page), page=page)
