"""Batch reads that apply visibility; new for every operation and every stream message."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from strawberry.dataloader import DataLoader

from domain.database import Row
from domain.documents import (
    Event,
    Instance,
    Job,
    Lane,
    Operation,
    Project,
    Tag,
    Target,
    TokenPool,
    Workspace,
)
from domain.documents.event_log import EventType
from domain.documents.instance import INSTANCE_ID, POOL_ID
from domain.documents.operation import OPEN
from domain.documents.tag import TagType
from domain.job_facts import JobFacts
from domain.status import ACTIVE, JobStatus
from domain.uids import JobKey
from domain.use_cases.facts import facts_of
from domain.visibility import project_filter, visible_project_uids
from resolvers import counts
from resolvers.account_reads import AccountReads
from resolvers.batches import by_id, everything
from resolvers.file_sizes import sizes_of
from resolvers.listings import (
    entries,
    entries_behind,
    listed_jobs,
    listed_projects,
    listed_workspaces,
    number_before,
    single,
    whole,
)
from resolvers.operation_reads import OperationReads
from resolvers.tag_counts import TagUse, tag_uses
from schema.context import Context
from schema.lane_load import LaneColumn, LaneLoad
from schema.paging import Page, Window
from schema.reads import JobsWanted

T = TypeVar("T")


class DocumentReads(OperationReads, AccountReads):
    """The reading side of one operation: batches by id, each document read at most once."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._once: dict[str, asyncio.Task[object]] = {}
        self._jobs = by_id(Job, self.job_scope)
        self._workspaces = by_id(Workspace, self.job_scope)
        self._events = by_id(Event, self.job_scope)
        self._projects = by_id(Project, self._project_scope)
        self._tags = by_id(Tag, everything)
        self._operations = by_id(Operation, everything)
        self._dependents = DataLoader(load_fn=counts.dependents)
        self._children = DataLoader(load_fn=self._load_children)
        self._event_types = DataLoader(load_fn=counts.event_types)
        self._running = DataLoader(load_fn=self._load_running)
        self._project_counts = DataLoader(load_fn=counts.of_projects)
        self._workspace_counts = DataLoader(load_fn=counts.of_workspaces)
        self._disk_uses = DataLoader(load_fn=counts.bytes_of_projects)
        self._tag_uses = DataLoader(load_fn=self._load_tag_uses)

    async def _remember(self, name: str, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives, once for all who ask in this operation."""
        if name not in self._once:
            self._once[name] = asyncio.ensure_future(read())
        return await self._once[name]  # type: ignore[return-value]  # it is the task of this read

    async def visible_uids(self) -> frozenset[str] | None:
        """The projects that the caller sees; None means all."""

        async def read() -> frozenset[str] | None:
            uids = await visible_project_uids(self._context.caller)
            return None if uids is None else frozenset(uids)

        return await self._remember("visible", read)

    async def job_scope(self) -> Row:
        """The query that matches what belongs to projects that the caller sees."""
        uids = await self.visible_uids()
        return {} if uids is None else {"project_uid": {"$in": sorted(uids)}}

    async def _project_scope(self) -> Row:
        return project_filter(self._context.caller)

    async def job(self, id: str) -> Job | None:
        """The job "P3-J42", deleted ones too."""
        return await self._jobs.load(id)

    async def jobs(self, ids: Iterable[str]) -> list[Job]:
        """Those of the jobs that exist, in order."""
        return [job for job in await self._jobs.load_many(list(ids)) if job]

    async def jobs_where(self, query: Row, *, after: str = "", limit: int) -> list[Job]:
        """At most `limit` jobs that match and whose id is behind `after`, by id."""
        conditions = [{"_id": {"$gt": after}}, await self.job_scope(), query]

        async def read() -> list[Job]:
            found = Job.rows().find({"$and": conditions}).sort("_id", 1)
            rows = await found.limit(limit).batch_size(limit).to_list(None)
            return [Job.from_row(row) for row in rows]

        return await self._remember(f"{limit} jobs where {conditions}", read)

    async def entries_of(
        self, job_id: str, *, after: int, types: Sequence[EventType] | None, limit: int
    ) -> list[Event]:
        """At most `limit` entries of the log of a visible job, behind number `after`, in order."""
        if await self.job(job_id) is None:
            return []
        return await entries_behind(job_id, after, types, limit)

    async def number_before_last(
        self, job_id: str, *, tail: int, types: Sequence[EventType] | None
    ) -> int:
        """The number behind which the log has `tail` entries; 0 if it has no more than those."""
        return await number_before(job_id, tail, types)

    async def children(self, id: str) -> list[Job]:
        """The jobs connected to outputs of the job `id`, by number."""
        return await self._children.load(id)

    async def _load_children(self, ids: list[str]) -> list[list[Job]]:
        keys = [JobKey.parse(id) for id in ids]
        of_parents = [{"project_uid": k.project_uid, "parents": k.job_uid} for k in keys]
        query = {"$and": [{"deleted": False}, {"$or": of_parents}, await self.job_scope()]}
        rows = await Job.rows().find(query).sort("uid_num", 1).to_list(None)
        jobs = [Job.from_row(row) for row in rows]
        return [
            [j for j in jobs if j.project_uid == k.project_uid and k.job_uid in j.parents]
            for k in keys
        ]

    async def facts(self, job: Job) -> JobFacts:
        """What the rules of the actions need to know."""
        project = await self.project(job.project_uid)
        operation = await self._operations.load(job.active_operation or "")
        is_open = operation is not None and operation.status in OPEN
        dependents = await self._dependents.load(job.id)
        declaration = self._context.catalogue.get(job.type)
        return facts_of(job, declaration, project, operation if is_open else None, dependents)

    async def file_sizes(self, project_uid: str, paths: Iterable[str]) -> Mapping[str, int]:
        """The sizes in bytes of those files that exist, by path below the project's directory."""
        project = await self.project(project_uid)
        return await sizes_of(project.project_dir, list(paths)) if project else {}

    async def event_types(self, id: str) -> frozenset[EventType]:
        """Which of warning and error are in the log of the job `id`."""
        return await self._event_types.load(id)

    async def job_page(self, wanted: JobsWanted) -> Page[Job]:
        """A page of jobs."""
        return await listed_jobs(self._context, wanted, await self.job_scope())

    async def event(self, id: str) -> Event | None:
        """The entry "P3-J42:000000017"."""
        return await self._events.load(id)

    async def event_page(
        self, id: str, types: Sequence[EventType] | None, window: Window
    ) -> Page[Event]:
        """A page of the log of the job `id`, oldest first."""
        return await entries(self._context, id, types, window, await self.job_scope())

    async def project(self, uid: str) -> Project | None:
        """The project "P3"."""
        return await self._projects.load(uid)

    async def project_page(self, window: Window) -> Page[Project]:
        """A page of projects, newest first."""
        return await listed_projects(self._context, window, await self._project_scope())

    async def workspace(self, id: str) -> Workspace | None:
        """The workspace "P3-W1"."""
        return await self._workspaces.load(id)

    async def workspace_page(self, project_uid: str, window: Window) -> Page[Workspace]:
        """A page of a project's workspaces, by number."""
        return await listed_workspaces(self._context, project_uid, window, await self.job_scope())

    async def status_counts(self, id: str) -> Mapping[JobStatus, int]:
        """Jobs by status, of the project "P3" or the workspace "P3-W1"; zeros left out."""
        loader = self._workspace_counts if "-" in id else self._project_counts
        return await loader.load(id)

    async def bytes_on_disk(self, project_uid: str | None) -> tuple[int, int]:
        """Bytes of the job directories of a project, or of all; and what is clearable of them."""
        if project_uid is not None:
            return await self._disk_uses.load(project_uid)
        return await counts.bytes_of_all(await self.job_scope())

    async def tag(self, uid: str) -> Tag | None:
        """The tag."""
        return await self._tags.load(uid)

    async def tags(self, uids: Iterable[str]) -> list[Tag]:
        """Those of the tags that exist, in order."""
        asked = [self._tags.load(uid) for uid in uids]  # all in one batch, with no task for each
        return [tag for loading in asked if (tag := await loading)]

    async def every_tag(self) -> list[Tag]:
        """All tags, by title."""
        tags = await self._remember("tags", lambda: whole(Tag))
        return sorted(tags, key=lambda tag: (tag.title.casefold(), tag.id))

    async def tag_use(self, uid: str) -> Mapping[TagType, int]:
        """How many projects, workspaces and jobs that the caller sees have the tag."""
        return await self._tag_uses.load(uid)

    async def _load_tag_uses(self, uids: list[str]) -> list[TagUse]:
        projects, others = await self._project_scope(), await self.job_scope()
        return await tag_uses(uids, projects=projects, others=others)

    async def lane(self, name: str) -> Lane | None:
        """The lane."""
        return next((lane for lane in await self.lanes() if lane.name == name), None)

    async def lanes(self) -> list[Lane]:
        """All lanes, by name."""
        return await self._remember("lanes", lambda: whole(Lane))

    async def columns(self) -> Mapping[str, LaneColumn]:
        """The caller's queued and active jobs by lane; lanes without any are left out."""
        return counts.columns_of(await self._queue(), await self.visible_uids())

    async def _queue(self) -> Sequence[counts.Stretch]:
        return await self._remember("queue", counts.whole_queue)

    async def queue_place(self, lane: str, job_id: str) -> int | None:
        """The place of the job among those queued to the lane, from 1; None if it is not."""
        return counts.place_of(await self._queue(), lane, job_id)

    async def lane_load(self, name: str) -> LaneLoad:
        """How busy the lane is, counting jobs of all users."""
        if "queue" in self._once:
            return counts.loads_of(await self._queue()).get(name, LaneLoad())
        loads = await self._remember("loads", counts.lane_loads)
        return loads.get(name, LaneLoad())

    async def target(self, name: str) -> Target | None:
        """The target."""
        return next((target for target in await self.targets() if target.name == name), None)

    async def targets(self, lane: str | None = None) -> list[Target]:
        """The targets of the lane, or all, by name."""
        every = await self._remember("targets", lambda: whole(Target))
        return [target for target in every if lane is None or target.lane == lane]

    async def running_on(self, target: str) -> list[Job]:
        """The jobs that hold slots of the target, by start."""
        return await self._running.load(target)

    async def _load_running(self, targets: list[str]) -> list[list[Job]]:
        on_them = {"resources_allocated.target": {"$in": targets}, "status": {"$in": list(ACTIVE)}}
        query = {"$and": [on_them, await self.job_scope()]}
        rows = await Job.rows().find(query).sort("launched_at", 1).to_list(None)
        jobs = [Job.from_row(row) for row in rows]
        return [
            [j for j in jobs if j.resources_allocated and j.resources_allocated.target == target]
            for target in targets
        ]

    async def instance(self) -> Instance:
        """The instance's settings."""
        return await self._remember("instance", lambda: single(Instance, INSTANCE_ID))

    async def pool(self) -> TokenPool:
        """The GPU tokens."""
        return await self._remember("pool", lambda: single(TokenPool, POOL_ID))
