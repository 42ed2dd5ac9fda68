"""What a row of squeue says of a job that has ended."""

import pytest

from scheduler.executors.cluster_queue import read_squeue


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("7|CANCELLED|None|n1", id="slurmd could not launch it"),
        pytest.param("7|NODE_FAIL|NodeFail|n1", id="its node went down"),
        pytest.param("7|PREEMPTED|None|n1", id="another took its place"),
        pytest.param(
            "7|FAILED|SystemFailure|n1", id="the controller lost it while it was launched"
        ),
    ],
)
def test_what_ended_a_job_on_its_node_says_nothing_about_the_job(row: str) -> None:
    assert read_squeue(f"{row}|name\n")["name"].is_nodes_fault


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("7|CANCELLED|None|", id="cancelled before it had a node"),
        pytest.param("7|FAILED|JobLaunchFailure|n1", id="its directory is not there"),
        pytest.param("7|FAILED|NonZeroExitCode|n1", id="its script failed"),
        pytest.param("7|TIMEOUT|TimeLimit|n1", id="it ran for too long"),
        pytest.param("7|RUNNING|None|n1", id="it runs"),
    ],
)
def test_other_ends_are_the_jobs_own(row: str) -> None:
    assert not read_squeue(f"{row}|name\n")["name"].is_nodes_fault
