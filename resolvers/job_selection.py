"""Which jobs a request is about: a list, or all that match a filter now."""

from domain.documents import Job
from domain.uids import JobKey
from domain.use_cases.job_results import JobTarget
from domain.visibility import visible_project_uids
from resolvers.job_filter import query_of
from schema.context import Context
from schema.selections import JobSelection

_BY_NUMBER = [("project_uid_num", 1), ("uid_num", 1)]


async def targets_of(context: Context, selection: JobSelection) -> list[JobTarget]:
    """The jobs as they are named, or those of the filter by number, one more than is allowed.

    Raises BadInput for a malformed id or a filter that cannot be meant.
    """
    if selection.jobs:
        return [named.target for named in selection.jobs]
    uids = await visible_project_uids(context.caller)
    visible = {} if uids is None else {"project_uid": {"$in": uids}}
    query = {"$and": [query_of(selection.filter or None, context.caller), visible]}
    found = Job.rows().find(query, {"_id": 1}).sort(_BY_NUMBER)
    rows = await found.limit(context.settings.max_jobs_per_request + 1).to_list(None)
    return [JobTarget(JobKey.parse(row["_id"])) for row in rows]
