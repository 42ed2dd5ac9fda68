"""Attempts on PBS and Grid Engine, whose programs are played; see batch_commands.py."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from domain.clock import now
from domain.cluster_templates import PRESETS
from domain.documents import Target
from domain.settings import Settings
from scheduler.executors.base import ExitReason, Refused, SightingState, Started
from scheduler.remote_executors import RemoteExecutors
from tests.lanes.batch import PBS_ALONE, SGE_ALONE, SOON, Batch, BatchLane

UNTIL_GO = "while [ ! -e go ]; do sleep 0.02; done; echo once"


@pytest.mark.parametrize("lies", [(), ("greets", "speaks German", "fails afterwards")])
async def test_an_attempt_runs_and_leaves_its_own_result(
    site: BatchLane, batch: Batch, lies: tuple[str, ...]
) -> None:
    batch.lie(*lies)
    launch = site.launch(f"{UNTIL_GO}; exit 7")

    assert await site.executor.start(launch) == Started()
    running = await site.until(
        launch, lambda seen: bool(seen.cluster and seen.cluster.state in ("R", "r"))
    )
    (launch.directory / "go").touch()
    ended = await site.until_state(launch, SightingState.ENDED)

    assert running.cluster is not None
    assert running.cluster.job_id == "12"
    assert ended.exit is not None
    assert ended.exit.code == 7


@SGE_ALONE
async def test_grid_engine_may_answer_a_submit_in_a_sentence(batch: Batch, tmp_path: Path) -> None:
    batch.lie("speaks German", "holds")
    lane = BatchLane(batch, tmp_path, qsub_cmd_tpl=f"{batch.bin}/qsub {{{{ script_path_abs }}}}")
    launch = lane.launch("true")

    assert await lane.executor.start(launch) == Started()

    assert (launch.directory / "cluster.json").read_text().endswith('"id": "12"}')
    await lane.executor.close()


async def test_a_job_that_waits_says_why(site: BatchLane, batch: Batch) -> None:
    batch.lie("holds")
    launch = site.launch("true")
    await site.executor.start(launch)

    seen = await site.until(launch, lambda seen: bool(seen.cluster and seen.cluster.waits))

    reasons = {"pbs": "Job held by user on Tue May 12 at 10:00", "sge": "held"}
    assert seen.cluster is not None
    assert seen.cluster.waits == f"Cluster job 12 is pending ({reasons[batch.system]})."


@SGE_ALONE
async def test_a_stopped_run_has_time_to_write_its_result(site: BatchLane, batch: Batch) -> None:
    """Grid Engine kills at once: the cancel file comes first, and the cancel if it is no help."""
    launch = site.launch("trap 'echo tidy; exit 0' TERM; while :; do sleep 0.02; done")
    await site.executor.start(launch)
    await site.until_running(launch)

    await site.executor.stop(launch)
    seen = await site.until_state(launch, SightingState.ENDED)

    assert seen.exit is not None
    assert seen.exit.reason is ExitReason.CANCELLED
    assert launch.log.read_text().endswith("tidy\n")
    assert batch.calls("qdel") == 0


@SGE_ALONE
async def test_a_run_that_does_not_heed_the_cancel_file_is_cancelled_on_the_cluster(
    batch: Batch, tmp_path: Path
) -> None:
    lane = BatchLane(batch, tmp_path, replace(SOON, file_s=0.0))
    launch = lane.launch("sleep 60")
    await lane.executor.start(launch)
    claim = (await lane.until_running(launch)).claim
    assert claim is not None
    os.kill(claim.pid, signal.SIGSTOP)

    await lane.executor.stop(launch)
    await lane.executor.stop(launch)

    await lane.until_state(launch, SightingState.LOST)
    assert batch.jobs() == {}
    await lane.executor.close()


@SGE_ALONE
async def test_a_forbidden_attempt_leaves_the_queue(site: BatchLane, batch: Batch) -> None:
    batch.lie("holds")
    launch = site.launch("true")
    await site.executor.start(launch)
    before = batch.jobs()

    assert await site.executor.forbid(launch, "not wanted")

    assert (before, batch.jobs()) == ({"12": 0}, {})
    assert (await site.look(launch)).state is SightingState.VOID


@PBS_ALONE
async def test_a_refused_submit_tells_the_clusters_own_words(site: BatchLane, batch: Batch) -> None:
    batch.lie("refuses")
    launch = site.launch("true")

    answer = await site.executor.start(launch)

    assert isinstance(answer, Refused)
    assert "Unknown queue" in answer.reason
    assert (await site.look(launch)).state is SightingState.VOID


async def test_a_check_shows_the_queues(site: BatchLane, batch: Batch, tmp_path: Path) -> None:
    batch.lie("greets")

    report = await site.executor.check(tmp_path)

    assert report.problems == ()
    assert "Maintenance on Tuesday" in (report.text or "")


@pytest.mark.usefixtures("database")
async def test_a_target_is_served_by_the_system_that_its_templates_are_for(
    batch: Batch, tmp_path: Path
) -> None:
    target = Target(
        id="cluster",
        type="cluster",
        lane="cluster",
        title="Cluster",
        hostname="cluster",
        cluster=PRESETS[batch.system],
        created_at=now(),
    )
    lsf = {"qsub_cmd_tpl": "bsub {{ script_path_abs }}", "script_tpl": "#!/bin/sh\n#BSUB -q a\n"}
    unknown = target.model_copy(update={"cluster": PRESETS[batch.system].model_copy(update=lsf)})
    make = RemoteExecutors(Settings(data_dir=tmp_path))

    executor = make(target)
    assert executor is not None
    await executor.check(tmp_path)
    await executor.close()

    ping = {"pbs": "qstat -B", "sge": "qstat -u $user -xml"}[batch.system]
    assert (batch.spool / "calls").read_text().splitlines()[0] == ping
    assert make(unknown) is None
