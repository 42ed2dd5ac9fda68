"""Faults of a real controller: no answer is never an end, and nothing starts twice."""

import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from scheduler.executors.base import Doubt, LaneUnreachable, Sighting, SightingState, Started
from tests.lanes.cluster import ClusterLane, supervisor_of
from tests.lanes.slurm import Slurm, private_slurm
from tests.lanes.slurm_config import SlurmShape

UNTIL_GO = "while [ ! -e go ]; do sleep 0.05; done; echo once"


@pytest_asyncio.fixture
async def lane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ClusterLane]:
    """A lane on a Slurm of its own, whose commands soon give up."""
    (tmp_path / "slurm").mkdir()
    shape = SlurmShape(nodes=1, more=("MessageTimeout=2",))
    with private_slurm(tmp_path / "slurm", shape) as slurm:
        monkeypatch.setenv("SLURM_CONF", slurm.env["SLURM_CONF"])
        made = ClusterLane(slurm, tmp_path)
        yield made
        await made.executor.close()


def forget_all(slurm: Slurm) -> None:
    """As if the controller had been killed before it saved anything, and started again."""
    slurm.kill("ctld")
    state = slurm.files.directory / "state"
    shutil.rmtree(state)
    state.mkdir()
    slurm.start_controller()


def has_stopped(seen: Sighting) -> bool:
    return seen.state in (SightingState.LOST, SightingState.ENDED)


async def test_a_result_is_collected_while_the_controller_is_down(lane: ClusterLane) -> None:
    launch = lane.launch(UNTIL_GO)
    await lane.executor.start(launch)
    await lane.until_running(launch)

    lane.slurm.kill("ctld")
    (launch.directory / "go").touch()

    seen = await lane.until_state(launch, SightingState.ENDED)
    assert seen.exit is not None
    assert seen.exit.code == 0
    with pytest.raises(LaneUnreachable):
        await lane.executor.check(lane.root)


async def test_a_submit_to_a_dead_controller_leaves_nothing_that_could_start(
    lane: ClusterLane,
) -> None:
    lane.slurm.kill("ctld")
    launch = lane.launch("true")

    answer = await lane.executor.start(launch)

    assert isinstance(answer, Doubt)
    assert (await lane.look(launch)).state is SightingState.VOID


async def test_a_submit_to_a_frozen_controller_never_runs_what_was_forbidden(
    lane: ClusterLane,
) -> None:
    """Slurm 22.05 takes the job all the same, and starts it once it is thawed."""
    launch = lane.launch("echo ran > ran")
    lane.slurm.signal("ctld", signal.SIGSTOP)
    answer = await lane.executor.start(launch)
    lane.slurm.signal("ctld", signal.SIGCONT)

    after = lane.launch("true")
    assert await lane.executor.start(after) == Started()
    await lane.until_state(after, SightingState.ENDED)

    assert isinstance(answer, Doubt)
    assert (await lane.look(launch)).state is SightingState.VOID
    assert not (launch.directory / "ran").exists()


async def test_a_job_whose_id_was_given_to_another_is_void_and_the_other_is_spared(
    lane: ClusterLane,
) -> None:
    """A controller killed within a second of a submit forgets it, and gives its id away."""
    lost = lane.launch("true", extra="#SBATCH --hold")
    await lane.executor.start(lost)
    forget_all(lane.slurm)
    lane.slurm.until(lambda: lane.slurm.nodes() == {"n1": "idle"}, "the node to be back")
    other = lane.launch(UNTIL_GO)
    await lane.executor.start(other)
    await lane.until_running(other)

    assert (await lane.until_state(lost, SightingState.VOID)).exit is None

    (other.directory / "go").touch()
    await lane.until_state(other, SightingState.ENDED)
    assert other.log.read_text() == "once\n"
    ids = [(run.directory / "cluster.json").read_text() for run in (lost, other)]
    assert [text.split('"id": ')[1] for text in ids] == ['"1"}', '"1"}']


async def test_a_node_that_runs_an_older_job_of_the_same_id_is_drained_and_shown(
    lane: ClusterLane,
) -> None:
    """The older one is frozen, so that its node cannot abort it when the controller is back."""
    old = lane.launch(UNTIL_GO)
    await lane.executor.start(old)
    await lane.until_running(old)
    step = supervisor_of(old).parent()
    assert step is not None
    step.suspend()
    forget_all(lane.slurm)
    new, later = lane.launch("true"), lane.launch("true")
    await lane.executor.start(new)

    lane.slurm.until(lambda: lane.slurm.nodes() == {"n1": "drng"}, "the node to be drained")

    assert "Duplicate jobid" in ((await lane.executor.check(lane.root)).text or "")
    step.resume()
    assert (await lane.until_state(new, SightingState.VOID)).claim is None
    await lane.executor.start(later)
    lane.slurm.call("scontrol", "update", "nodename=n1", "state=resume")
    await lane.until_state(later, SightingState.ENDED)
    seen = await lane.until(old, has_stopped)
    assert seen.exit is None or seen.exit.code != 0


async def test_what_the_cluster_aborted_and_forgot_is_lost_or_ended_never_done(
    lane: ClusterLane,
) -> None:
    launch = lane.launch("sleep 60")
    await lane.executor.start(launch)
    await lane.until_running(launch)

    lane.slurm.kill("ctld")
    lane.slurm.start_controller("-c")

    seen = await lane.until(launch, has_stopped)
    assert seen.exit is None or seen.exit.code != 0
