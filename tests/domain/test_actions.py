"""Which action is open in which status: the table of 04-lifecycle, section 2."""

import pytest

from domain.actions import ON_JOBS, JobAction, refusals
from domain.error_codes import ErrorCode
from domain.errors import BuildErrors, BuildProblem, JobLocked, StatusRefused
from domain.job_facts import JobFacts
from domain.permissions import Permission, UserRole, Viewer
from domain.status import JobStatus

VIEWER = Viewer("u", "anna", UserRole.USER)
TABLE = {
    #                                   bld que lau sta run wai com kil fai
    JobAction.QUEUE: "                   y   -   -   -   -   -   -   -   -",
    JobAction.LINK: "                    y   y   y   y   y   y   y   y   y",
    JobAction.UNLINK: "                  y   y   y   y   y   y   y   y   y",
    JobAction.MOVE: "                    y   y   y   y   y   y   y   y   y",
    JobAction.KILL: "                    -   -   y   y   y   y   -   -   -",
    JobAction.RESTART: "                 -   y   y   y   y   y   y   y   y",
    JobAction.CLEAR: "                   y   y   -   -   -   -   y   y   y",
    JobAction.CLEAR_INTERMEDIATE_RESULTS: "-  -  -   -   -   -   y   y   y",
    JobAction.EXPORT: "                  -   -   -   -   -   -   y   y   y",
    JobAction.CLONE: "                   y   y   y   y   y   y   y   y   y",
    JobAction.CLONE_CHAIN: "             y   y   y   y   y   y   y   y   y",
    JobAction.MARK_COMPLETE: "           -   -   -   -   -   -   -   y   y",
    JobAction.DELETE: "                  y   y   y   y   y   y   y   y   y",
    JobAction.SET_PRIORITY: "            y   y   -   -   -   -   y   y   y",
    JobAction.ADD_TAGS: "                y   y   y   y   y   y   y   y   y",
    JobAction.REMOVE_TAGS: "             y   y   y   y   y   y   y   y   y",
    JobAction.SET_FINAL_RESULT: "        -   -   -   -   -   -   y   -   -",
    JobAction.RUN_QUICK_ACTION: "        y   y   y   y   y   y   y   y   y",
    JobAction.CHANGE_LANE: "             -   y   -   -   -   -   -   -   -",
    JobAction.HOLD: "                    -   y   -   -   -   -   -   -   -",
    JobAction.RELEASE: "                 -   y   -   -   -   -   -   -   -",
    JobAction.UPDATE: "                  y   y   y   y   y   y   y   y   y",
    JobAction.CONNECT_INPUT: "           y   -   -   -   -   -   -   -   -",
    JobAction.DISCONNECT_INPUT: "        y   -   -   -   -   -   -   -   -",
    JobAction.SUBMIT_INTERACTION: "      -   -   -   -   -   y   -   -   -",
}
CASES = [
    (action, status, mark == "y")
    for action, row in TABLE.items()
    for status, mark in zip(JobStatus, row.split(), strict=True)
]


def facts(status: JobStatus, **values: object) -> JobFacts:
    """A job in two workspaces, with outputs and intermediate results, unless `values` say else."""
    given = {"workspace_count": 2, "has_outputs": True, "intermediate_bytes": 10, **values}
    return JobFacts(uid="J1", status=status, project_uid="P1", **given)  # type: ignore[arg-type]


def codes(action: JobAction, job: JobFacts, viewer: Viewer = VIEWER) -> list[ErrorCode]:
    return [reason.code for reason in refusals(action, job, viewer)]


def test_every_action_on_a_job_is_in_the_table() -> None:
    assert tuple(TABLE) == ON_JOBS


@pytest.mark.parametrize(("action", "status", "is_open"), CASES)
def test_an_action_is_open_exactly_where_the_table_says(
    action: JobAction, status: JobStatus, is_open: bool
) -> None:
    assert (codes(action, facts(status)) == []) == is_open


@pytest.mark.parametrize("action", ON_JOBS)
@pytest.mark.parametrize("status", JobStatus)
def test_a_deleted_job_refuses_everything(action: JobAction, status: JobStatus) -> None:
    assert codes(action, facts(status, deleted=True)) == [ErrorCode.JOB_DELETED]


@pytest.mark.parametrize("action", ON_JOBS)
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


@pytest.mark.parametrize("action", [JobAction.LINK, JobAction.ADD_TAGS, JobAction.CLONE])
def test_what_touches_neither_files_nor_status_is_open_under_an_operation(
    action: JobAction,
) -> None:
    job = facts(JobStatus.COMPLETED, operation="op1", operation_action=JobAction.EXPORT)

    assert codes(action, job) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"is_final": True, "dependents": ("J2",)}, ErrorCode.FINAL_RESULT_PROTECTED),
        ({"is_ancestor_of_final": True}, ErrorCode.PROTECTED_ANCESTOR_OF_FINAL),
        ({"dependents": ("J2", "J3")}, ErrorCode.HAS_DESCENDANTS),
    ],
)
def test_what_others_build_on_is_protected(values: dict[str, object], code: ErrorCode) -> None:
    assert codes(JobAction.DELETE, facts(JobStatus.COMPLETED, **values))[0] is code


@pytest.mark.parametrize(
    ("action", "status", "code"),
    [
        (JobAction.CLEAR_INTERMEDIATE_RESULTS, "completed", ErrorCode.NO_INTERMEDIATE_RESULTS),
        (JobAction.CLEAR_INTERMEDIATE_RESULTS, "running", ErrorCode.JOB_ACTIVE),
        (JobAction.EXPORT, "queued", ErrorCode.NOTHING_TO_EXPORT),
        (JobAction.EXPORT, "waiting", ErrorCode.JOB_ACTIVE),
        (JobAction.MARK_COMPLETE, "failed", ErrorCode.NO_OUTPUTS),
        (JobAction.SET_PRIORITY, "started", ErrorCode.NO_EFFECT),
        (JobAction.SET_FINAL_RESULT, "killed", ErrorCode.NOT_COMPLETED),
        (JobAction.UNLINK, "building", ErrorCode.LAST_WORKSPACE),
    ],
)
def test_a_bare_job_is_refused_for_its_own_reason(
    action: JobAction, status: str, code: ErrorCode
) -> None:
    bare = {"workspace_count": 1, "has_outputs": False, "intermediate_bytes": 0}

    assert codes(action, facts(JobStatus(status), **bare)) == [code]


def test_a_final_mark_can_always_be_taken_away() -> None:
    assert codes(JobAction.SET_FINAL_RESULT, facts(JobStatus.FAILED, is_final=True)) == []


def test_a_kill_may_be_asked_for_again_while_it_is_under_way() -> None:
    job = facts(JobStatus.RUNNING, operation="op1", operation_action=JobAction.KILL)

    assert codes(JobAction.KILL, job) == []


@pytest.mark.parametrize("action", ON_JOBS)
def test_an_archived_project_is_read_only(action: JobAction) -> None:
    job = facts(JobStatus.BUILDING, project_writable=False)

    assert ErrorCode.PROJECT_READ_ONLY in codes(action, job)
