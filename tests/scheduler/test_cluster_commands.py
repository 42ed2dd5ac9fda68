"""Which refusals of a cluster pass by themselves, and which are for good."""

import pytest

from scheduler.executors.cluster_commands import Answer

FAILED = "sbatch: error: Batch job submission failed: "


@pytest.mark.parametrize(
    "words",
    [
        "Connection reset by peer",
        "Connection refused",
        "Socket timed out on send/recv operation",
        "Unable to contact slurm controller (connect failure)",
        "Zero Bytes were transmitted or received",
        "Unexpected message received",
        "Slurm backup controller in standby mode",
        "Resource temporarily unavailable",
        "Unable to create job record, try again",
        "Unexpected missing socket error",
        "Transport endpoint is not connected",
        "Failed to connect to authentication agent",
    ],
)
def test_a_controller_that_was_not_there_refuses_nothing_for_good(words: str) -> None:
    assert Answer(1, "", FAILED + words).is_passing


@pytest.mark.parametrize(
    "words",
    [
        "Requested node configuration is not available",
        "Invalid partition name specified",
        "Invalid generic resource (gres) specification",
        "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    ],
)
def test_a_script_that_asks_for_what_is_not_there_is_refused_for_good(words: str) -> None:
    assert not Answer(1, "", FAILED + words).is_passing
