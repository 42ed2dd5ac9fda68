"""exportJob, exportJobs and importJob: the operation at once, files when it is carried out."""

import os

import pytest

from domain.clock import now
from domain.documents import Job, Operation, Project
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.operations.carry_on import carry_on
from scheduler.operations.tools import OperationTools
from scheduler.watch import Watcher
from tests.api.conftest import Api, Json, target
from tests.conftest import built_in_types

pytestmark = pytest.mark.mongo

FIELDS = "job { uid } operation { id action status progress cancellable }"
RESULT = "outcome notices { code } errors { code }"


async def carry_all_out() -> None:
    """What the scheduler would do next."""
    watcher = Watcher(
        term=1, settings=Settings(), catalogue=built_in_types(), executors={}, clock=now
    )
    for operation in await Operation.find({"status": "pending"}).to_list():
        await carry_on(operation.id, OperationTools(1, watcher, now))


async def job_of(project_uid: str, number: int, status: JobStatus) -> None:
    """A job whose directory is empty."""
    project = await Project.get(project_uid)
    assert project is not None
    os.mkdir(f"{project.project_dir}/J{number}")
    job = Job(
        id=f"{project_uid}-J{number}",
        project_uid=project_uid,
        project_uid_num=int(project_uid[1:]),
        uid=f"J{number}",
        uid_num=number,
        workspace_uids=["W1"],
        title="Simulated",
        created_by="admin",
        created_at=now(),
        updated_at=now(),
        type="simulate_data",
        type_version=1,
        category="simulations",
        job_dir=f"J{number}",
        status=status,
    )
    await job.insert()


async def export_of(api: Api, project: str) -> str:
    """The place of a job's export in the project."""
    await job_of(project, 9, JobStatus.COMPLETED)
    await api.mutate("exportJob", {"target": target(project, "J9")}, "location")
    await carry_all_out()
    return "exports/jobs/J9_simulate_data"


def is_there(path: str) -> bool:
    return os.path.exists(path)


async def test_an_export_says_at_once_where_it_will_lie(api: Api) -> None:
    project = await api.make_project()
    await job_of(project, 9, JobStatus.COMPLETED)
    input: Json = {"target": target(project, "J9")}

    planned = await api.mutate(
        "exportJob", {**input, "dryRun": True}, "location result { outcome }"
    )
    begun = await api.mutate("exportJob", input, "location result { outcome }")

    assert (planned["result"]["outcome"], begun["result"]["outcome"]) == ("PLANNED", "ACCEPTED")
    assert planned["location"] == begun["location"]
    assert not is_there(begun["location"])
    await carry_all_out()
    assert sorted(os.listdir(begun["location"])) == [
        "events.jsonl",
        "job.json",
        "manifest.json",
        "manifest.sha256",
    ]
    query = (
        "query($ref: JobRef!) { job(ref: $ref) { lastExportedLocation activeOperation { id } } }"
    )
    shown = await api.ask(query, {"ref": {"uid": {"projectUid": project, "jobUid": "J9"}}})
    assert shown["job"] == {
        "lastExportedLocation": begun["location"],
        "activeOperation": None,
    }


async def test_seed_193_all_applicable_jobs_are_exported_like_one(api: Api) -> None:
    project = await api.make_project()
    await job_of(project, 8, JobStatus.COMPLETED)
    await job_of(project, 9, JobStatus.FAILED)
    building = await api.make_job(project)
    jobs = [target(project, uid) for uid in ("J8", "J9", building)]

    done = await api.mutate(
        "exportJobs", {"jobs": {"jobs": jobs}}, f"results {{ {RESULT} }} operation {{ action }}"
    )

    assert [(r["outcome"], r["notices"], r["errors"]) for r in done["results"]] == [
        ("ACCEPTED", [], []),
        ("ACCEPTED", [{"code": "EXPORT_INCOMPLETE"}], []),
        ("SKIPPED", [], [{"code": "NOTHING_TO_EXPORT"}]),
    ]
    assert done["operation"] == {"action": "EXPORT"}


async def test_an_import_answers_its_operation_and_makes_the_job(api: Api) -> None:
    project = await api.make_project()
    path = await export_of(api, project)
    input = {"projectUid": project, "destination": {"workspaceUid": "W2"}, "path": path}

    begun = await api.mutate("importJob", {**input, "idempotencyKey": "k"}, FIELDS)
    again = await api.mutate("importJob", {**input, "idempotencyKey": "k"}, "operation { id }")

    assert (begun["errors"], begun["job"]) == ([], None)
    operation = begun["operation"]
    assert again["operation"]["id"] == operation["id"]
    assert (operation["action"], operation["cancellable"]) == ("IMPORT", False)
    assert await Operation.find({"action": "import"}).count() == 1
    await carry_all_out()
    shown = await api.ask(
        "query($id: ID!) { operation(id: $id) { status progress results { nodes {"
        " outcome job { uid title status workspaceUids jobDir parents { uid } } } } } }",
        {"id": operation["id"]},
    )
    [result] = shown["operation"]["results"]["nodes"]
    assert (shown["operation"]["status"], result["outcome"]) == ("SUCCEEDED", "APPLIED")
    assert result["job"] == {
        "uid": "J1",
        "title": "Simulated",
        "status": "COMPLETED",
        "workspaceUids": ["W2"],
        "jobDir": "J1",
        "parents": [],
    }


async def test_a_path_outside_is_refused_and_so_is_a_project_of_others(api: Api) -> None:
    project = await api.make_project()
    await api.make_user("anna")
    input = {"projectUid": project, "destination": {"workspaceUid": "W1"}, "path": "/etc"}

    outside = await api.mutate("importJob", input, FIELDS)
    foreign = await api.mutate("importJob", {**input, "path": "exports/J1"}, FIELDS, user="anna")

    assert [e["code"] for e in outside["errors"]] == ["PATH_NOT_ALLOWED"]
    assert [e["code"] for e in foreign["errors"]] == ["NOT_FOUND"]
    assert await Operation.find_all().to_list() == []
