"""Jobs: what was asked, where it stands, what it made, and what may be done with it."""

from asyncio import gather
from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import documents
from domain.actions import ON_JOBS, JobAction, refusals
from domain.documents.event_log import EventType
from domain.status import ACTIVE, QueueStatus
from schema.context import Context, Info
from schema.described import attribute, batched_field, field, object_type
from schema.directives import PAGE, Cost
from schema.event_log import EventLogConnection
from schema.interaction import Interaction
from schema.job_category import JobCategory
from schema.job_lineage import JobLineage
from schema.job_run import (
    AllocatedResources,
    ClusterVar,
    JobBuildError,
    JobProgress,
    QueueReason,
    RunError,
)
from schema.job_type import JobType, ParamSpec, ResourceSpec
from schema.job_wiring import JobInput, JobOutput, inputs_of, outputs_of
from schema.mutation_error import JobActionAvailability
from schema.node import global_id
from schema.operation import JobOperation
from schema.paging import After, Before, First, Last, Page, PageInfo, Window
from schema.presenting import present, same_names
from schema.references import LaterLane, LaterProject, LaterWorkspace
from schema.scalars import Cursor
from schema.tag import Tag
from schema.user import User


@object_type
class Job(JobLineage):
    """A job. Stored once per project and linked to one or more workspaces."""

    @field()
    async def project(self, info: Info) -> LaterProject:
        """Project."""
        return present(await info.context.reads.project(self.project_uid))

    @field()
    async def workspaces(self, info: Info) -> list[LaterWorkspace]:
        """Workspaces."""
        ids = [f"{self.project_uid}-{uid}" for uid in self.workspace_uids]
        found = await gather(*(info.context.reads.workspace(id) for id in ids))
        return [present(workspace) for workspace in found if workspace]

    @field()
    def type_title(self, info: Info) -> str:
        """Job type title; kept when the type is no longer installed."""
        found = info.context.catalogue.get(self.type)
        return found.title if found else self.type

    @field()
    def job_type(self, info: Info) -> JobType | None:
        """Entry of the register; null when the type is no longer installed."""
        found = info.context.catalogue.get(self.type)
        return JobType.of(found) if found else None

    @field()
    def interactive(self, info: Info) -> bool:
        """Interactive job."""
        found = info.context.catalogue.get(self.type)
        return found is not None and found.run.interactive is not None

    @field()
    def queue_status(self) -> QueueStatus | None:
        """Why it is still queued."""
        reason = self.document.waiting_for
        return QueueStatus(reason.status) if reason else None

    @field()
    def queue_message(self) -> str | None:
        """Text for queueStatus."""
        return self.document.waiting_for.message if self.document.waiting_for else None

    @field()
    def waiting_for(self) -> QueueReason | None:
        """Why it has not started, with numbers; set while queued."""
        reason = self.document.waiting_for
        return QueueReason.from_document(reason) if reason else None

    @field()
    def progress(self) -> JobProgress | None:
        """How far it has come; set while active and after."""
        progress = self.document.progress
        return JobProgress.from_document(progress) if progress else None

    @batched_field()
    @staticmethod
    async def lane(jobs: Sequence["Job"], context: Context) -> list[LaterLane | None]:
        """Lane it waits in or runs on."""
        lanes = {lane.name: present(lane) for lane in await context.reads.lanes()}
        return [lanes.get(job.lane_name or "") for job in jobs]

    @field()
    def resource_spec(self) -> ResourceSpec:
        """Requested resources."""
        return ResourceSpec(**same_names(ResourceSpec, self.document.resource_spec))

    @field()
    def resources_allocated(self) -> AllocatedResources | None:
        """Allocated resources."""
        given = self.document.resources_allocated
        return AllocatedResources.from_document(given) if given else None

    @batched_field()
    @staticmethod
    async def created_by(jobs: Sequence["Job"], context: Context) -> list[User | None]:
        """Creator."""
        ids = {job.document.created_by for job in jobs}
        users = {user.id: User.from_document(user) for user in await context.reads.users(ids)}
        return [users.get(job.document.created_by) for job in jobs]

    @field()
    async def queued_by(self, info: Info) -> User | None:
        """Who queued it."""
        queued_by = self.document.queued_by
        user = await info.context.reads.user(queued_by) if queued_by else None
        return User.from_document(user) if user else None

    @field()
    def param_specs(self, info: Info) -> list[ParamSpec]:
        """Specifications of the parameters, with the project's defaults."""
        found = info.context.catalogue.get(self.type)
        return ParamSpec.list_of(found, self.document.params) if found else []

    @field()
    def inputs(self, info: Info) -> list[JobInput]:
        """Inputs and what is connected to them."""
        return inputs_of(self.document, info.context.catalogue.get(self.type))

    @field()
    def outputs(self, info: Info) -> list[JobOutput]:
        """Outputs."""
        return outputs_of(self.document, info.context.catalogue.get(self.type))

    @field()
    def interaction(self) -> Interaction | None:
        """What it asks of the user; set only while WAITING."""
        return Interaction.of(self.document)

    @field()
    def log_url(self, info: Info) -> str | None:
        """Signed URL of the plain-text log; null before the first run."""
        if self.document.launched_at is None:
            return None
        path = f"{self.job_dir}/run/{self.document.attempt}/job.log"
        return info.context.file_url(self.project_uid, path)

    @field()
    def build_errors(self) -> list[JobBuildError]:
        """Build errors."""
        return [JobBuildError(**same_names(JobBuildError, e)) for e in self.document.build_errors]

    @field()
    def errors_run(self) -> list[RunError]:
        """Last runtime errors."""
        return [RunError(**same_names(RunError, e)) for e in self.document.errors_run]

    @field()
    async def has_error(self, info: Info) -> bool:
        """Error in the event log."""
        return EventType.ERROR in await info.context.reads.event_types(self.document.id)

    @field()
    async def has_warning(self, info: Info) -> bool:
        """Warning in the event log."""
        return EventType.WARNING in await info.context.reads.event_types(self.document.id)

    @field()
    def cluster_custom_vars(self) -> list[ClusterVar]:
        """Its values of cluster template variables."""
        chosen = self.document.cluster_custom_vars
        return [ClusterVar(name=var.name, value=var.value) for var in chosen]

    @batched_field()
    @staticmethod
    async def tags(jobs: Sequence["Job"], context: Context) -> list[list[Tag]]:
        """Tags."""
        uids = {uid for job in jobs for uid in job.document.tags}
        tags = {tag.id: Tag.from_document(tag) for tag in await context.reads.tags(uids)}
        return [[tags[uid] for uid in job.document.tags if uid in tags] for job in jobs]

    @field()
    def starred(self, info: Info) -> bool:
        """Starred by the caller."""
        return info.context.caller.user_id in self.document.starred_by

    @field(Cost(weight="2"))
    async def actions(
        self,
        info: Info,
        only: Annotated[
            list[JobAction] | None, strawberry.argument(description="Restrict to these actions.")
        ] = UNSET,
    ) -> list[JobActionAvailability]:
        """Which actions the caller may take now, and why not."""
        facts = await info.context.reads.facts(self.document)
        wanted = only or ON_JOBS
        return [
            JobActionAvailability.of(action, refusals(action, facts, info.context.caller))
            for action in wanted
        ]

    @field()
    async def active_operation(self, info: Info) -> JobOperation | None:
        """Operation holding the job."""
        id = self.document.active_operation
        operation = await info.context.reads.operation(id) if id else None
        return JobOperation.from_document(operation) if operation else None

    @field(PAGE)
    async def event_log(
        self,
        info: Info,
        types: Annotated[
            list[EventType] | None,
            strawberry.argument(description="Restrict to these entry types."),
        ] = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> EventLogConnection:
        """Event log."""
        window = Window.of(first, after, last, before)
        page = await info.context.reads.event_page(self.document.id, types or None, window)
        return EventLogConnection.from_page(page, info.context)

    @property
    def lane_name(self) -> str | None:
        """The lane it waits in or runs on."""
        given = self.document.resources_allocated
        return given.lane if given and self.status in ACTIVE else self.queued_to_lane

    @staticmethod
    @present.register(documents.Job)
    def from_document(document: documents.Job) -> "Job":
        """Show the job."""
        return Job(
            id=global_id("Job", document.id),
            document=document,
            category=JobCategory(document.category),
            runs=document.attempt,
            **same_names(Job, document, "id", "document", "category", "runs"),
        )


@object_type
class JobEdge:
    """An edge to Job."""

    cursor: Cursor = attribute("Keyset cursor of the node.")
    node: Job = attribute("The node.")


@object_type
class JobConnection:
    """A page of Job objects."""

    nodes: list[Job] = attribute("Shortcut to the nodes.")
    page: strawberry.Private[Page[documents.Job]]
    page_info: PageInfo = attribute("Page information.")

    @field()
    def edges(self) -> list[JobEdge]:
        """Edges."""
        shown = zip(self.page.cursors, self.nodes, strict=True)
        return [JobEdge(cursor=Cursor(cursor), node=node) for cursor, node in shown]

    @field(Cost(weight="5"))
    async def total_count(self) -> int:
        """Exact count; costs a query."""
        return await self.page.count()

    @classmethod
    def from_page(cls, page: Page[documents.Job]) -> "JobConnection":
        """Show a page of jobs."""
        nodes = [Job.from_document(document) for document in page.items]
        return cls(nodes=nodes, page_info=PageInfo.of(page), page=page)
