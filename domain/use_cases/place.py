"""Link jobs to workspaces, unlink and move them; a workspace is a view, the job one record."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import job_moves
from domain.actions import JobAction
from domain.documents import Job, Workspace
from domain.error_codes import ErrorCode
from domain.errors import BadInput, NotFound, ProjectRefused
from domain.uids import workspace_id
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
)
from domain.use_cases.projects import checked_title
from domain.use_cases.storable import require_storable
from domain.use_cases.unchanged import unchanged
from domain.use_cases.workspaces import create_workspace
from domain.visibility import visible_project


@dataclass(frozen=True)
class Destination:
    """Where jobs go: the workspace `workspace_uid` of their project, or a new one.

    Exactly one of `workspace_uid` and `new_title` is given.
    """

    workspace_uid: str | None = None
    new_title: str | None = None
    new_description: str | None = None


@dataclass(frozen=True)
class Placed:
    """What became of the jobs, and where they went.

    `workspace` is None if it would have been made but was not: in a dry run, or because no job
    could be acted on.
    """

    results: list[JobActionResult]
    workspace: Workspace | None = None


async def link(
    request: Request,
    targets: Sequence[JobTarget],
    destination: Destination,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> Placed:
    """Show jobs of one project in one more workspace; those that are there already are skipped.

    Raises BadInput (jobs of several projects, title) and NotFound (project, workspace).
    """
    place = await Place.of(request, targets, destination)
    action = _Move(place, JobAction.LINK)
    results = await act(request, targets, action, policy=policy, dry_run=dry_run)
    return Placed(results, place.workspace)


async def move(
    request: Request,
    targets: Sequence[JobTarget],
    from_workspace_uid: str,
    destination: Destination,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> Placed:
    """Take jobs of one project out of one workspace into another.

    A job that is in the other already just leaves. Raises as `link` does.
    """
    place = await Place.of(request, targets, destination)
    action = _Move(place, JobAction.MOVE, leaves=from_workspace_uid)
    results = await act(request, targets, action, policy=policy, dry_run=dry_run)
    return Placed(results, place.workspace)


async def unlink(
    request: Request,
    targets: Sequence[JobTarget],
    workspace_uid: str,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Take jobs of one project out of a workspace; each stays in at least one."""
    require_one_project(targets)
    return await act(request, targets, _Unlink(workspace_uid), policy=policy, dry_run=dry_run)


def require_one_project(targets: Sequence[JobTarget]) -> str | None:
    """The project of all `targets`, None if there are none; raises BadInput if they differ."""
    uids = sorted({target.key.project_uid for target in targets})
    if len(uids) > 1:
        message = f"These jobs are of several projects ({', '.join(uids[:3])}); take one's at once."
        raise BadInput(message, path=["jobs"], code=ErrorCode.MIXED_PROJECTS)
    return uids[0] if uids else None


@dataclass
class Place:
    """A destination for the jobs of one project; a new workspace is made for the first job."""

    project_uid: str
    destination: Destination
    workspace: Workspace | None = None

    @classmethod
    async def of(
        cls, request: Request, targets: Sequence[JobTarget], destination: Destination
    ) -> "Place":
        """The place for `targets`; raises BadInput, and NotFound (project, workspace)."""
        project_uid = require_one_project(targets) or ""
        if project_uid:
            await visible_project(request.viewer, project_uid)
        return await cls.in_project(project_uid, destination)

    @classmethod
    async def in_project(cls, project_uid: str, destination: Destination) -> "Place":
        """The place for jobs of a project that the caller sees; raises BadInput and NotFound."""
        if (destination.workspace_uid is None) == (destination.new_title is None):
            message = "Give either a workspace or a new one."
            raise BadInput(message, path=["destination"])
        if destination.new_title is not None:
            checked_title(destination.new_title)
            texts = (destination.new_title, destination.new_description)
            require_storable(texts, ("destination", "newWorkspace"))
        found = await find_workspace(project_uid, destination.workspace_uid)
        return cls(project_uid, destination, found)

    @property
    def uid(self) -> str | None:
        """The workspace's uid; None while it is still to be made."""
        return self.workspace.uid if self.workspace else None

    async def settle(self, request: Request) -> str:
        """The workspace's uid; makes it if it is new and this is the first job to come."""
        if self.workspace is None:
            assert self.destination.new_title is not None
            self.workspace = await create_workspace(
                request,
                self.project_uid,
                title=self.destination.new_title,
                description=self.destination.new_description,
            )
        return self.workspace.uid


async def find_workspace(project_uid: str, workspace_uid: str | None) -> Workspace | None:
    """The workspace, None if no uid is given; raises NotFound if it does not exist."""
    if workspace_uid is None or not project_uid:
        return None
    workspace = await Workspace.get(workspace_id(project_uid, workspace_uid))
    if workspace is None or workspace.deleted:
        message = f"There is no workspace {workspace_uid} in project {project_uid}."
        raise NotFound(message, path=["workspaceUid"])
    return workspace


@dataclass
class _Move(BaseAction):
    """Into `place`, out of `leaves` if it is given; with none it is a link."""

    place: Place
    name: JobAction
    leaves: str | None = None

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        if self.leaves is not None:
            require_in(job, self.leaves)
        return self._unchanged(job) or Done(job)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        present = self._unchanged(job)
        if present is not None:
            return present
        uid = await self.place.settle(request)
        kept = [other for other in job.workspace_uids if other not in (self.leaves, uid)]
        return await _write(request, job, target, [*kept, uid])

    def _unchanged(self, job: Job) -> Done | None:
        uid = self.place.uid
        if uid is None or uid not in job.workspace_uids or self.leaves not in (None, uid):
            return None
        return unchanged(job, f"Job {job.uid} is in workspace {uid} already.")


@dataclass
class _Unlink(BaseAction):
    workspace_uid: str
    name: JobAction = JobAction.UNLINK

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        require_in(job, self.workspace_uid)
        return Done(job)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        kept = [uid for uid in job.workspace_uids if uid != self.workspace_uid]
        return await _write(request, job, target, kept)


def require_in(job: Job, workspace_uid: str) -> None:
    """Raises ProjectRefused unless the job is in the workspace."""
    if workspace_uid not in job.workspace_uids:
        message = f"Job {job.uid} is not in workspace {workspace_uid}."
        uid = job.project_uid
        raise ProjectRefused(message, project_uid=uid, code=ErrorCode.NOT_IN_WORKSPACE)


async def _write(request: Request, job: Job, target: JobTarget, uids: list[str]) -> Done:
    written = await job_moves.change(
        job.key,
        changes={"workspace_uids": uids},
        now=request.now,
        only_in=target.only_in,
        expected_revision=job.revision,  # the list was made from exactly this one
    )
    return Done(written)
