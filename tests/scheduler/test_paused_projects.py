"""A project that is paused or archived starts no job, and says so in the job's reason."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Job, Project, Target
from domain.status import JobStatus, QueueStatus
from domain.use_cases.context import Request
from domain.use_cases.edit_project import ProjectChanges, update_project
from scheduler.plan import Plan, plan
from scheduler.snapshot import take_snapshot
from tests.conftest import NOON


@pytest.fixture
async def queued(
    request_context: Request,
    make_project: Callable[..., Awaitable[Project]],
    make_job: Callable[..., Awaitable[Job]],
    make_target: Callable[..., Awaitable[Target]],
) -> None:
    """J1 of P1 and J1 of P2, queued to a lane that has room for both."""
    await make_target()
    for uid in ("P1", "P2"):
        await make_project(uid)
        await make_job(
            project_uid=uid,
            status=JobStatus.QUEUED,
            queued_to_lane="default",
            queue_entered_at=NOON,
        )


async def planned() -> Plan:
    snapshot = await take_snapshot(frozenset({"node1"}))
    return plan(snapshot.candidates, snapshot.lanes, tokens_free=None)


@pytest.mark.usefixtures("queued")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (ProjectChanges(queue_paused=True), "The queue of P1 is paused."),
        (ProjectChanges(archived=True), "Project P1 is archived."),
    ],
)
async def test_its_jobs_wait_and_others_start(
    request_context: Request, changes: ProjectChanges, message: str
) -> None:
    await update_project(request_context, "P1", changes)

    held = await planned()

    assert [assignment.job_id for assignment in held.assignments] == ["P2-J1"]
    assert held.reasons["P1-J1"].status is QueueStatus.PROJECT_PAUSED
    assert held.reasons["P1-J1"].message == message


@pytest.mark.usefixtures("queued")
async def test_its_jobs_start_once_the_queue_goes_on(request_context: Request) -> None:
    await update_project(request_context, "P1", {"queue_paused": True})
    await update_project(request_context, "P1", {"queue_paused": False})

    assert [a.job_id for a in (await planned()).assignments] == ["P1-J1", "P2-J1"]
