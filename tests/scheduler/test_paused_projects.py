"""A project that is paused or archived starts no job, and says so in the job's reason."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Job, Project, Target
from domain.status import JobStatus, QueueStatus
from domain.use_cases.context import Request
from domain.use_cases.edit_project import ProjectChanges, update_project
from scheduler.queued_job import Reason
from tests.conftest import NOON
from tests.scheduler.queues import load_queue


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


async def obstacles() -> dict[str, Reason | None]:
    return {job.id: job.obstacle for job in await load_queue()}


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

    assert await obstacles() == {
        "P1-J1": Reason(QueueStatus.PROJECT_PAUSED, message),
        "P2-J1": None,
    }


@pytest.mark.usefixtures("queued")
async def test_its_jobs_start_once_the_queue_goes_on(request_context: Request) -> None:
    await update_project(request_context, "P1", {"queue_paused": True})
    await update_project(request_context, "P1", {"queue_paused": False})

    assert await obstacles() == {"P1-J1": None, "P2-J1": None}
