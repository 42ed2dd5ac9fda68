"""What the queue in memory costs the database; its profiler says so."""

from typing import Any

import pytest

from domain.database import Database
from domain.documents import Job
from domain.status import JobStatus
from scheduler.ready_queue import ReadyQueue
from tests.conftest import NOON

pytestmark = pytest.mark.mongo
QUEUED, READ = 1000, 150


def job_row(number: int) -> dict[str, Any]:
    row: dict[str, Any] = Job(
        id=f"P1-J{number}",
        project_uid="P1",
        project_uid_num=1,
        uid=f"J{number}",
        uid_num=number,
        workspace_uids=["W1"],
        created_by="u",
        created_at=NOON,
        updated_at=NOON,
        type="simulate_data",
        type_version=1,
        category="simulations",
        job_dir=f"J{number}",
        status=JobStatus.QUEUED,
        queued_to_lane="default",
        queue_entered_at=NOON,
    ).model_dump(by_alias=True)
    return row


async def test_reading_some_jobs_again_does_not_walk_the_queue(real_database: Database) -> None:
    """The first of a long queue: the index by status leads to them as quickly as their ids do."""
    await Job.rows().insert_many([job_row(number) for number in range(1, QUEUED + 1)])
    queue = ReadyQueue()
    await queue.load()
    await real_database.command("profile", 2)

    await queue.refresh({f"P1-J{number}" for number in range(1, READ + 1)})

    await real_database.command("profile", 0)
    of_jobs = {"op": {"$in": ["query", "getmore"]}, "ns": f"{real_database.name}.jobs"}
    parts = await real_database["system.profile"].find(of_jobs).to_list(None)
    await real_database.drop_collection("system.profile")
    assert sum(part["nreturned"] for part in parts) == READ
    assert sum(part["docsExamined"] for part in parts) == READ
    assert len(queue) == QUEUED
