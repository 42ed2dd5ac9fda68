"""The parents that jobs are connected to, looked up for many jobs at once."""

from collections.abc import Iterable

from domain.documents import Job


async def gone_parents(jobs: Iterable[Job]) -> frozenset[str]:
    """The ids of the jobs' parents that are deleted, or never existed; one query."""
    ids = sorted({f"{job.project_uid}-{uid}" for job in jobs for uid in job.parents})
    if not ids:
        return frozenset()
    query = {"_id": {"$in": ids}, "deleted": False}
    present = {row["_id"] async for row in Job.rows().find(query, {"_id": 1})}
    return frozenset(ids) - present


def gone_parents_of(job: Job, gone: frozenset[str]) -> list[str]:
    """The uids of those parents of the job that are among the ids `gone`."""
    return [uid for uid in job.parents if f"{job.project_uid}-{uid}" in gone]
