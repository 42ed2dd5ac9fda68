"""What the programs of real sites say wrongly: nothing is lost by it, and nothing starts twice."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.executors.base import Doubt, LaneUnreachable, SightingState
from tests.lanes.batch import PBS_ALONE, SGE_ALONE, Batch, BatchLane
from tests.lanes.cluster import PACE

UNTIL_GO = "while [ ! -e go ]; do sleep 0.02; done; echo once"


@PBS_ALONE
async def test_an_error_with_code_0_is_no_submit_and_may_be_tried_again(
    site: BatchLane, batch: Batch
) -> None:
    batch.lie("takes nothing")
    launch = site.launch("true")

    answer = await site.executor.start(launch)

    assert isinstance(answer, Doubt)
    assert "cannot connect to server" in answer.reason
    assert (await site.look(launch)).state is SightingState.VOID


async def test_a_submit_that_says_nothing_is_adopted_by_its_name_if_it_has_begun(
    site: BatchLane, batch: Batch
) -> None:
    """The name is all there is to know it by, and PBS shows nine characters of it."""
    batch.lie("mute", "waits for the start")
    launch = site.launch(UNTIL_GO)

    answer = await site.executor.start(launch)
    seen = await site.until(launch, lambda seen: bool(seen.cluster and seen.cluster.state))
    (launch.directory / "go").touch()
    await site.until_state(launch, SightingState.ENDED)

    assert isinstance(answer, Doubt)
    assert seen.cluster is not None
    assert seen.cluster.job_id == "12"
    assert launch.log.read_text() == "once\n"


@PBS_ALONE
async def test_a_submit_that_says_nothing_never_runs_if_it_had_not_begun(
    site: BatchLane, batch: Batch
) -> None:
    batch.lie("mute", "holds")
    launch = site.launch("echo ran")

    answer = await site.executor.start(launch)
    waited = batch.jobs()
    await batch.release("12")

    assert isinstance(answer, Doubt)
    assert waited == {"12": 0}
    assert "claimed before" in (batch.spool / "12.log").read_text()
    assert not launch.log.exists()


@PBS_ALONE
async def test_a_job_that_is_not_listed_yet_is_waited_for(site: BatchLane, batch: Batch) -> None:
    batch.lie("holds", "hides")
    launch = site.launch("true")
    await site.executor.start(launch)
    await batch.polled(4)
    hidden = await site.look(launch)

    batch.be_true()
    seen = await site.until(launch, lambda seen: bool(seen.cluster and seen.cluster.state))

    assert (hidden.state, seen.state) == (SightingState.UNCLAIMED, SightingState.UNCLAIMED)
    assert list(batch.jobs()) == ["12"]


@pytest.mark.parametrize("lie", ["is down", "breaks off"])
@SGE_ALONE
async def test_no_answer_says_nothing_of_any_attempt(
    hasty: BatchLane, batch: Batch, tmp_path: Path, lie: str
) -> None:
    batch.lie("holds")
    launch = hasty.launch("true")
    await hasty.executor.start(launch)
    batch.lie("hides", lie)

    await batch.polled(5)
    seen = await hasty.look(launch)

    assert seen.state is SightingState.UNCLAIMED
    assert list(batch.jobs()) == ["12"]
    with pytest.raises(LaneUnreachable, match="The cluster does not answer: "):
        await hasty.executor.check(tmp_path)


@PBS_ALONE
async def test_an_attempt_that_was_forgotten_before_it_began_is_void(
    hasty: BatchLane, batch: Batch
) -> None:
    batch.lie("holds", "hides")
    launch = hasty.launch("true")
    await hasty.executor.start(launch)

    await hasty.until_state(launch, SightingState.VOID)

    assert batch.jobs() == {}


@SGE_ALONE
async def test_a_run_that_is_not_listed_is_not_lost_while_it_gives_signs_of_life(
    batch: Batch, tmp_path: Path
) -> None:
    lane = BatchLane(batch, tmp_path, replace(PACE, grace_s=4.0))
    launch = lane.launch(UNTIL_GO)
    await lane.executor.start(launch)
    await lane.until_running(launch)
    batch.lie("hides")

    hidden = time.monotonic()
    seen = await lane.until(launch, lambda _: time.monotonic() - hidden > 4.5)
    (launch.directory / "go").touch()
    await lane.until_state(launch, SightingState.ENDED)

    assert seen.state is SightingState.RUNNING
    await lane.executor.close()


@SGE_ALONE
async def test_a_run_that_was_killed_outside_without_a_result_is_lost(
    hasty: BatchLane, batch: Batch
) -> None:
    launch = hasty.launch("sleep 60")
    await hasty.executor.start(launch)
    await hasty.until_running(launch)

    batch.end_all()

    await hasty.until_state(launch, SightingState.LOST)


@PBS_ALONE
async def test_a_second_start_by_the_cluster_is_refused(site: BatchLane, batch: Batch) -> None:
    batch.lie("holds", "runs twice")
    launch = site.launch("echo once")
    await site.executor.start(launch)

    await batch.release("12")
    await site.until_state(launch, SightingState.ENDED)

    assert "claimed before" in (batch.spool / "12.log").read_text()
    assert launch.log.read_text() == "once\n"
