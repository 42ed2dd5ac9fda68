"""Attempts on a real Grid Engine, with the preset as it is."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain.cluster_templates import PRESETS, ClusterSystem
from scheduler.executors.base import ExitReason, LaneUnreachable, Refused, SightingState, Started
from scheduler.executors.batch_systems import SGE
from scheduler.executors.cluster import ClusterExecutor
from tests.lanes.cluster import PACE, Submitting
from tests.lanes.grid_engine import GridEngine, private_grid_engine
from tests.nightly import nightly

pytestmark = nightly("half a minute")
PRESET = PRESETS[ClusterSystem.SGE]
UNTIL_GO = "while [ ! -e go ]; do sleep 0.05; done; echo once"


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GridEngine]:
    with private_grid_engine(tmp_path_factory.mktemp("sge")) as running:
        yield running


class Lane(Submitting):
    """On the cluster, with some lines added to the preset's script."""

    def __init__(self, root: Path, *more: str, qsub: str = PRESET.qsub_cmd_tpl) -> None:
        head, run = PRESET.script_tpl.split("exec ")
        script = "\n".join([head.rstrip(), *more, f"exec {run}"])
        templates = PRESET.model_copy(update={"script_tpl": script, "qsub_cmd_tpl": qsub})
        super().__init__(ClusterExecutor(templates, PACE, system=SGE), root)


@pytest.fixture(autouse=True)
def programs(grid: GridEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{grid.bin}:{os.environ['PATH']}")


@pytest_asyncio.fixture
async def lane(grid: GridEngine, tmp_path: Path) -> AsyncIterator[Lane]:
    lane = Lane(tmp_path)
    yield lane
    grid.call("qdel", "-u", "*")
    await lane.executor.close()


@pytest.mark.parametrize("qsub", [PRESET.qsub_cmd_tpl, "qsub {{ script_path_abs }}"])
async def test_an_attempt_runs_and_is_known_by_its_id(
    grid: GridEngine, tmp_path: Path, qsub: str
) -> None:
    lane = Lane(tmp_path, qsub=qsub)
    launch = lane.launch(f"{UNTIL_GO}; exit 7")

    assert await lane.executor.start(launch) == Started()
    running = await lane.until(
        launch, lambda seen: bool(seen.cluster and seen.cluster.state == "r")
    )
    (launch.directory / "go").touch()
    ended = await lane.until_state(launch, SightingState.ENDED)
    await lane.executor.close()

    assert running.cluster is not None
    assert running.cluster.job_id.isdigit()
    assert ended.exit is not None
    assert ended.exit.code == 7
    assert launch.log.read_text() == "once\n"


async def test_a_held_job_says_so_and_leaves_the_queue_when_it_is_forbidden(
    grid: GridEngine, tmp_path: Path
) -> None:
    lane = Lane(tmp_path, "#$ -h")
    launch = lane.launch("true")
    await lane.executor.start(launch)

    seen = await lane.until(launch, lambda seen: bool(seen.cluster and seen.cluster.waits))
    is_void = await lane.executor.forbid(launch, "not wanted")
    grid.until(lambda: launch.token[-8:] not in grid.call("qstat", "-xml").stdout, "it to be gone")
    await lane.executor.close()

    assert seen.cluster is not None
    assert seen.cluster.waits == f"Cluster job {seen.cluster.job_id} is pending (held)."
    assert is_void


async def test_our_name_and_no_rerun_win_wherever_the_template_has_its_own(
    grid: GridEngine, tmp_path: Path
) -> None:
    lane = Lane(tmp_path, "#$ -N theirs", "#$ -r y", "true", "#$ -N late", "#$ -h")
    launch = lane.launch("true")
    await lane.executor.start(launch)

    seen = await lane.until(launch, lambda seen: bool(seen.cluster and seen.cluster.state))
    assert seen.cluster is not None
    told = grid.call("qstat", "-j", seen.cluster.job_id).stdout.splitlines()
    fields = dict(line.split(":", 1) for line in told if ":" in line)
    await lane.executor.forbid(launch, "not wanted")
    await lane.executor.close()

    assert fields["job_name"].strip() == SGE.marks.name_of(launch.token)
    assert fields["restart"].strip() == "n"


async def test_a_stopped_run_has_time_to_write_its_result(lane: Lane) -> None:
    launch = lane.launch("sleep 60")
    await lane.executor.start(launch)
    await lane.until_running(launch)

    await lane.executor.stop(launch)
    seen = await lane.until_state(launch, SightingState.ENDED)

    assert seen.exit is not None
    assert seen.exit.reason is ExitReason.CANCELLED


async def test_a_run_that_is_deleted_outside_is_lost_for_it_is_killed_at_once(
    lane: Lane, grid: GridEngine
) -> None:
    launch = lane.launch("sleep 60")
    await lane.executor.start(launch)
    seen = await lane.until(
        launch, lambda seen: bool(seen.running_at and seen.cluster and seen.cluster.state == "r")
    )
    assert seen.cluster is not None

    grid.call("qdel", seen.cluster.job_id)

    assert (await lane.until_state(launch, SightingState.LOST)).exit is None


async def test_a_job_that_cannot_be_started_says_so(grid: GridEngine, tmp_path: Path) -> None:
    lane = Lane(tmp_path, "#$ -o /nowhere/log")
    launch = lane.launch("true")
    await lane.executor.start(launch)

    seen = await lane.until(
        launch, lambda seen: bool(seen.cluster and "will not start" in (seen.cluster.waits or ""))
    )
    await lane.executor.forbid(launch, "not wanted")
    await lane.executor.close()

    assert seen.cluster is not None
    assert seen.cluster.state == "Eqw"


async def test_a_refused_submit_tells_the_clusters_own_words(
    grid: GridEngine, tmp_path: Path
) -> None:
    lane = Lane(tmp_path, "#$ -q nowhere.q")

    answer = await lane.executor.start(lane.launch("true"))
    await lane.executor.close()

    assert isinstance(answer, Refused)
    assert 'unknown queue "nowhere.q"' in answer.reason


async def test_a_check_shows_the_queues_or_that_nobody_answers(
    lane: Lane, grid: GridEngine, tmp_path: Path
) -> None:
    report = await lane.executor.check(tmp_path)
    wrong = (grid.bin / "qstat").read_text().replace("SGE_CELL=default", "SGE_CELL=nowhere")
    (tmp_path / "qstat").write_text(wrong)
    (tmp_path / "qstat").chmod(0o755)
    deaf = Lane(tmp_path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(LaneUnreachable):
            await deaf.executor.check(tmp_path)
    await deaf.executor.close()

    assert "all.q" in (report.text or "")
