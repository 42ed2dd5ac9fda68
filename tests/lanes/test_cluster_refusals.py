"""What a real Slurm refuses, at once or by never starting it, and what its user is told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.executors.base import Doubt, Refused, Sighting, SightingState
from scheduler.executors.cluster import ClusterExecutor
from tests.lanes.cluster import PACE, TEMPLATES, ClusterLane, Submitting
from tests.lanes.slurm import Slurm, private_slurm
from tests.lanes.slurm_config import SlurmShape

NODE = "n1"
PROLOG = "#!/bin/sh\ntest ! -e {directory}/broken\n"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """One node with two GPUs, a partition for a minute at most, and a prolog that can break."""
    directory = tmp_path_factory.mktemp("slurm")
    prolog = tmp_path_factory.mktemp("site") / "prolog"
    prolog.write_text(PROLOG.format(directory=directory))
    prolog.chmod(0o755)
    shape = SlurmShape(
        nodes=1,
        more=(f"Prolog={prolog}",),
        partitions=(
            "PartitionName=main Nodes=ALL Default=YES State=UP",
            "PartitionName=short Nodes=ALL State=UP MaxTime=1",
        ),
    )
    with private_slurm(directory, shape) as running:
        yield running


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("--gres=gpu:3", id="more GPUs than a node has"),
        pytest.param("--gres=tpu:1", id="a resource that nobody has"),
        pytest.param("--mem=99G", id="more memory than a node has"),
        pytest.param("--constraint=fast", id="a feature that no node has"),
        pytest.param("--time=soon", id="a time that is none"),
        pytest.param("--no-such-option", id="an option that is none"),
    ],
)
async def test_what_no_node_can_give_is_refused_in_slurms_words_and_never_runs(
    lane: ClusterLane, asked: str
) -> None:
    launch = lane.launch("echo it runs", extra=f"#SBATCH {asked}")

    answer = await lane.executor.start(launch)

    assert isinstance(answer, Refused)
    assert answer.reason.startswith("sbatch: ")
    assert (await lane.look(launch)).state is SightingState.VOID
    assert not launch.log.exists()


async def test_a_job_that_is_too_long_for_its_partition_will_not_start(lane: ClusterLane) -> None:
    launch = lane.launch("true", extra="#SBATCH --partition=short --time=60")
    await lane.executor.start(launch)

    seen = await lane.until(launch, lambda seen: "will not start" in waits(seen))

    assert "(PartitionConfig)" in waits(seen)
    assert seen.state is SightingState.UNCLAIMED


async def test_a_job_whose_node_cannot_prepare_it_never_began_and_may_be_submitted_again(
    lane: ClusterLane,
) -> None:
    broken = lane.slurm.files.directory / "broken"
    broken.touch()
    launch = lane.launch("true")
    await lane.executor.start(launch)

    seen = await lane.until_state(launch, SightingState.VOID)

    broken.unlink()
    lane.slurm.call("scontrol", "update", f"nodename={NODE}", "state=resume")
    assert "CANCELLED" in (seen.void_reason or "")
    assert not launch.log.exists()


async def test_a_job_that_was_cancelled_before_it_had_a_node_is_not_submitted_again(
    lane: ClusterLane,
) -> None:
    launch = lane.launch("true", extra="#SBATCH --hold")
    await lane.executor.start(launch)

    lane.slurm.call("scancel", await lane.id_of(launch))

    seen = await lane.until(launch, lambda seen: seen.starter_code is not None)
    assert "CANCELLED" in (seen.starter_text or "")


def waits(seen: Sighting) -> str:
    """Why it waits on the cluster, as its user is told."""
    return (seen.cluster and seen.cluster.waits) or ""


@pytest.fixture
def full_cluster(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Slurm]:
    """It remembers one job at a time."""
    shape = SlurmShape(nodes=1, more=("MaxJobCount=1",))
    with private_slurm(tmp_path_factory.mktemp("full"), shape) as running:
        monkeypatch.setenv("SLURM_CONF", running.env["SLURM_CONF"])
        yield running


async def test_what_a_full_cluster_does_not_take_is_in_doubt_and_never_runs(
    full_cluster: Slurm, tmp_path: Path
) -> None:
    lane = Submitting(ClusterExecutor(TEMPLATES, replace(PACE, timeout_s=4.0)), tmp_path)
    await lane.executor.start(lane.launch("true", extra="#SBATCH --hold"))
    launch = lane.launch("true")

    answer = await lane.executor.start(launch)

    seen = await lane.look(launch)
    await lane.executor.close()
    assert isinstance(answer, Doubt)
    assert seen.state is SightingState.VOID
