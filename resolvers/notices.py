"""Reading the caller's notifications."""

from domain.database import Row
from domain.documents import Notification
from domain.uids import JobKey
from schema.context import Context


async def own_notices(
    context: Context, query: Row, *, after: str = "", limit: int
) -> tuple[list[Notification], str | None]:
    """At most `limit` of the caller's notifications that match, by id.

    Those about jobs of projects that the caller does not see any more are left out. The text is
    the id to go on after; None at the end.
    """
    mine = {"user_id": context.caller.user_id, "_id": {"$gt": after}}
    found = Notification.rows().find({"$and": [mine, query]}).sort("_id", 1)
    rows = await found.limit(limit).batch_size(limit).to_list(None)
    notices = [Notification.from_row(row) for row in rows]
    uids = await context.reads.visible_uids()
    shown = [
        notice
        for notice in notices
        if uids is None or notice.job_id is None or JobKey.parse(notice.job_id).project_uid in uids
    ]
    return shown, notices[-1].id if len(notices) == limit else None
