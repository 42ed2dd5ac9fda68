"""What a real Slurm does to jobs that did nothing wrong, and the reason that their user is told."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from domain.status import JobStatus
from scheduler.cluster_word import explained
from scheduler.ending import End
from scheduler.executors.base import Launch, Sighting, SightingState
from scheduler.supervise import ALREADY_CLAIMED
from tests.lanes.cluster import ClusterLane, supervisor_of
from tests.lanes.slurm import Slurm, is_dead, private_slurm
from tests.lanes.slurm_config import SlurmShape
from tests.nightly import nightly

UNTIL_GO = "echo once; while [ ! -e go ]; do sleep 0.05; done"
NODE = "n1"
PATIENCE_S = 180.0
"""Slurm looks for jobs past their limit twice a minute."""
LATER = "now+3seconds"
"""slurmd refuses a start by itself in the second of a job's end, and Slurm waits two minutes."""
SHAPE = SlurmShape(
    nodes=1,
    cpus=4,
    more=("PreemptType=preempt/partition_prio", "PreemptMode=CANCEL", "SlurmdTimeout=4"),
    partitions=(
        "PartitionName=low Nodes=ALL Default=YES State=UP PriorityTier=1",
        "PartitionName=high Nodes=ALL State=UP PriorityTier=10 PreemptMode=OFF",
    ),
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """One node, and a partition that goes before the other."""
    with private_slurm(tmp_path_factory.mktemp("slurm"), SHAPE) as running:
        yield running


async def running(lane: ClusterLane, script: str, *, extra: str = "") -> tuple[Launch, str]:
    """An attempt that runs, and its id on the cluster."""
    launch = lane.launch(script, extra=extra)
    await lane.executor.start(launch)
    await lane.until_running(launch)
    return launch, await lane.id_of(launch)


def kill_all_of(launch: Launch) -> None:
    """Slurm's step first, so that it can tell nobody; the program dies with its supervisor."""
    supervisor = supervisor_of(launch)
    step = supervisor.parent()
    assert step is not None
    for process in (step, supervisor):
        process.kill()


def exit_reason(seen: Sighting) -> str:
    """What a failed job shows, if nobody asked for its end."""
    end = End(JobStatus.FAILED, "exit_code", datetime.now(UTC))
    return explained(end, seen.cluster).exit_reason


async def test_a_job_that_an_operator_may_not_requeue_goes_on(lane: ClusterLane) -> None:
    launch, id = await running(lane, UNTIL_GO)

    answer = lane.slurm.call("scontrol", "requeue", id)

    assert answer.returncode != 0
    (launch.directory / "go").touch()
    seen = await lane.until_state(launch, SightingState.ENDED)
    assert seen.exit is not None
    assert seen.exit.code == 0


async def test_a_job_that_is_made_to_run_again_refuses_its_second_start(lane: ClusterLane) -> None:
    launch, id = await running(lane, UNTIL_GO)
    lane.slurm.call("scontrol", "update", f"jobid={id}", "requeue=1")

    lane.slurm.call("scontrol", "requeue", id)

    seen = await lane.until_state(launch, SightingState.ENDED)
    assert exit_reason(seen) == "requeued_outside"
    lane.slurm.until_job(id, "PENDING")
    lane.slurm.call("scontrol", "update", f"jobid={id}", f"starttime={LATER}")
    lane.slurm.until_job(id, "FAILED")
    assert launch.log.read_text().count("once") == 1
    told = lane.slurm.call("scontrol", "show", "job", id).stdout
    assert f"ExitCode={ALREADY_CLAIMED}:0" in told


async def test_a_job_that_makes_room_for_another_was_preempted(lane: ClusterLane) -> None:
    launch, _ = await running(lane, UNTIL_GO, extra="#SBATCH --exclusive")

    urgent = lane.launch("true", extra="#SBATCH --partition=high --exclusive")
    await lane.executor.start(urgent)

    seen = await lane.until_state(launch, SightingState.ENDED)
    assert exit_reason(seen) == "preempted"
    done = await lane.until_state(urgent, SightingState.ENDED)
    assert done.exit is not None
    assert done.exit.code == 0


async def test_a_job_for_drained_nodes_tells_why_it_waits_and_runs_once_they_are_back(
    lane: ClusterLane,
) -> None:
    lane.slurm.call("scontrol", "update", f"nodename={NODE}", "state=drain", "reason=cleaning")
    launch = lane.launch("true")
    await lane.executor.start(launch)

    seen = await lane.until(
        launch, lambda seen: "DRAINED" in ((seen.cluster and seen.cluster.waits) or "")
    )

    assert seen.state is SightingState.UNCLAIMED
    lane.slurm.call("scontrol", "update", f"nodename={NODE}", "state=resume")
    await lane.until_state(launch, SightingState.ENDED)


async def test_the_loss_of_slurmd_alone_ends_nothing(lane: ClusterLane) -> None:
    launch, _ = await running(lane, UNTIL_GO)

    lane.slurm.kill(NODE)
    (launch.directory / "go").touch()

    seen = await lane.until_state(launch, SightingState.ENDED)
    lane.slurm.start_node(NODE)
    assert seen.exit is not None
    assert seen.exit.code == 0


async def test_a_job_is_lost_with_its_supervisor_and_its_program_dies(lane: ClusterLane) -> None:
    launch, _ = await running(lane, UNTIL_GO)
    supervisor = supervisor_of(launch)
    [program] = supervisor.children()

    supervisor.kill()

    await lane.until_state(launch, SightingState.LOST)
    lane.slurm.until(lambda: is_dead(program.pid), "the program to die")


@nightly("half a minute")
async def test_a_job_is_lost_with_its_node(lane: ClusterLane) -> None:
    launch, _ = await running(lane, UNTIL_GO)

    lane.slurm.kill(NODE)
    kill_all_of(launch)

    seen = await lane.until(
        launch,
        lambda seen: seen.state in (SightingState.LOST, SightingState.ENDED),
        timeout_s=PATIENCE_S,
    )
    lane.slurm.start_node(NODE)
    assert seen.state is SightingState.LOST
    assert exit_reason(seen) == "node_down"


@nightly("half a minute")
async def test_a_job_that_runs_longer_than_the_cluster_allows_met_its_walltime(
    lane: ClusterLane,
) -> None:
    launch, _ = await running(lane, UNTIL_GO, extra="#SBATCH --time=0:01")

    seen = await lane.until(
        launch, lambda seen: seen.state is SightingState.ENDED, timeout_s=PATIENCE_S
    )

    assert exit_reason(seen) == "walltime"
