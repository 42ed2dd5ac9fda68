"""A real Slurm that soon forgets ended jobs, is started anew, and leaves processes behind."""

import time
from collections.abc import Iterator

import pytest

from scheduler.executors.base import SightingState
from tests.lanes.cluster import ClusterLane
from tests.lanes.node import is_gone
from tests.lanes.slurm import Slurm, private_slurm
from tests.lanes.slurm_config import SlurmShape

UNTIL_GO = "while [ ! -e go ]; do sleep 0.05; done"
FLED = "setsid sh -c 'trap \"\" TERM HUP; echo $$ >> fled; while :; do sleep 100; done' &"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """It lists an ended job for two seconds, and by linuxproc ends only what did not flee."""
    shape = SlurmShape(nodes=1, more=("MinJobAge=2",))
    with private_slurm(tmp_path_factory.mktemp("slurm"), shape) as running:
        yield running


def have_saved(slurm: Slurm, id: str) -> None:
    """Have the controller save what it knows of the job; it does so within five seconds."""
    state = slurm.files.directory / "state" / "job_state"
    before = time.time()
    slurm.call("scontrol", "update", f"jobid={id}", "comment=saved")
    slurm.until(lambda: state.exists() and state.stat().st_mtime > before, "the state to be saved")


async def test_a_result_counts_though_the_cluster_has_forgotten_the_job(lane: ClusterLane) -> None:
    launch = lane.launch("exit 3")
    await lane.executor.start(launch)
    id = await lane.id_of(launch)
    await lane.executor.close()  # nobody looks any more
    lane.slurm.until(lambda: lane.slurm.job(id) is None, "the job to be forgotten")

    later = ClusterLane(lane.slurm, lane.root)
    seen = await later.look(launch)

    await later.executor.close()
    assert seen.state is SightingState.ENDED
    assert seen.exit is not None
    assert seen.exit.code == 3


async def test_a_controller_that_is_started_anew_knows_its_jobs(lane: ClusterLane) -> None:
    launch = lane.launch(UNTIL_GO)
    await lane.executor.start(launch)
    await lane.until_running(launch)
    id = await lane.id_of(launch)
    have_saved(lane.slurm, id)

    lane.slurm.kill("ctld")
    lane.slurm.start_controller()
    lane.slurm.until(lambda: lane.slurm.job(id) is not None, "the controller to answer")

    (launch.directory / "go").touch()
    seen = await lane.until_state(launch, SightingState.ENDED)
    assert seen.exit is not None
    assert seen.exit.code == 0


async def test_processes_that_fled_from_slurm_are_ended_with_the_attempt(lane: ClusterLane) -> None:
    launch = lane.launch(f"{FLED} {UNTIL_GO}")
    fled = launch.directory / "fled"
    await lane.executor.start(launch)
    await lane.until(launch, lambda _: fled.exists() and fled.read_text().endswith("\n"))

    await lane.executor.stop(launch)

    await lane.until_state(launch, SightingState.ENDED)
    assert is_gone(int(fled.read_text()))
