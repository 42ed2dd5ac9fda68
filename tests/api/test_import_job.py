"""importJob: the operation at once, the job when it is there; outside paths refused as data."""

import os

from domain.clock import now
from domain.documents import Job, Operation, Project
from domain.documents.operation import JobOutcome
from domain.job_types import load_catalogue
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.operations.carry_on import carry_on
from scheduler.operations.tools import OperationTools
from scheduler.watch import Watcher
from tests.api.conftest import Api

FIELDS = "job { uid } operation { id action status progress cancellable }"


def tools() -> OperationTools:
    watcher = Watcher(
        term=1, settings=Settings(), catalogue=load_catalogue(), executors={}, clock=now
    )
    return OperationTools(1, watcher, now)


async def export_of(project_uid: str) -> str:
    """A completed job without files, exported; the place of the export in the project."""
    project = await Project.get(project_uid)
    assert project is not None
    os.mkdir(f"{project.project_dir}/J9")
    job = Job(
        id=f"{project_uid}-J9",
        project_uid=project_uid,
        project_uid_num=int(project_uid[1:]),
        uid="J9",
        uid_num=9,
        workspace_uids=["W1"],
        title="Simulated",
        created_by="admin",
        created_at=now(),
        updated_at=now(),
        type="simulate_data",
        type_version=1,
        category="simulations",
        job_dir="J9",
        status=JobStatus.COMPLETED,
        active_operation="x",
    )
    await job.insert()
    made = Operation(
        id="x",
        action="export",
        outcomes=[JobOutcome(job_id=job.id)],
        requested_by="admin",
        created_at=now(),
    )
    await made.insert()
    await carry_on("x", tools())
    return "exports/jobs/J9_simulate_data"


async def test_an_import_answers_its_operation_and_makes_the_job(api: Api) -> None:
    project = await api.make_project()
    path = await export_of(project)
    input = {"projectUid": project, "destination": {"workspaceUid": "W2"}, "path": path}

    begun = await api.mutate("importJob", {**input, "idempotencyKey": "k"}, FIELDS)
    again = await api.mutate("importJob", {**input, "idempotencyKey": "k"}, "operation { id }")

    assert (begun["errors"], begun["job"]) == ([], None)
    operation = begun["operation"]
    assert again["operation"]["id"] == operation["id"]
    assert (operation["action"], operation["cancellable"]) == ("IMPORT", False)
    [stored] = await Operation.find({"action": "import"}).to_list()
    await carry_on(stored.id, tools())
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
