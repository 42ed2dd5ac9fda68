"""A long queue of jobs that cannot start, before and around the one that is measured."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.list_jobs import job_document
from domain.clock import now
from domain.database import Row
from domain.documents import Job
from domain.status import JobStatus

OTHERS = 10_000
TIMEOUT_S = 120.0
_FIRST = 600_000  # far from the numbers that the product gives


@asynccontextmanager
async def others_queued(project_uid: str, lane: str) -> AsyncIterator[None]:
    """OTHERS jobs in the lane, half of them held, half asking for more cores than there are.

    Entered once the scheduler has told every one of them why it waits; they go at the end.
    """
    rows = [_row(project_uid, lane, _FIRST + number) for number in range(OTHERS)]
    mine = {"_id": {"$in": [row["_id"] for row in rows]}}
    await Job.rows().insert_many(rows)
    async with asyncio.timeout(TIMEOUT_S):
        while await Job.rows().count_documents({**mine, "waiting_for": None}):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    yield
    await Job.rows().delete_many(mine)


def _row(project_uid: str, lane: str, number: int) -> Row:
    job = job_document(
        project_uid,
        number,
        inputs={},
        parents=[],
        status=JobStatus.QUEUED,
        queued_to_lane=lane,
        queue_entered_at=now(),
        queued_at=now(),
        priority=0,
        on_hold=number % 2 == 0,
        resource_spec={"cpu": 10_000},
    )
    row: Row = job.model_dump(by_alias=True)
    return row
