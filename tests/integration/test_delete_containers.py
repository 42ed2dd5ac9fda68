"""Delete workspaces and projects, and cancel: from the request to the last file."""

import pytest

from domain import operations
from domain.clock import now
from domain.documents import Job, Operation, Project, Workspace
from domain.documents.operation import OperationStatus
from domain.error_codes import ErrorCode
from domain.errors import BadInput, NotFound, ProjectRefused, RevisionConflict
from domain.status import JobStatus
from domain.use_cases.build import NewJob, create_job
from domain.use_cases.cancel_operation import cancel_operation
from domain.use_cases.clear import clear
from domain.use_cases.delete_project import delete_project
from domain.use_cases.delete_workspace import delete_workspace
from domain.use_cases.kill import kill
from tests.integration.carrying_out import finish, outcomes
from tests.integration.saga_scene import SagaScene, target

pytestmark = pytest.mark.mongo


async def shown_in(workspace: str) -> list[str]:
    """The jobs that a listing of the workspace shows."""
    query = {"project_uid": "P1", "workspace_uids": workspace, "deleted": False}
    return [row["uid"] async for row in Job.rows().find(query, {"uid": 1}).sort("uid_num", 1)]


# Workspaces


async def test_a_workspace_goes_with_the_jobs_that_are_in_no_other(scene: SagaScene) -> None:
    deletion = await delete_workspace(await scene.request(), "P1", "W1")

    assert [str(result.action) for result in deletion.results] == [*["delete"] * 4, "unlink"]
    assert (await scene.job("J5")).workspace_uids == ["W2"]
    await finish(scene, deletion.results)
    assert await Workspace.find({"deleted": True}).count() == 1
    assert await shown_in("W2") == ["J5"]
    assert await shown_in("W1") == []


async def test_a_workspace_stays_with_its_protected_jobs(scene: SagaScene) -> None:
    await scene.make_job("J6", JobStatus.COMPLETED, is_final_result=True)

    deletion = await delete_workspace(await scene.request(), "P1", "W1")
    operation = await finish(scene, deletion.results)

    assert operation.error == "Workspace W1 stays: it still has J6."
    assert await shown_in("W1") == ["J6"]
    workspace = await Workspace.get("P1-W1")
    assert workspace is not None
    assert not workspace.deleted


async def test_an_empty_workspace_is_deleted_at_once(scene: SagaScene) -> None:
    deletion = await delete_workspace(await scene.request(), "P1", "W2")

    assert (deletion.operation, deletion.workspace) == (None, None)
    assert (await scene.job("J5")).workspace_uids == ["W1"]
    with pytest.raises(NotFound):
        await delete_workspace(await scene.request(), "P1", "W2")


async def test_a_dry_run_of_deleting_a_workspace_writes_nothing(scene: SagaScene) -> None:
    before = await scene.everything("none")

    deletion = await delete_workspace(await scene.request(), "P1", "W1", dry_run=True)

    assert outcomes(deletion.results) == ["planned"] * 5
    assert await scene.everything("none") == before


async def test_a_workspace_that_has_changed_is_not_deleted(scene: SagaScene) -> None:
    with pytest.raises(RevisionConflict):
        await delete_workspace(await scene.request(), "P1", "W1", expected_revision=9)


# Projects


async def test_a_project_goes_with_its_jobs_and_its_directory(scene: SagaScene) -> None:
    deletion = await delete_project(await scene.request(), "P1")
    assert deletion.project.deleting
    with pytest.raises(ProjectRefused):
        await create_job(await scene.request(), NewJob("P1", "W2", "simulate_data"))

    operation = await finish(scene, deletion.results)

    assert operation.status is OperationStatus.SUCCEEDED
    assert not scene.directory.exists()
    project = await Project.get("P1")
    assert project is not None
    assert (project.deleted, project.deleting) == (True, False)


async def test_a_project_with_a_final_result_is_not_touched(scene: SagaScene) -> None:
    await scene.make_job("J6", JobStatus.COMPLETED, is_final_result=True)

    deletion = await delete_project(await scene.request(), "P1")

    assert deletion.operation is None
    assert outcomes(deletion.results) == [*["not_attempted"] * 5, "skipped"]
    codes = [error.code for error in deletion.results[-1].errors]
    assert codes == [ErrorCode.FINAL_RESULT_PROTECTED]
    assert await Operation.find_all().count() == 0


async def test_an_empty_project_is_deleted_too(scene: SagaScene) -> None:
    await Job.rows().delete_many({})

    deletion = await delete_project(await scene.request(), "P1")
    assert deletion.operation is not None
    await scene.carry_out(deletion.operation.id)

    project = await Project.get("P1")
    assert project is not None
    assert project.deleted


async def test_a_project_whose_deletion_is_cancelled_is_as_it_was(scene: SagaScene) -> None:
    await Job.rows().delete_many({"_id": {"$nin": ["P1-J1", "P1-J4"]}})
    deletion = await delete_project(await scene.request(), "P1")
    assert deletion.operation is not None

    await cancel_operation(await scene.request(), deletion.operation.id)
    await scene.carry_out(deletion.operation.id)

    project = await Project.get("P1")
    assert project is not None
    assert (project.deleted, project.deleting) == (False, False)
    jobs = [await scene.job(uid) for uid in ("J1", "J4")]
    assert [(job.deleting, job.active_operation) for job in jobs] == [(False, None)] * 2


# Cancelling


async def test_what_is_cancelled_before_it_begins_is_spared(scene: SagaScene) -> None:
    [result] = await clear(await scene.request(), [target("J4")])
    assert result.operation is not None

    asked = await cancel_operation(await scene.request(), result.operation.id)
    operation = await finish(scene, [result])

    assert not asked.cancellable
    assert operation.status is OperationStatus.CANCELLED
    spared = await scene.job("J4")
    assert (spared.status, spared.active_operation) == (JobStatus.FAILED, None)
    assert "J4/final.star" in scene.files()


async def test_what_has_begun_or_finished_cannot_be_cancelled(scene: SagaScene) -> None:
    [killing] = await kill(await scene.request(), [target("J2")])
    assert killing.operation is not None
    with pytest.raises(BadInput, match="have been begun"):
        await cancel_operation(await scene.request(), killing.operation.id)

    await scene.carry_out(killing.operation.id)

    with pytest.raises(BadInput, match="succeeded"):
        await cancel_operation(await scene.request(), killing.operation.id)
    assert await operations.ask_to_cancel(killing.operation.id, now=now()) is None
