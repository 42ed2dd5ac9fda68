"""Which action is open in which status: the table of 04-lifecycle, section 2."""

import pytest

from domain.actions import BUILT, JobAction, JobFacts, refusals
from domain.error_codes import ErrorCode
from domain.errors import BuildErrors, BuildProblem, JobLocked, StatusRefused
from domain.permissions import Permission, UserRole, Viewer
from domain.status import JobStatus

VIEWER = Viewer("u", "anna", UserRole.USER)
TABLE = {
    #                            bld que lau sta run wai com kil fai
    JobAction.UPDATE: "           y   -   -   -   -   -   -   -   -",
    JobAction.CONNECT_INPUT: "    y   -   -   -   -   -   -   -   -",
    JobAction.DISCONNECT_INPUT: " y   -   -   -   -   -   -   -   -",
    JobAction.QUEUE: "            y   -   -   -   -   -   -   -   -",
    JobAction.KILL: "             -   -   y   y   y   y   -   -   -",
    JobAction.CLEAR: "            y   y   -   -   -   -   y   y   y",
}
CASES = [
    (action, status, mark == "y")
    for action, row in TABLE.items()
    for status, mark in zip(JobStatus, row.split(), strict=True)
]


def facts(status: JobStatus, **values: object) -> JobFacts:
    return JobFacts(uid="J1", status=status, project_uid="P1", **values)  # type: ignore[arg-type]


def codes(action: JobAction, job: JobFacts, viewer: Viewer = VIEWER) -> list[ErrorCode]:
    return [reason.code for reason in refusals(action, job, viewer)]


def test_every_built_action_is_in_the_table() -> None:
    assert set(TABLE) == BUILT


@pytest.mark.parametrize(("action", "status", "is_open"), CASES)
def test_an_action_is_open_exactly_where_the_table_says(
    action: JobAction, status: JobStatus, is_open: bool
) -> None:
    assert (codes(action, facts(status)) == []) == is_open


@pytest.mark.parametrize("action", sorted(BUILT))
@pytest.mark.parametrize("status", JobStatus)
def test_a_deleted_job_refuses_everything(action: JobAction, status: JobStatus) -> None:
    assert codes(action, facts(status, deleted=True)) == [ErrorCode.JOB_DELETED]


@pytest.mark.parametrize("action", sorted(BUILT))
def test_a_read_only_token_may_do_nothing(action: JobAction) -> None:
    reader = Viewer("u", "anna", UserRole.ADMIN, cap=Permission.READ)

    assert codes(action, facts(JobStatus.BUILDING), reader)[0] is ErrorCode.FORBIDDEN


def test_a_queued_job_is_cleared_not_killed() -> None:
    [reason] = refusals(JobAction.KILL, facts(JobStatus.QUEUED), VIEWER)

    assert isinstance(reason, StatusRefused)
    assert reason.code is ErrorCode.NOT_KILLABLE
    assert reason.suggested_action == JobAction.CLEAR


def test_a_queued_job_is_not_queued_again() -> None:
    assert codes(JobAction.QUEUE, facts(JobStatus.QUEUED)) == [ErrorCode.ALREADY_QUEUED]


def test_a_running_job_is_killed_before_it_is_cleared() -> None:
    [reason] = refusals(JobAction.CLEAR, facts(JobStatus.RUNNING), VIEWER)

    assert isinstance(reason, StatusRefused)
    assert reason.code is ErrorCode.JOB_ACTIVE
    assert reason.suggested_action == JobAction.KILL


def test_build_errors_keep_a_job_out_of_the_queue() -> None:
    problem = BuildProblem("param", ("params", "psize_A"), "Pixel size is required.")

    [reason] = refusals(
        JobAction.QUEUE, facts(JobStatus.BUILDING, build_problems=(problem,)), VIEWER
    )

    assert isinstance(reason, BuildErrors)
    assert reason.problems == [problem]
    assert reason.message == "Job J1 cannot run yet: Pixel size is required."


def test_a_job_under_an_operation_is_locked_for_others() -> None:
    job = facts(JobStatus.COMPLETED, operation="op1", operation_action=JobAction.CLEAR)

    [reason] = refusals(JobAction.CLEAR, job, VIEWER)

    assert isinstance(reason, JobLocked)
    assert reason.operation_id == "op1"


def test_a_kill_may_be_asked_for_again_while_it_is_under_way() -> None:
    job = facts(JobStatus.RUNNING, operation="op1", operation_action=JobAction.KILL)

    assert codes(JobAction.KILL, job) == []


@pytest.mark.parametrize("action", sorted(BUILT))
def test_an_archived_project_is_read_only(action: JobAction) -> None:
    job = facts(JobStatus.BUILDING, project_writable=False)

    assert ErrorCode.PROJECT_READ_ONLY in codes(action, job)
