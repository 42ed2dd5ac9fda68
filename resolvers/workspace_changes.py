"""The stream of a workspace and its jobs."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.database import Row
from domain.errors import NotFound
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from domain.uids import workspace_id
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition, SentJobs, batches
from resolvers.stream_source import Content
from schema.arguments import MaxBatchSize, MinIntervalMs, Snapshot, StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.job import Job
from schema.scalars import ProjectUid, WorkspaceUid
from schema.streams import WorkspaceStreamMessage
from schema.workspace import Workspace

_SHOWN_IN_IT = frozenset({Kind.WORKSPACES, Kind.PROJECTS})


class WorkspaceSource(ResumedByPosition):
    """The jobs linked to a workspace; it is shown anew with them, for it counts them."""

    message = WorkspaceStreamMessage
    field = "Subscription.workspaceChanges"

    def __init__(self, project_uid: str, workspace_uid: str) -> None:
        self._id = workspace_id(project_uid, workspace_uid)
        self.filter: object = self._id
        self._project_uid = project_uid
        self._in_it: Row = {
            "project_uid": project_uid,
            "workspace_uids": workspace_uid,
            "deleted": False,
        }
        self._sent = SentJobs()
        self.sent = (self._sent,)

    def concerns(self, change: Change) -> bool:
        """All jobs of the project: any may be linked; and the project, which may be closed."""
        if change.kind is Kind.JOBS:
            return change.id.startswith(f"{self._project_uid}-")
        kept = {Kind.WORKSPACES: self._id, Kind.PROJECTS: self._project_uid}
        return kept.get(change.kind) == change.id

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """The workspace with its first jobs, by id, then the others."""
        content = await self.idle(context) | {"workspace": await self._workspace(context)}
        self._sent.start_anew()
        after, full = "", True
        while full:
            jobs = await context.reads.jobs_where(self._in_it, after=after, limit=batch)
            self._sent.note(job.id for job in jobs)
            yield content | {"upserted_jobs": [Job.from_document(job) for job in jobs]}
            content = await self.idle(context)
            full = len(jobs) == batch
            after = jobs[-1].id if jobs else ""

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """The dirty jobs; what went, and the workspace, come with the last message.

        Raises NotFound once the reader may not see the workspace any more.
        """
        workspace = await self._workspace(context)
        jobs, removed = await self._sent.changes(context, dirty, self._in_it)
        if not jobs and not removed and not _SHOWN_IN_IT & dirty.keys.keys():
            return []
        idle = await self.idle(context)
        contents = [idle | {"upserted_jobs": list(piece)} for piece in batches(jobs, batch)]
        contents[-1] |= {"removed_jobs": removed, "workspace": workspace}
        return contents

    async def _workspace(self, context: Context) -> Workspace:
        found = await context.reads.workspace(self._id)
        if found is None:
            raise NotFound(f"There is no workspace {self._id}.")
        return Workspace.from_document(found)

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return {"workspace": None, "upserted_jobs": [], "removed_jobs": []}


@object_type
class WorkspaceSubscriptions:
    """Streams of workspaces."""

    @subscription(Permission.READ)
    async def workspace_changes(
        self,
        info: Info,
        project_uid: Annotated[ProjectUid, strawberry.argument(description="Project UID.")],
        workspace_uid: Annotated[WorkspaceUid, strawberry.argument(description="Workspace UID.")],
        after: StreamAfter = UNSET,
        snapshot: Snapshot = True,
        max_batch_size: MaxBatchSize = 200,
        min_interval_ms: MinIntervalMs = 250,
    ) -> AsyncGenerator[WorkspaceStreamMessage, None]:
        """A workspace and its jobs."""
        source = WorkspaceSource(project_uid, workspace_uid)
        stream = Stream(info.context, source, Pace.of(max_batch_size, min_interval_ms))
        async for message in stream.messages(after or None, snapshot=snapshot):
            yield message
