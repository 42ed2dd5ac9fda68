"""Tell a user something: written once for each occasion, whoever repeats it."""

import uuid
from datetime import datetime

from domain.database import AFTER
from domain.documents import Job, Notification
from domain.documents.notification import OF_USER, NotificationStatus
from domain.status import JobStatus


async def notify(
    user_id: str,
    message: str,
    status: NotificationStatus,
    *,
    job_id: str | None = None,
    now: datetime,
    occasion: str | None = None,
    progress_pct: float | None = None,
    active: bool = True,
) -> Notification:
    """Tell the user `message`, a sentence; answers the notification as it is on record.

    `occasion` names what it is about, e.g. "P3-J42#2:completed": said again it changes what was
    said before, and nothing if that was the same. Without one it is a notification of its own.
    """
    told = {
        "user_id": user_id,
        "message": message,
        "status": status,
        "job_id": job_id,
        "progress_pct": progress_pct,
        "active": active,
    }
    id = f"{user_id}{OF_USER}{occasion or uuid.uuid4().hex}"
    first = {"$setOnInsert": {**told, "created_at": now, "revision": 1}}
    row = await Notification.rows().find_one_and_update(
        {"_id": id}, first, upsert=True, return_document=AFTER
    )
    assert row is not None
    if any(row.get(field) != value for field, value in told.items()):
        changed = {"$set": told, "$inc": {"revision": 1}}
        row = await Notification.rows().find_one_and_update(
            {"_id": id}, changed, return_document=AFTER
        )
        assert row is not None
    return Notification.from_row(row)


_TOLD_OF_JOBS = {
    JobStatus.COMPLETED: ("completed", NotificationStatus.SUCCESS),
    JobStatus.FAILED: ("failed", NotificationStatus.DANGER),
    JobStatus.WAITING: ("waits for you", NotificationStatus.WARNING),
}
"""The statuses that a job's user is told of: the end of the sentence, and how grave it is."""


async def tell_of(job: Job, *, now: datetime) -> None:
    """Tell whoever queued the job that it has reached its present status, if that is news.

    Safe to repeat: an attempt tells of each status once; of a wait, once for each question.
    """
    if job.status not in _TOLD_OF_JOBS:
        return
    verb, grave = _TOLD_OF_JOBS[job.status]
    asked = f":{job.interaction.id}" if job.interaction is not None else ""
    name = f"{job.project_uid} {job.uid}" + (f" “{job.title}”" if job.title else "")
    await notify(
        job.queued_by or job.created_by,
        f"{name} {verb}.",
        grave,
        job_id=job.id,
        now=now,
        occasion=f"{job.attempt_key}:{job.status}{asked}",
    )
