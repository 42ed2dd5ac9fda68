"""Build a job: create it, change its params, connect and disconnect its inputs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from domain import job_moves
from domain.actions import JobAction
from domain.database import Row
from domain.documents import Job, Project, Workspace
from domain.documents.shapes import ClusterVar, JobInput
from domain.error_codes import ErrorCode
from domain.errors import BadInput, NotFound, ProjectRefused
from domain.ids import next_number
from domain.installed_programs import lacking_anywhere
from domain.job_types import JobTypeDeclaration
from domain.permissions import Permission, require
from domain.status import JobStatus
from domain.uids import JobKey, workspace_id
from domain.use_cases.act import BaseAction, act
from domain.use_cases.connections import (
    NewConnection,
    check_connection,
    connected,
    disconnected,
)
from domain.use_cases.context import Request
from domain.use_cases.job_results import Done, JobActionResult, JobTarget
from domain.use_cases.storable import require_storable
from domain.use_cases.wiring import specification
from domain.visibility import visible_project


class Unset(Enum):
    """The type of UNSET: a value that was left out, where None means "clear it"."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True)
class NewJob:
    """A job to be made; `params` hold only what differs from the type's defaults."""

    project_uid: str
    workspace_uid: str
    type: str
    title: str = ""
    description: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    inputs: tuple[NewConnection, ...] = ()
    cluster_custom_vars: tuple[ClusterVar, ...] = ()


@dataclass(frozen=True)
class JobEdit:
    """A change; what is UNSET is left alone. `params` is a merge patch: None removes a param."""

    title: str | Unset = UNSET
    description: str | Unset = UNSET
    params: Mapping[str, object] | Unset = UNSET
    cluster_custom_vars: tuple[ClusterVar, ...] | Unset = UNSET


async def create_job(request: Request, new: NewJob) -> Job:
    """Make a building job; what keeps it from running is in its `build_errors`.

    Raises NotFound (project, workspace, parent, output), ProjectRefused and BadInput.
    """
    made = await numbered_job(request, new)
    await made.insert()
    return made


async def numbered_job(request: Request, new: NewJob) -> Job:
    """The building job with a number of its own, not stored yet; raises as `create_job` does."""
    require(request.viewer, Permission.WRITE)
    require_storable({"title": new.title, "description": new.description}, ())
    require_storable(new.params, ("params",))
    project = await visible_project(request.viewer, new.project_uid)
    if not project.is_writable:
        message = f"Project {project.uid} is archived, detached or being deleted."
        raise ProjectRefused(message, project_uid=project.uid)
    await _require_workspace(new.project_uid, new.workspace_uid)
    declaration = await declaration_of(request, new.type)
    job = await _numbered(request, new, declaration)
    inputs: dict[str, JobInput] = {}
    for wanted in new.inputs:
        connection = await check_connection(request, job, declaration, wanted)
        inputs = connected(inputs, declaration, wanted.input, connection)
    params = {name: value for name, value in new.params.items() if value is not None}
    return Job.from_row(
        job.model_dump(by_alias=True) | specification(request, project, declaration, params, inputs)
    )


async def update(request: Request, target: JobTarget, edit: JobEdit) -> list[JobActionResult]:
    """Change a job's title and description, or a building job's params and cluster variables."""
    return await act(request, [target], _Update(edit))


async def connect(
    request: Request, target: JobTarget, wanted: NewConnection, index: int | None = None
) -> list[JobActionResult]:
    """Connect a parent's output, at the end or in place of the connection at `index`."""
    return await act(request, [target], _Connect(wanted, index))


async def disconnect(
    request: Request, target: JobTarget, name: str, index: int | None = None
) -> list[JobActionResult]:
    """Take away the connection at `index` of the input `name`; None or -1 is the last."""
    return await act(request, [target], _Disconnect(name, -1 if index is None else index))


async def declaration_of(request: Request, type_: str) -> JobTypeDeclaration:
    """The job type; raises BadInput if it is unknown, obsolete or cannot run here."""
    declaration = request.catalogue.get(type_)
    reason: str | None = f"There is no job type {type_}."
    if declaration is not None and declaration.stability == "obsolete":
        reason = f"The job type {type_} is obsolete."
    elif declaration is not None:
        reason = request.catalogue.unavailable_reason(declaration, await lacking_anywhere())
    if declaration is None or reason is not None:
        raise BadInput(str(reason), path=["type"], code=ErrorCode.JOB_TYPE_UNAVAILABLE)
    return declaration


async def _require_workspace(project_uid: str, workspace_uid: str) -> None:
    workspace = await Workspace.get(workspace_id(project_uid, workspace_uid))
    if workspace is None or workspace.deleted:
        message = f"There is no workspace {workspace_uid} in project {project_uid}."
        raise NotFound(message, path=["workspaceUid"])


async def _numbered(request: Request, new: NewJob, declaration: JobTypeDeclaration) -> Job:
    number = await next_number(f"{new.project_uid}:jobs")
    key = JobKey(new.project_uid, f"J{number}")
    return Job(
        id=str(key),
        project_uid=key.project_uid,
        project_uid_num=int(key.project_uid[1:]),
        uid=key.job_uid,
        uid_num=number,
        workspace_uids=[new.workspace_uid],
        title=new.title,
        description=new.description,
        created_by=request.viewer.user_id,
        created_at=request.now,
        updated_at=request.now,
        type=declaration.type,
        type_version=declaration.version,
        category=declaration.category,
        cluster_custom_vars=list(new.cluster_custom_vars),
        job_dir=key.job_uid,
    )


class _Edit(BaseAction, ABC):
    """An action that rewrites a job from what it was: its specification only while it is built."""

    name: JobAction

    @property
    def statuses(self) -> frozenset[JobStatus]:
        """Those in which it may be done."""
        return frozenset({JobStatus.BUILDING})

    @abstractmethod
    async def changed(self, request: Request, job: Job, project: Project) -> Row:
        """The fields that change; raises DomainError."""

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        """Write the change over exactly the job that it was made from."""
        project = await visible_project(request.viewer, job.project_uid)
        changes = await self.changed(request, job, project)
        written = await job_moves.change(
            job.key,
            changes=changes,
            now=request.now,
            only_in=self.statuses & target.only_in,
            expected_revision=job.revision,
        )
        return Done(written)


@dataclass(frozen=True)
class _Update(_Edit):
    edit: JobEdit
    name: JobAction = JobAction.UPDATE

    @property
    def statuses(self) -> frozenset[JobStatus]:
        """A title and a description may be changed at any time (04-lifecycle, section 2)."""
        is_text_alone = self.edit.params is UNSET and self.edit.cluster_custom_vars is UNSET
        return frozenset(JobStatus) if is_text_alone else super().statuses

    async def changed(self, request: Request, job: Job, project: Project) -> Row:
        edit = self.edit
        texts: Row = {"title": edit.title, "description": edit.description}
        changes = {name: text for name, text in texts.items() if text is not UNSET}
        if edit.cluster_custom_vars is not UNSET:
            changes["cluster_custom_vars"] = [v.model_dump() for v in edit.cluster_custom_vars]
        require_storable(changes, ())
        if edit.params is not UNSET:
            require_storable(edit.params, ("params",))
            merged = {**job.params, **edit.params}
            params = {name: value for name, value in merged.items() if value is not None}
            declaration = await declaration_of(request, job.type)
            changes |= specification(request, project, declaration, params, job.inputs)
        return changes


@dataclass(frozen=True)
class _Connect(_Edit):
    wanted: NewConnection
    index: int | None
    name: JobAction = JobAction.CONNECT_INPUT

    async def changed(self, request: Request, job: Job, project: Project) -> Row:
        declaration = await declaration_of(request, job.type)
        connection = await check_connection(request, job, declaration, self.wanted)
        name = self.wanted.input
        inputs = connected(job.inputs, declaration, name, connection, self.index)
        return specification(request, project, declaration, job.params, inputs)


@dataclass(frozen=True)
class _Disconnect(_Edit):
    input_name: str
    index: int
    name: JobAction = JobAction.DISCONNECT_INPUT

    async def changed(self, request: Request, job: Job, project: Project) -> Row:
        declaration = await declaration_of(request, job.type)
        inputs = disconnected(job.inputs, declaration, self.input_name, self.index)
        return specification(request, project, declaration, job.params, inputs)
