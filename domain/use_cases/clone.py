"""Clone jobs: the same work to do again, with the connections among the cloned made again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain import job_moves
from domain.actions import JobAction
from domain.documents import Job, Project, Workspace
from domain.documents.shapes import Connection, JobInput
from domain.ids import reserve_numbers
from domain.uids import JobKey
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
    Notice,
    NoticeCode,
)
from domain.use_cases.parents import gone_parents
from domain.use_cases.place import Destination, Place, Placed, find_workspace, require_one_project
from domain.use_cases.wiring import parents_of, specification
from domain.visibility import visible_project

_KEPT = ("title", "description", "tags", "type", "category", "params", "cluster_custom_vars")
"""What a clone has of its source, besides connections; never what a run left, or a mark."""


async def clone(
    request: Request,
    targets: Sequence[JobTarget],
    from_workspace_uid: str | None = None,
    destination: Destination | None = None,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
    name: JobAction = JobAction.CLONE,
) -> Placed:
    """Make a building job of each, with the same type, params and connections.

    Without `destination` a clone goes to `from_workspace_uid`, without that to the first workspace
    of its source. Connections among the cloned jobs are made again among the clones, those to
    other jobs are kept. All numbers are reserved in one write, all clones stored in another.
    Raises BadInput (jobs of several projects, title) and NotFound (project, workspace).
    """
    project_uid = require_one_project(targets)
    if project_uid is None:
        return Placed([])
    if destination is None and from_workspace_uid is not None:
        destination = Destination(from_workspace_uid)
    action = _Clone(
        await visible_project(request.viewer, project_uid),
        place=None if destination is None else await Place.of(request, targets, destination),
        several=len(targets) > 1,
        name=name,
    )
    results = await act(request, targets, action, policy=policy, dry_run=dry_run)
    for result in results:
        action.show_clone(result)
    return Placed(results, await action.common_workspace())


@dataclass
class _Clone(BaseAction):
    """Sources are gathered one by one; the clones are made of all of them at the end."""

    project: Project
    place: Place | None
    several: bool
    name: JobAction
    _included: frozenset[str] = frozenset()
    _gone: frozenset[str] = frozenset()
    _workspace_uids: dict[str, str] = field(default_factory=dict)
    _clones: dict[str, Job] = field(default_factory=dict)

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:  # noqa: ARG002
        self._included = frozenset(job.uid for job in jobs)
        self._gone = await gone_parents(jobs)

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        return Done(job, notices=self._notices(job))

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:  # noqa: ARG002
        place = self.place
        uid = job.workspace_uids[0] if place is None else await place.settle(request)
        self._workspace_uids[job.uid] = uid
        return Done(job, notices=self._notices(job))

    async def conclude(self, request: Request, done: Sequence[Done]) -> None:
        """Number the clones in the order of their sources' numbers, and store them."""
        sources = sorted((item.job for item in done), key=lambda job: job.uid_num)
        numbers = await reserve_numbers(f"{self.project.uid}:jobs", len(sources))
        clone_uids = {job.uid: f"J{n}" for job, n in zip(sources, numbers, strict=True)}
        for job in sources:
            self._clones[job.uid] = self._cloned(request, job, clone_uids)
        await job_moves.add(list(self._clones.values()))
        self._included = frozenset(clone_uids)

    def show_clone(self, result: JobActionResult) -> None:
        """Add the clone to the result of its source."""
        made = self._clones.get(result.key.job_uid)
        if made is not None and result.job is not None:
            result.created_job = made
            result.notices = self._notices(result.job)

    async def common_workspace(self) -> Workspace | None:
        """The workspace that all clones went to; None if there are several, or none."""
        if self.place is not None:
            return self.place.workspace
        uids = set(self._workspace_uids.values())
        return await find_workspace(self.project.uid, uids.pop()) if len(uids) == 1 else None

    def _notices(self, job: Job) -> list[Notice]:
        others = [uid for uid in job.parents if uid not in self._included]
        if not others or not self.several:
            return []
        message = f"The clone of {job.uid} keeps its connections to {', '.join(others[:5])}."
        return [Notice(NoticeCode.PARENT_NOT_INCLUDED, message)]

    def _cloned(self, request: Request, source: Job, clone_uids: Mapping[str, str]) -> Job:
        key = JobKey(source.project_uid, clone_uids[source.uid])
        inputs = dict(self._inputs(source, clone_uids))
        made = Job(
            id=str(key),
            project_uid=key.project_uid,
            project_uid_num=source.project_uid_num,
            uid=key.job_uid,
            uid_num=int(key.job_uid[1:]),
            workspace_uids=[self._workspace_uids[source.uid]],
            created_by=request.viewer.user_id,
            created_at=request.now,
            updated_at=request.now,
            cloned_from=source.uid,
            type_version=source.type_version,
            inputs=inputs,
            parents=parents_of(inputs),
            resource_spec=source.resource_spec,
            build_errors=source.build_errors,
            job_dir=key.job_uid,
            **{name: getattr(source, name) for name in _KEPT},
        )
        return self._made_whole(request, made)

    def _inputs(self, source: Job, clone_uids: Mapping[str, str]) -> Iterator[tuple[str, JobInput]]:
        for name, job_input in source.inputs.items():
            connections = [
                Connection(
                    job_uid=clone_uids.get(connection.job_uid, connection.job_uid),
                    output=connection.output,
                    source_missing=self._is_broken(connection, clone_uids),
                )
                for connection in job_input.connections
            ]
            yield name, JobInput(connections=connections)

    def _is_broken(self, connection: Connection, clone_uids: Mapping[str, str]) -> bool:
        if connection.job_uid in clone_uids:
            return False
        gone = f"{self.project.uid}-{connection.job_uid}" in self._gone
        return connection.source_missing or gone

    def _made_whole(self, request: Request, made: Job) -> Job:
        """With what follows from its params and connections, if its type still exists."""
        declaration = request.catalogue.get(made.type)
        if declaration is None:
            return made
        whole = specification(request, self.project, declaration, made.params, made.inputs)
        version = {"type_version": declaration.version}
        return Job.from_row(made.model_dump(by_alias=True) | whole | version)
