"""The reading side that nested fields use: what can be read, and how a list is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.database import Row
from domain.documents import (
    ApiToken,
    Event,
    Instance,
    Job,
    Lane,
    Operation,
    Project,
    Tag,
    Target,
    TokenPool,
    User,
    Workspace,
)
from domain.documents.event_log import EventType
from domain.documents.tag import TagType
from domain.job_facts import JobFacts
from domain.status import JobStatus
from domain.use_cases.job_results import JobActionResult, Outcome
from schema.filters import JobFilter, JobOrder
from schema.lane_load import LaneColumn, LaneLoad
from schema.paging import Page, Window


@dataclass(frozen=True)
class JobsWanted:
    """A list of jobs: `field` names it in cursors, `scope` is a filter that always holds.

    `in_run_order`: as the scheduler takes them from the queue, instead of `order_by`.
    """

    field: str
    scope: Row
    window: Window
    filter: JobFilter | None = None
    order_by: Sequence[JobOrder] = ()
    in_run_order: bool = False


class Reads(Protocol):
    """What can be read, each by its document's id; nothing the caller may not see is returned.

    Reads of one moment are joined into one query; what was read once is not read again, so
    every operation and every stream message has Reads of its own.
    """

    async def visible_uids(self) -> frozenset[str] | None:
        """The projects that the caller sees; None means all."""
        ...

    async def job(self, id: str) -> Job | None:
        """The job "P3-J42", deleted ones too."""
        ...

    async def jobs(self, ids: Iterable[str]) -> list[Job]:
        """Those of the jobs that exist, in order."""
        ...

    async def jobs_where(self, query: Row, *, after: str = "", limit: int) -> list[Job]:
        """At most `limit` jobs that match and whose id is behind `after`, by id."""
        ...

    async def entries_of(
        self, job_id: str, *, after: int, types: Sequence[EventType] | None, limit: int
    ) -> list[Event]:
        """At most `limit` entries of a job's log behind number `after`, in order."""
        ...

    async def number_before_last(
        self, job_id: str, *, tail: int, types: Sequence[EventType] | None
    ) -> int:
        """The number behind which a job's log has `tail` entries; 0 if it has no more."""
        ...

    async def children(self, id: str) -> list[Job]:
        """The jobs connected to outputs of the job `id`, by number."""
        ...

    async def facts(self, job: Job) -> JobFacts:
        """What the rules of the actions need to know."""
        ...

    async def file_sizes(self, project_uid: str, paths: Iterable[str]) -> Mapping[str, int]:
        """The sizes in bytes of those files that exist, by path below the project's directory."""
        ...

    async def event_types(self, id: str) -> frozenset[EventType]:
        """Which of warning and error are in the log of the job `id`."""
        ...

    async def job_page(self, wanted: JobsWanted) -> Page[Job]:
        """A page of jobs."""
        ...

    async def event(self, id: str) -> Event | None:
        """The entry "P3-J42:000000017"."""
        ...

    async def event_page(
        self, id: str, types: Sequence[EventType] | None, window: Window
    ) -> Page[Event]:
        """A page of the log of the job `id`, oldest first."""
        ...

    async def project(self, uid: str) -> Project | None:
        """The project "P3"."""
        ...

    async def project_page(self, window: Window) -> Page[Project]:
        """A page of projects, newest first."""
        ...

    async def workspace(self, id: str) -> Workspace | None:
        """The workspace "P3-W1"."""
        ...

    async def workspace_page(self, project_uid: str, window: Window) -> Page[Workspace]:
        """A page of a project's workspaces, by number."""
        ...

    async def status_counts(self, id: str) -> Mapping[JobStatus, int]:
        """Jobs by status, of the project "P3" or the workspace "P3-W1"; zeros left out."""
        ...

    async def bytes_on_disk(self, project_uid: str | None) -> tuple[int, int]:
        """Bytes of the job directories of a project, or of all; and what is clearable of them."""
        ...

    async def user(self, id: str) -> User | None:
        """The account."""
        ...

    async def users(self, ids: Iterable[str]) -> list[User]:
        """Those of the accounts that exist, in order."""
        ...

    async def user_page(self, window: Window) -> Page[User]:
        """A page of accounts, by name."""
        ...

    async def api_tokens(self, user_id: str) -> list[ApiToken]:
        """The account's tokens, newest first."""
        ...

    async def tag(self, uid: str) -> Tag | None:
        """The tag."""
        ...

    async def api_token(self, id: str) -> ApiToken | None:
        """The token, if it is the caller's or the caller is an administrator."""
        ...

    async def tags(self, uids: Iterable[str]) -> list[Tag]:
        """Those of the tags that exist, in order."""
        ...

    async def every_tag(self) -> list[Tag]:
        """All tags, by title."""
        ...

    async def tag_use(self, uid: str) -> Mapping[TagType, int]:
        """How many projects, workspaces and jobs that the caller sees have the tag."""
        ...

    async def lane(self, name: str) -> Lane | None:
        """The lane."""
        ...

    async def lanes(self) -> list[Lane]:
        """All lanes, by name."""
        ...

    async def columns(self) -> Mapping[str, LaneColumn]:
        """The caller's queued and active jobs by lane; lanes without any are left out."""
        ...

    async def queue_place(self, lane: str, job_id: str) -> int | None:
        """The place of the job among those queued to the lane, from 1; None if it is not."""
        ...

    async def lane_load(self, name: str) -> LaneLoad:
        """How busy the lane is, counting jobs of all users."""
        ...

    async def target(self, name: str) -> Target | None:
        """The target."""
        ...

    async def targets(self, lane: str | None = None) -> list[Target]:
        """The targets of the lane, or all, by name."""
        ...

    async def running_on(self, target: str) -> list[Job]:
        """The jobs that hold slots of the target, by start."""
        ...

    async def operation(self, id: str) -> Operation | None:
        """The operation."""
        ...

    async def results_of(self, operation: Operation, window: Window) -> Page[JobActionResult]:
        """A page of the results of an operation, of jobs that the caller sees."""
        ...

    async def outcomes_of(self, operation: Operation) -> list[tuple[Outcome, int | None]]:
        """What became of each job of an operation that the caller sees, and the bytes freed."""
        ...

    async def instance(self) -> Instance:
        """The instance's settings."""
        ...

    async def pool(self) -> TokenPool:
        """The GPU tokens."""
        ...
