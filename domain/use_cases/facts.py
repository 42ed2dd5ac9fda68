"""What the rules of the actions look at, read for many jobs in a few queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.documents import Job, Operation, Project
from domain.documents.operation import OPEN
from domain.errors import BuildProblem
from domain.job_facts import JobFacts
from domain.job_types import Catalogue, JobTypeDeclaration
from domain.saved_versions import saved_together
from domain.status import ACTIVE, DONE, JobStatus
from domain.uids import JobKey
from domain.use_cases.context import Request
from domain.visibility import project_filter

HAVE_RUN = DONE | ACTIVE - {JobStatus.LAUNCHED, JobStatus.STARTED}
"""Statuses of children that keep a parent from being deleted (04-lifecycle, protection c)."""


@dataclass
class Scene:
    """The jobs of a request and what is around them, by id; only what the viewer may see."""

    jobs: Mapping[str, Job]
    projects: Mapping[str, Project]
    catalogue: Catalogue
    operations: Mapping[str, Operation] = field(default_factory=dict)
    dependents: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def facts(self, job: Job) -> JobFacts:
        """What the rules need to know of one of the jobs."""
        return facts_of(
            job,
            self.catalogue.get(job.type),
            self.projects.get(job.project_uid),
            self.operations.get(job.active_operation or ""),
            self.dependents.get(job.id, ()),
        )


async def read_scene(request: Request, keys: Iterable[JobKey]) -> Scene:
    """The jobs `keys` that the caller sees, deleted ones too, with all that the rules look at."""
    wanted = {str(key): key for key in keys}
    uids = sorted({key.project_uid for key in wanted.values()})
    query = {"_id": {"$in": uids}, **project_filter(request.viewer)}
    projects = {project.uid: project for project in await Project.find(query).to_list()}
    seen = [id for id, key in wanted.items() if key.project_uid in projects]
    rows = await Job.rows().find({"_id": {"$in": seen}}).to_list(None)
    jobs = {row["_id"]: Job.from_row(row) for row in rows}
    operations, dependents = await _operations(jobs.values()), await dependents_of(jobs)
    return Scene(jobs, projects, request.catalogue, operations, dependents)


async def _operations(jobs: Iterable[Job]) -> Mapping[str, Operation]:
    held_by = sorted({job.active_operation for job in jobs if job.active_operation})
    if not held_by:
        return {}
    found = Operation.find({"_id": {"$in": held_by}, "status": {"$in": list(OPEN)}})
    return {operation.id: operation for operation in await found.to_list()}


async def dependents_of(ids: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Job id → the uids of its connected children that run or have run, by number."""
    parents: dict[str, set[str]] = {}
    for key in map(JobKey.parse, ids):
        parents.setdefault(key.project_uid, set()).add(key.job_uid)
    found: dict[str, list[str]] = {}
    for project_uid, uids in parents.items():
        query = {
            "project_uid": project_uid,
            "parents": {"$in": sorted(uids)},
            "deleted": False,
            "status": {"$in": sorted(HAVE_RUN)},
        }
        children = Job.rows().find(query, {"uid": 1, "parents": 1}).sort("uid_num", 1)
        for child in await children.to_list(None):
            for uid in uids.intersection(child["parents"]):
                found.setdefault(f"{project_uid}-{uid}", []).append(child["uid"])
    return found


def facts_of(
    job: Job,
    declaration: JobTypeDeclaration | None,
    project: Project | None,
    operation: Operation | None,
    dependents: Sequence[str] = (),
) -> JobFacts:
    """The facts of documents that were read before; `operation` only if it is open."""
    problems = tuple(BuildProblem(e.type, tuple(e.loc), e.message) for e in job.build_errors)
    return JobFacts(
        uid=job.uid,
        status=job.status,
        project_uid=job.project_uid,
        deleted=job.deleted,
        project_writable=project is not None and project.is_writable,
        operation=operation.id if operation else None,
        operation_action=operation.action if operation else None,
        build_problems=problems,
        workspace_count=len(job.workspace_uids),
        on_hold=job.on_hold,
        is_final=job.is_final_result,
        is_ancestor_of_final=job.is_ancestor_of_final_result,
        intermediate_bytes=job.intermediate_results_size_bytes,
        has_outputs=next(saved_together(job, declaration), None) is not None,
        dependents=tuple(dependents),
    )
