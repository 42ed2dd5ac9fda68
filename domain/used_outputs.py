"""Which outputs of jobs are connected to inputs of their children."""

from collections.abc import Iterable

from domain.documents import Job
from domain.uids import JobKey


async def used_outputs(job_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Job id → the names of its outputs that a child, whatever its status, is connected to.

    One query for each project; jobs whose outputs nobody uses are left out.
    """
    by_project: dict[str, set[str]] = {}
    for key in map(JobKey.parse, job_ids):
        by_project.setdefault(key.project_uid, set()).add(key.job_uid)
    found: dict[str, set[str]] = {}
    for project_uid, uids in by_project.items():
        query = {"project_uid": project_uid, "parents": {"$in": sorted(uids)}, "deleted": False}
        for child in await Job.rows().find(query, {"inputs": 1}).to_list(None):
            for job_input in child["inputs"].values():
                for connection in job_input["connections"]:
                    if connection["job_uid"] in uids:
                        id = f"{project_uid}-{connection['job_uid']}"
                        found.setdefault(id, set()).add(connection["output"])
    return {id: frozenset(names) for id, names in found.items()}
