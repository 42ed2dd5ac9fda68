"""Attempts on a real Slurm: submitted once, followed by one squeue, ended by their own result."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from scheduler.executors.base import Doubt, LaneUnreachable, Refused, SightingState, Started
from scheduler.executors.cluster_commands import as_sent
from tests.lanes.cluster import ClusterLane
from tests.lanes.slurm import Slurm


@pytest_asyncio.fixture
async def lane(
    slurm: Slurm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ClusterLane]:
    monkeypatch.setenv("SLURM_CONF", slurm.env["SLURM_CONF"])
    lane = ClusterLane(slurm, tmp_path)
    yield lane
    slurm.call("scancel", "--me")
    await lane.executor.close()


async def test_an_attempt_runs_on_the_cluster_and_leaves_its_own_result(lane: ClusterLane) -> None:
    launch = lane.launch("exit 7")

    assert await lane.executor.start(launch) == Started()

    seen = await lane.until_state(launch, SightingState.ENDED)
    assert seen.exit is not None
    assert seen.exit.code == 7
    assert seen.cluster is not None
    assert seen.cluster.job_id.isdigit()


async def test_the_cluster_chooses_the_gpus(lane: ClusterLane) -> None:
    launch = lane.launch('echo "$CUDA_VISIBLE_DEVICES"', gpus=2)

    await lane.executor.start(launch)

    await lane.until_state(launch, SightingState.ENDED)
    assert launch.log.read_text() == "0,1\n"


async def test_a_refused_submit_tells_the_clusters_own_words_and_never_runs(
    lane: ClusterLane,
) -> None:
    launch = lane.launch("true", extra="#SBATCH --partition=nowhere")

    answer = await lane.executor.start(launch)

    assert isinstance(answer, Refused)
    assert "invalid partition specified: nowhere" in answer.reason
    assert (await lane.look(launch)).state is SightingState.VOID


async def test_a_job_that_waits_says_why(lane: ClusterLane) -> None:
    launch = lane.launch("true", extra="#SBATCH --hold")
    await lane.executor.start(launch)

    seen = await lane.until(launch, lambda seen: bool(seen.cluster and seen.cluster.waits))

    assert seen.cluster is not None
    assert seen.cluster.waits == f"Cluster job {seen.cluster.job_id} is pending (JobHeldUser)."
    assert seen.state is SightingState.UNCLAIMED


async def test_a_stopped_attempt_is_ended_by_a_signal(lane: ClusterLane) -> None:
    launch = lane.launch("sleep 60")
    await lane.executor.start(launch)
    await lane.until_running(launch)

    await lane.executor.stop(launch)

    seen = await lane.until_state(launch, SightingState.ENDED)
    assert seen.exit is not None
    assert seen.exit.code == 128 + 15  # whoever of Slurm and the supervisor was first


async def test_a_forbidden_attempt_leaves_the_clusters_queue_and_never_starts(
    lane: ClusterLane,
) -> None:
    launch = lane.launch("true", extra="#SBATCH --hold")
    await lane.executor.start(launch)
    id = await lane.id_of(launch)

    assert await lane.executor.forbid(launch, "not wanted")

    lane.slurm.until_job(id, "CANCELLED")
    assert (await lane.look(launch)).state is SightingState.VOID


async def test_a_cancel_on_the_cluster_is_told_as_such(lane: ClusterLane) -> None:
    launch = lane.launch("sleep 60")
    await lane.executor.start(launch)
    await lane.until_running(launch)

    lane.slurm.call("scancel", await lane.id_of(launch))

    seen = await lane.until_state(launch, SightingState.ENDED)
    assert seen.cluster is not None
    assert seen.cluster.cause is not None
    assert seen.cluster.cause[0] == "cancelled_outside"


async def test_an_end_before_the_start_is_told_with_slurms_reason(lane: ClusterLane) -> None:
    launch = lane.launch("true", extra="#SBATCH --output=/nowhere/out")
    await lane.executor.start(launch)

    seen = await lane.until(launch, lambda seen: seen.starter_code is not None)

    assert seen.state is SightingState.UNCLAIMED
    assert "FAILED (JobLaunchFailure)" in (seen.starter_text or "")


async def test_a_later_scheduler_follows_what_an_earlier_one_submitted(
    lane: ClusterLane, slurm: Slurm
) -> None:
    launch = lane.launch("while [ ! -e go ]; do sleep 0.05; done; exit 3")
    await lane.executor.start(launch)
    id = await lane.id_of(launch)
    await lane.executor.close()

    later = ClusterLane(slurm, lane.root)
    await later.until_running(launch)
    (launch.directory / "go").touch()
    seen = await later.until_state(launch, SightingState.ENDED)
    await later.executor.close()

    assert seen.exit is not None
    assert seen.exit.code == 3
    assert seen.cluster is not None
    assert seen.cluster.job_id == id


async def test_a_submit_whose_answer_was_lost_is_adopted_by_name(
    slurm: Slurm, lane: ClusterLane, tmp_path: Path
) -> None:
    """A wrapper that submits, waits for the start, and then says nothing of the id."""
    wrapper = tmp_path / "deaf"
    wait = 'while [ ! -e "$(dirname "$1")/claim.json" ]; do sleep 0.05; done'
    wrapper.write_text(f'#!/bin/sh\nsbatch "$1" >/dev/null\n{wait}\n')
    wrapper.chmod(0o755)
    deaf = ClusterLane(slurm, lane.root, qsub_cmd_tpl=f"{wrapper} {{{{ script_path_abs }}}}")
    launch = deaf.launch("while [ ! -e go ]; do sleep 0.05; done; echo once")

    answer = await deaf.executor.start(launch)

    assert isinstance(answer, Doubt)
    assert (await deaf.id_of(launch)).isdigit() or await deaf.until_running(launch)
    (launch.directory / "go").touch()
    await deaf.until_state(launch, SightingState.ENDED)
    assert launch.log.read_text() == "once\n"
    await deaf.executor.close()


async def test_an_unclaimed_attempt_that_the_cluster_forgot_becomes_void(
    lane: ClusterLane,
) -> None:
    launch = lane.launch("true")  # never submitted: the cluster lost it with its last seconds

    seen = await lane.until_state(launch, SightingState.VOID)

    assert seen.state is SightingState.VOID
    assert await lane.executor.forbid(launch, "again")


async def test_a_check_shows_the_queues(lane: ClusterLane, tmp_path: Path) -> None:
    report = await lane.executor.check(tmp_path)

    assert report.text is not None
    assert "main*" in report.text


async def test_a_rehearsal_tells_what_slurm_says_of_the_script_and_submits_nothing(
    lane: ClusterLane, tmp_path: Path
) -> None:
    script = "#!/bin/sh\n#SBATCH --partition={{ lane }}\nexec {{ run_cmd }}\n"
    lacking = lane.executor
    wrong = ClusterLane(lane.slurm, tmp_path, script_tpl=script).executor
    fine = ClusterLane(
        lane.slurm, tmp_path, script_tpl=script.replace("{{ lane }}", "main")
    ).executor

    answers = [str(await each.rehearse(tmp_path)) for each in (fine, wrong, lacking)]

    assert "would take a small job: sbatch: Job" in answers[0]
    assert "would not take a small job" in answers[1]
    assert "invalid partition specified: sample" in answers[1]
    assert "not tried: extra has no value" in answers[2]
    assert lane.slurm.call("squeue", "-h", "--me").stdout == ""
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".trial")]


async def test_a_cluster_without_a_controller_is_unreachable(
    lane: ClusterLane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = tmp_path / "slurm.conf"
    text = lane.slurm.files.config.read_text()
    port = next(line for line in text.splitlines() if line.startswith("SlurmctldPort="))
    silent.write_text(text.replace(port, "SlurmctldPort=1"))
    monkeypatch.setenv("SLURM_CONF", str(silent))

    with pytest.raises(LaneUnreachable):
        await lane.executor.check(tmp_path)


def test_words_for_ssh_survive_the_shell_on_the_other_side() -> None:
    words = ["squeue", "-o", "$(rm -rf ~)"]

    assert as_sent(words, "sudo {{ command }}") == "squeue -o '$(rm -rf ~)'"
    assert as_sent(words, "ssh login {{ command }}") == "squeue -o ''\"'\"'$(rm -rf ~)'\"'\"''"
