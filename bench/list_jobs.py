"""The list that is asked for: its query, 10,000 jobs to choose from, and the reply as values."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from domain.database import Database
from domain.documents import Job, Lane, Project, Tag
from domain.documents.shapes import Connection, JobInput
from domain.documents.tag import TagColour, TagType
from domain.status import JobStatus
from domain.uids import JobKey

PROJECT = "P900000"
JOBS = 10_000
PAGE = 200
LANES, TAGS = 3, 12
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
QUERY = """
query List($projects: [ProjectUid!], $first: Int) {
  jobs(filter: {projectUids: $projects}, first: $first) {
    nodes {
      uid projectUid revision title description type status priority onHold numTokens
      createdAt updatedAt completedAt jobDirSize isFinalResult
      lane { name title }
      tags { uid title colour }
    }
  }
}
"""
VARIABLES = {"projects": [PROJECT], "first": PAGE}
_ZERO = re.compile(rb"(T\d\d:\d\d:\d\d)(?:\.000)?(?:Z|\+00:00)")


async def fill(database: Database) -> None:
    """Store the project, its jobs, and the lanes and tags that they name."""
    await project_document(PROJECT).insert()
    for number in range(LANES):
        name = f"lane-{number}"
        await Lane(id=name, type="node", title=name, drained=True, created_at=BEGAN).insert()
    for number, colour in zip(range(TAGS), TagColour, strict=False):
        tag = Tag(
            id=f"tag-{number}",
            title=f"Tag {number}",
            type=TagType.JOB,
            colour=colour,
            created_at=BEGAN,
        )
        await tag.insert()
    jobs = [job_document(PROJECT, number) for number in range(1, JOBS + 1)]
    await database["jobs"].insert_many([job.model_dump(by_alias=True) for job in jobs])


def project_document(uid: str) -> Project:
    """A project that has no directory: nothing here runs."""
    return Project(
        id=uid,
        uid_num=int(uid[1:]),
        title="Bench",
        project_dir=f"/nowhere/{uid}",
        owner_user_id="bench",
        created_at=BEGAN,
        updated_at=BEGAN,
    )


def job_document(project: str, number: int, **more: Any) -> Job:
    """A job as it lies in a project in use; `more` are other values of its fields."""
    key = JobKey(project, f"J{number}")
    parent = f"J{max(number - 1, 1)}"
    connection = Connection(job_uid=parent, output="particles")
    values: dict[str, Any] = {
        "id": str(key),
        "project_uid": project,
        "project_uid_num": int(project[1:]),
        "uid": key.job_uid,
        "uid_num": number,
        "workspace_uids": ["W1"],
        "created_by": "bench",
        "created_at": BEGAN + timedelta(seconds=number),
        "updated_at": BEGAN + timedelta(seconds=number),
        "type": "simulate_data",
        "type_version": 1,
        "category": "utilities",
        "job_dir": key.job_uid,
        "title": f"2D classification {number}",
        "description": "Second round, after the junk was taken out.",
        "tags": [f"tag-{number % 7}", f"tag-{7 + number % 5}"],
        "status": JobStatus.QUEUED if number % 4 == 0 else JobStatus.BUILDING,
        "queued_to_lane": f"lane-{number % LANES}",
        "priority": number % 10,
        "job_dir_size": number * 1000,
        "params": {"classes": 50, "iterations": 20, "box": 256},
        "inputs": {"particles": JobInput(connections=[connection])},
        "parents": [parent],
        "on_hold": True,
    }
    return Job(**(values | more))


def reply_of(body: bytes) -> Any:  # JSON
    """The jobs in a reply, with times written alike; an error, or a short page, is an error."""
    content = orjson.loads(_ZERO.sub(rb"\1Z", body))
    assert "errors" not in content, content["errors"]
    nodes = content["data"]["jobs"]["nodes"]
    assert len(nodes) == PAGE
    return nodes
