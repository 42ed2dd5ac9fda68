"""The chain of jobs between two jobs."""

from typing import Annotated

import strawberry

from domain.documents import Job as JobDocument
from domain.errors import NotFound
from domain.job_tree import chain
from schema.context import Context, Info
from schema.described import field, object_type
from schema.job import Job
from schema.job_chain import JobChain
from schema.scalars import JobUid, ProjectUid


@object_type
class ChainQueries:
    """Fields that find chains of jobs."""

    @field()
    async def job_chain(
        self,
        info: Info,
        project_uid: Annotated[ProjectUid, strawberry.argument(description="Project UID.")],
        start_job_uid: Annotated[JobUid, strawberry.argument(description="First job.")],
        end_job_uid: Annotated[JobUid, strawberry.argument(description="Last job.")],
    ) -> JobChain | None:
        """Jobs between two jobs."""
        parents = await _parents_by_job(info.context, project_uid)
        for uid in (start_job_uid, end_job_uid):
            if uid not in parents:
                raise NotFound(f"There is no job {uid} in project {project_uid}.")
        uids = chain(start_job_uid, end_job_uid, parents)
        jobs = await info.context.reads.jobs(f"{project_uid}-{uid}" for uid in uids)
        return JobChain(valid=bool(uids), jobs=[Job.from_document(job) for job in jobs])


async def _parents_by_job(context: Context, project_uid: str) -> dict[str, list[str]]:
    """The parents of each job of the project, by uid; empty if the caller may not see it."""
    visible = await context.reads.visible_uids()
    if visible is not None and project_uid not in visible:
        return {}
    query = {"project_uid": project_uid, "deleted": False}
    rows = JobDocument.rows().find(query, {"uid": 1, "parents": 1})
    return {row["uid"]: row.get("parents", []) async for row in rows}
