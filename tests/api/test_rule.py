"""The one rule: what a job offers, what a mutation refuses, what a dry run and a batch say."""

from pathlib import Path
from typing import Any

import pytest

from domain import clock
from domain.documents import Job
from domain.documents.shapes import JobOutput, OutputVersion
from domain.permissions import Permission
from domain.status import JobStatus
from tests.api.conftest import Api, project_directory, target

pytestmark = pytest.mark.mongo
Json = dict[str, Any]
OPTIONS: dict[str, tuple[str, Json]] = {
    "QUEUE": ("queueJob", {}),
    "LINK": ("linkJob", {"destination": {"workspaceUid": "W2"}}),
    "UNLINK": ("unlinkJob", {"workspaceUid": "W1"}),
    "MOVE": ("moveJob", {"fromWorkspaceUid": "W1", "destination": {"workspaceUid": "W2"}}),
    "KILL": ("killJob", {}),
    "RESTART": ("restartJob", {}),
    "CLEAR": ("clearJob", {}),
    "CLEAR_INTERMEDIATE_RESULTS": ("clearJobIntermediateResults", {}),
    "EXPORT": ("exportJob", {}),
    "CLONE": ("cloneJob", {}),
    "MARK_COMPLETE": ("markJobComplete", {}),
    "DELETE": ("deleteJob", {}),
    "SET_PRIORITY": ("setJobPriority", {"priority": 5}),
    "SET_FINAL_RESULT": ("setJobFinalResult", {"isFinalResult": True}),
    "ADD_TAGS": ("addJobTags", {"tagUids": []}),
    "REMOVE_TAGS": ("removeJobTags", {"tagUids": []}),
    "CHANGE_LANE": ("changeJobLane", {"lane": "default"}),
    "HOLD": ("holdJob", {}),
    "RELEASE": ("releaseJob", {}),
}
"""Action → its mutation, with good options."""
ERRORS = "errors { code message }"


async def make_bare_job(api: Api, project: str, status: JobStatus) -> Job:
    """A job in `status` as if it had come there, with a file in its directory."""
    uid = await api.make_job(project)
    made = await Job.get(f"{project}-{uid}")
    assert made is not None
    row = made.model_dump(by_alias=True) | {"_id": f"{project}-J1000", "uid": "J1000"}
    row |= {"uid_num": 1000, "status": status, "queued_to_lane": "default", "job_dir": "J1000"}
    job = Job.from_row(row)
    await job.insert()
    return job


async def everything(api: Api) -> Json:
    """All documents but the audit log, and all files of projects."""
    database = Job.rows().database
    names = sorted(set(await database.list_collection_names()) - {"audit_records"})
    documents = {name: await database[name].find({}).sort("_id", 1).to_list(None) for name in names}
    return {"documents": documents, "files": files_below(api.settings.data_dir)}


def files_below(directory: Path) -> list[Path]:
    return sorted(directory.rglob("*"))


async def offered(api: Api, project: str, user: str) -> dict[str, list[Json]]:
    """Action → why the job does not offer it; empty if it does."""
    query = (
        "query($ref: JobRef!) { job(ref: $ref) { actions { action available reasons"
        " { code message } } } }"
    )
    ref = {"uid": {"projectUid": project, "jobUid": "J1000"}}
    actions = (await api.ask(query, {"ref": ref}, user))["job"]["actions"]
    assert all(entry["available"] == (entry["reasons"] == []) for entry in actions)
    return {entry["action"]: entry["reasons"] for entry in actions}


@pytest.mark.parametrize("status", JobStatus)
@pytest.mark.parametrize("role", ["owner", "admin", "reader"])
async def test_seed_066_067_what_a_job_offers_is_what_its_mutations_allow(
    api: Api, status: JobStatus, role: str
) -> None:
    """A refusal has the same reasons in the offer, alone, in a dry run and in a batch."""
    await api.make_user("owner")
    project = await api.make_project("owner")
    user = role
    if role == "reader":
        await api.make_user("reader", cap=Permission.READ)
        row = {"$addToSet": {"users_with_access": "reader"}}
        await Job.rows().database["projects"].update_one({"_id": project}, row)
    await make_bare_job(api, project, status)
    reasons = await offered(api, project, user)
    before = await everything(api)

    for action, (mutation, options) in OPTIONS.items():
        expected = reasons[action]
        if not expected:
            continue
        input = {"target": target(project, "J1000"), **options}
        fields = f"result {{ outcome {ERRORS} }}"
        single = await api.mutate(mutation, input, fields, user)
        planned = await api.mutate(mutation, {**input, "dryRun": True}, fields, user)
        if role == "reader":  # refused at the door, for the same reason
            assert {error["code"] for error in single["errors"]} == {"FORBIDDEN"}
            assert expected[0]["code"] == "FORBIDDEN"
        else:
            assert single["result"]["errors"] == expected
            assert planned["result"]["errors"] == expected
            assert single["result"]["outcome"] == planned["result"]["outcome"] == "SKIPPED"

    assert await everything(api) == before


@pytest.mark.parametrize("status", JobStatus)
async def test_what_is_offered_can_be_planned(api: Api, status: JobStatus) -> None:
    """An offer is no promise of success, but the rule itself must not stand in the way."""
    project = await api.make_project()
    job = await make_bare_job(api, project, status)
    version = OutputVersion(
        version=1, final=True, metafile="J1000/a.cs", num_items=1, created_at=clock.now()
    )
    directory = await project_directory(project) / "J1000"
    directory.mkdir()
    (directory / "a.cs").touch()
    names = ("micrographs", "truth", "volume")
    outputs = {name: JobOutput(versions=[version]).model_dump() for name in names}
    await (
        Job.rows()
        .database["jobs"]
        .update_one(
            {"_id": job.id},
            {"$set": {"outputs": outputs, "workspace_uids": ["W1", "W2"]}},
        )
    )
    reasons = await offered(api, project, "admin")
    before = await everything(api)

    for action, (mutation, options) in OPTIONS.items():
        if reasons[action]:
            continue
        input = {"target": target(project, "J1000"), "dryRun": True, **options}
        planned = await api.mutate(mutation, input, f"result {{ outcome {ERRORS} }}")
        codes = {error["code"] for error in planned["result"]["errors"]}
        assert planned["errors"] == []
        assert codes <= {"NEVER_FITS"}, (mutation, planned)

    assert await everything(api) == before
