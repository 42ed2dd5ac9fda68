"""The stream of projects: of all that the reader sees, or of one with its workspaces."""

from asyncio import gather
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Sequence
from typing import Annotated, TypeVar

import strawberry
from strawberry import UNSET

from domain import documents
from domain.documents.record import Record
from domain.errors import NotFound
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from resolvers.last_sent import LastSent
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition, batches, removed
from resolvers.stream_source import Content
from schema.arguments import MaxBatchSize, MinIntervalMs, Snapshot, StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.paging import MAX_PAGE, Page, Window
from schema.project import Project
from schema.scalars import ProjectUid
from schema.streams import ProjectStreamMessage
from schema.workspace import Workspace

T = TypeVar("T")
_WITHIN = frozenset({Kind.WORKSPACES, Kind.JOBS})


class ProjectsSource(ResumedByPosition):
    """All projects that the reader sees; one is told anew when the jobs that it counts change."""

    message = ProjectStreamMessage
    field = "Subscription.projectChanges"
    filter: object = None
    sent = None

    def __init__(self) -> None:
        self._held: set[str] = set()

    def concerns(self, change: Change) -> bool:
        """Projects, and the jobs that are counted in them."""
        return change.kind in (Kind.PROJECTS, Kind.JOBS)

    def resume_from(self, mark: int) -> bool:  # noqa: ARG002
        """Never: what was taken from the reader meanwhile is not known, and the list is short."""
        return False

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """The projects, newest first."""
        self._held = set()
        async for projects in _pages(context.reads.project_page, batch):
            yield _content(projects=self._shown(projects))

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """Projects that changed, or whose jobs did, and those that the reader loses."""
        of_jobs = {id.partition("-")[0] for id in dirty.keys.get(Kind.JOBS, set())}
        touched = dirty.keys.get(Kind.PROJECTS, set()) | of_jobs
        found = await gather(*(context.reads.project(uid) for uid in sorted(touched)))
        shown = self._shown([project for project in found if project])
        visible = await context.reads.visible_uids()
        erased = dirty.deleted.get(Kind.PROJECTS, set())
        away = (
            touched - {project.uid for project in shown}
            if visible is None
            else self._held - visible
        )
        lost = self._held & (away | erased)
        self._held -= lost
        marked = await _marked(documents.Project, lost) | (erased & lost)
        gone = [
            *removed("Project", lost - marked, deleted=False),
            *removed("Project", marked, deleted=True),
        ]
        contents = [_content(projects=piece) for piece in batches(shown, batch)]
        contents[-1]["removed"] = gone
        return contents if shown or gone else []

    def _shown(self, projects: Sequence[documents.Project]) -> list[Project]:
        self._held.update(project.id for project in projects)
        return [Project.from_document(project) for project in projects]

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return _content()


class OneProjectSource(ResumedByPosition):
    """A project and its workspaces; one is told anew when the jobs that it counts change."""

    message = ProjectStreamMessage
    field = "Subscription.projectChanges"

    def __init__(self, uid: str) -> None:
        self.filter: object = uid
        self._uid = uid
        self._workspaces = LastSent()
        self.sent = (self._workspaces,)

    def concerns(self, change: Change) -> bool:
        """The project, and whatever is in it."""
        if change.kind is Kind.PROJECTS:
            return change.id == self._uid
        return change.kind in _WITHIN and change.id.startswith(f"{self._uid}-")

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """The project with its first workspaces, by number, then the others."""
        self._workspaces.start_anew()
        for content in await self._contents(context, batch):
            yield content

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """The project, and those workspaces that are not as they were sent."""
        contents = await self._contents(context, batch)
        erased = dirty.deleted.get(Kind.WORKSPACES, set())
        gone = erased | await _marked(documents.Workspace, dirty.keys.get(Kind.WORKSPACES, set()))
        for id in gone:
            self._workspaces.forget(id)
        contents[-1]["removed"] = removed("Workspace", gone, deleted=True)
        return contents

    async def _contents(self, context: Context, batch: int) -> list[Content]:
        """Raises NotFound if the reader may not see the project, or not any more."""
        project = await context.reads.project(self._uid)
        if project is None:
            raise NotFound(f"There is no project {self._uid}.")
        pieces = batches(await self._news(context), batch)
        contents = [_content(workspaces=piece) for piece in pieces]
        contents[0]["upserted_projects"] = [Project.from_document(project)]
        return contents

    async def _news(self, context: Context) -> list[Workspace]:
        news = []

        def read(window: Window) -> Awaitable[Page[documents.Workspace]]:
            return context.reads.workspace_page(self._uid, window)

        async for workspaces in _pages(read, MAX_PAGE):
            counts = await gather(*(context.reads.status_counts(w.id) for w in workspaces))
            for workspace, count in zip(workspaces, counts, strict=True):
                if self._workspaces.is_news(workspace.id, (workspace.revision, count)):
                    news.append(Workspace.from_document(workspace))
        return news

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return _content()


async def _pages(
    read: Callable[[Window], Awaitable[Page[T]]], size: int
) -> AsyncIterator[Sequence[T]]:
    """A whole list, page by page; one empty page if there is nothing."""
    page = await read(Window(size))
    yield page.items
    while page.has_next:
        page = await read(Window(size, page.cursors[-1]))
        yield page.items


async def _marked(kind: type[Record], ids: Collection[str]) -> set[str]:
    """Those of the objects that are marked as deleted."""
    if not ids:
        return set()
    rows = kind.rows().find({"_id": {"$in": sorted(ids)}, "deleted": True}, {"_id": 1})
    return {row["_id"] async for row in rows}


def _content(*, projects: Sequence[Project] = (), workspaces: Sequence[Workspace] = ()) -> Content:
    return {
        "upserted_projects": list(projects),
        "upserted_workspaces": list(workspaces),
        "removed": [],
    }


@object_type
class ProjectSubscriptions:
    """Streams of projects."""

    @subscription(Permission.READ)
    async def project_changes(
        self,
        info: Info,
        project_uid: Annotated[
            ProjectUid | None,
            strawberry.argument(description="One project, with its workspaces; all if omitted."),
        ] = UNSET,
        after: StreamAfter = UNSET,
        snapshot: Snapshot = True,
        max_batch_size: MaxBatchSize = 200,
        min_interval_ms: MinIntervalMs = 1000,
    ) -> AsyncGenerator[ProjectStreamMessage, None]:
        """The projects that the caller sees, or one of them and its workspaces."""
        source = OneProjectSource(project_uid) if project_uid else ProjectsSource()
        stream = Stream(info.context, source, Pace.of(max_batch_size, min_interval_ms))
        async for message in stream.messages(after or None, snapshot=snapshot):
            yield message
