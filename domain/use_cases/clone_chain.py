"""Clone a chain: all jobs between two, whichever of them is above the other."""

from domain.actions import JobAction
from domain.documents import Job
from domain.errors import InvalidChain, NotFound
from domain.job_tree import chain
from domain.uids import JobKey
from domain.use_cases.clone import clone
from domain.use_cases.context import Request
from domain.use_cases.job_results import BulkPolicy, JobTarget
from domain.use_cases.place import Destination, Placed
from domain.visibility import visible_project


async def clone_chain(
    request: Request,
    project_uid: str,
    start_job_uid: str,
    end_job_uid: str,
    from_workspace_uid: str | None = None,
    destination: Destination | None = None,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> Placed:
    """Clone every job of the chain between two jobs; results are in the order of dependency.

    Raises NotFound (project, one of the jobs, workspace), InvalidChain if no chain of jobs that
    are not deleted connects the two, and BadInput as `clone` does.
    """
    await visible_project(request.viewer, project_uid)
    query = {"project_uid": project_uid, "deleted": False}
    rows = Job.rows().find(query, {"uid": 1, "parents": 1})
    parents = {row["uid"]: row.get("parents", []) async for row in rows}
    for uid in (start_job_uid, end_job_uid):
        if uid not in parents:
            message = f"There is no job {uid} in project {project_uid}."
            raise NotFound(message, path=["startJobUid" if uid == start_job_uid else "endJobUid"])
    uids = chain(start_job_uid, end_job_uid, parents)
    if not uids:
        message = f"No chain of jobs leads from {start_job_uid} to {end_job_uid}."
        raise InvalidChain(message, start=start_job_uid, end=end_job_uid)
    targets = [JobTarget(JobKey(project_uid, uid)) for uid in uids]
    return await clone(
        request,
        targets,
        from_workspace_uid,
        destination,
        policy=policy,
        dry_run=dry_run,
        name=JobAction.CLONE_CHAIN,
    )
