"""Acting on whole projects and workspaces, and cancelling, as a client asks for it."""

import asyncio

import pytest

from domain import job_moves, operations
from domain.clock import now
from domain.database import Database
from domain.documents import Job, Operation, RestartLock
from domain.documents.shapes import JobOutput, OutputVersion
from domain.error_codes import ErrorCode
from domain.instance import ensure_admin
from domain.settings import Settings
from domain.status import JobStatus
from domain.transaction import in_transaction
from domain.uids import JobKey
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobActionResult, JobTarget
from domain.use_cases.restart import restart
from tests.api.conftest import Api, Json, target
from tests.conftest import built_in_types, viewer_of

pytestmark = pytest.mark.mongo

RESULTS = "results { outcome action jobUid bytesFreed errors { code } } operation { id status }"


async def done_job(api: Api, project: str, **values: object) -> str:
    """A job that has failed, as the scheduler would have left it."""
    uid = await api.make_job(project)
    changes = {"queued_to_lane": "default", **values}
    key = JobKey(project, uid)
    await job_moves.change(key, changes=changes, now=now())
    await Job.get_motor_collection().update_one(
        {"_id": str(key)}, {"$set": {"status": JobStatus.FAILED, "failed_at": now()}}
    )
    return uid


def with_versions(uid: str) -> Json:
    """Two versions of an output, the first of them intermediate."""
    versions = [
        OutputVersion(
            version=number,
            final=number == 1,
            metafile=f"{uid}/it{number}.star",
            num_items=1,
            created_at=now(),
        )
        for number in (0, 1)
    ]
    return {"micrographs": JobOutput(versions=versions).model_dump()}


async def test_deleting_a_project_marks_it_and_answers_the_operation(api: Api) -> None:
    project = await api.make_project()
    uid = await done_job(api, project)

    fields = f"project {{ uid }} {RESULTS}"
    payload = await api.mutate("deleteProject", {"projectUid": project}, fields)

    assert payload["errors"] == []
    assert payload["operation"]["status"] == "PENDING"
    [result] = payload["results"]
    assert (result["outcome"], result["jobUid"]) == ("ACCEPTED", uid)
    again = await api.mutate("deleteProject", {"projectUid": project}, fields)
    assert [error["code"] for error in again["errors"]] == ["PROJECT_READ_ONLY"]


async def test_a_project_that_has_changed_is_not_deleted(api: Api) -> None:
    project = await api.make_project()

    input = {"projectUid": project, "expectedRevision": 9}
    payload = await api.mutate("deleteProject", input, RESULTS)

    assert [error["code"] for error in payload["errors"]] == ["REVISION_CONFLICT"]


async def test_deleting_a_workspace_says_which_jobs_leave_and_which_are_deleted(api: Api) -> None:
    project = await api.make_project()
    alone, linked = await api.make_job(project), await api.make_job(project)
    destination = {"workspaceUid": "W2"}
    link = {"target": target(project, linked), "destination": destination}
    await api.mutate("linkJob", link, "result { outcome }")

    input = {"projectUid": project, "workspaceUid": "W1", "dryRun": True}
    payload = await api.mutate("deleteWorkspace", input, f"workspace {{ uid }} {RESULTS}")

    assert payload["workspace"] == {"uid": "W1"}
    planned = [(r["jobUid"], r["action"], r["outcome"]) for r in payload["results"]]
    assert planned == [(alone, "DELETE", "PLANNED"), (linked, "UNLINK", "PLANNED")]


async def test_an_empty_workspace_is_gone_at_once(api: Api) -> None:
    project = await api.make_project()

    input = {"projectUid": project, "workspaceUid": "W2"}
    payload = await api.mutate("deleteWorkspace", input, f"workspace {{ uid }} cursor {RESULTS}")

    assert (payload["workspace"], payload["operation"]) == (None, None)
    assert payload["cursor"] is not None


async def test_intermediate_results_of_a_project_and_of_a_workspace(api: Api) -> None:
    project = await api.make_project()
    uid = await done_job(api, project, intermediate_results_size_bytes=10)
    key = JobKey(project, uid)
    await job_moves.change(key, changes={"outputs": with_versions(uid)}, now=now())

    workspace = {"projectUid": project, "workspaceUid": "W2"}
    elsewhere = await api.mutate("clearWorkspaceIntermediateResults", workspace, RESULTS)
    payload = await api.mutate("clearProjectIntermediateResults", {"projectUid": project}, RESULTS)

    assert elsewhere["results"] == []
    [result] = payload["results"]
    assert (result["jobUid"], result["outcome"]) == (uid, "ACCEPTED")


async def test_an_operation_is_cancelled_once_and_not_when_it_is_over(api: Api) -> None:
    project = await api.make_project()
    uid = await done_job(api, project)
    input = {"target": target(project, uid)}
    cleared = await api.mutate("clearJob", input, "result { operation { id cancellable } }")
    operation = cleared["result"]["operation"]
    assert operation["cancellable"]

    cancel = {"operationId": operation["id"]}
    payload = await api.mutate("cancelOperation", cancel, "operation { id cancellable }")
    assert payload["operation"] == {"id": operation["id"], "cancellable": False}
    await Operation.rows().update_one({}, {"$set": {"status": "cancelled"}})

    payload = await api.mutate("cancelOperation", cancel, "operation { id }")
    assert [error["code"] for error in payload["errors"]] == ["BAD_INPUT"]


async def test_somebody_elses_operation_is_not_found(api: Api) -> None:
    await api.make_user("anna")
    project = await api.make_project()
    uid = await done_job(api, project)
    input = {"target": target(project, uid)}
    cleared = await api.mutate("clearJob", input, "result { operation { id } }")

    cancel = {"operationId": cleared["result"]["operation"]["id"]}
    payload = await api.mutate("cancelOperation", cancel, "operation { id }", user="anna")

    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]


async def test_of_two_restarts_that_begin_at_once_one_is_refused(api: Api) -> None:
    """Both read that no restart is under way; they write the same lock, so one is done anew."""
    project = await api.make_project()
    uids = [await done_job(api, project) for _ in range(2)]

    answers = await asyncio.gather(*(restarted(project, uid) for uid in uids))

    assert sorted(str(result.outcome) for result in answers) == ["accepted", "skipped"]
    codes = [error.code for result in answers for error in result.errors]
    assert codes == [ErrorCode.RESTART_IN_PROGRESS]
    assert await Operation.find_all().count() == 1
    [lock] = await RestartLock.find_all().to_list()
    assert await operations.open_operation(lock.operation) is not None


async def restarted(project: str, uid: str) -> JobActionResult:
    """The result of a restart in a transaction of its own."""
    request = Request(viewer_of(await ensure_admin(now())), now(), Settings(), built_in_types())
    database: Database = Job.rows().database  # type: ignore[assignment]  # wrong in motor's stubs

    async def work() -> JobActionResult:
        [result] = await restart(request, [JobTarget(JobKey(project, uid))])
        return result

    return await in_transaction(database, work)
