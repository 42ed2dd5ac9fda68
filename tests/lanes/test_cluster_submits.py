"""Many submits at once: few commands in flight, and none for nothing."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from scheduler.executors.base import Doubt, SightingState, Started
from scheduler.executors.cluster import ClusterExecutor
from scheduler.executors.cluster_commands import SUBMITS_AT_ONCE, Answer, Submits
from tests.lanes.cluster import PACE, TEMPLATES, Submitting

SILENT = "sbatch: error: Unable to contact slurm controller"
JOBS = 3 * SUBMITS_AT_ONCE


def site_that(says: str, directory: Path) -> Submitting:
    """A lane whose submit does this."""
    program = directory / "sbatch"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    command = f"{program} {{{{ script_path_abs }}}}"
    templates = TEMPLATES.model_copy(update={"qsub_cmd_tpl": command})
    return Submitting(ClusterExecutor(templates, PACE), directory)


async def test_a_cluster_that_takes_nothing_leaves_every_start_in_doubt(tmp_path: Path) -> None:
    site = site_that(f"echo '{SILENT}' >&2; exit 1", tmp_path)
    launches = [site.launch("true") for _ in range(JOBS)]

    answers = await asyncio.gather(*(site.executor.start(launch) for launch in launches))
    seen = await site.executor.observe(launches)
    await site.executor.close()

    assert all(isinstance(answer, Doubt) for answer in answers)
    assert {sighting.state for sighting in seen.values()} == {SightingState.VOID}


async def test_who_waits_for_a_cluster_that_takes_nothing_is_not_submitted() -> None:
    run: list[str] = []
    all_wait = asyncio.Event()

    async def takes_nothing(argv: Sequence[str]) -> Answer:
        run.extend(argv)
        await all_wait.wait()
        return Answer(1, "", SILENT)

    submits = Submits(takes_nothing)
    tasks = [asyncio.create_task(submits.submit([str(number)])) for number in range(JOBS)]
    await asyncio.sleep(0)
    all_wait.set()

    answers = await asyncio.gather(*tasks)

    assert len(run) == SUBMITS_AT_ONCE
    assert answers == [Answer(1, "", SILENT)] * JOBS


async def test_a_cluster_that_takes_jobs_again_is_asked_again(tmp_path: Path) -> None:
    once = f'[ -e {tmp_path}/told ] && echo 7 || {{ touch {tmp_path}/told; echo "{SILENT}" >&2; }}'
    site = site_that(once, tmp_path)

    first = await site.executor.start(site.launch("true"))
    second = await site.executor.start(site.launch("true"))
    await site.executor.close()

    assert isinstance(first, Doubt)
    assert second == Started()


async def test_one_refused_script_leaves_those_behind_it_alone(tmp_path: Path) -> None:
    refused = 'case "$1" in */run-1/*) echo bad >&2; exit 1;; *) echo 7;; esac'
    site = site_that(refused, tmp_path)
    launches = [site.launch("true") for _ in range(JOBS)]

    answers = await asyncio.gather(*(site.executor.start(launch) for launch in launches))
    await site.executor.close()

    assert [answer == Started() for answer in answers] == [False] + [True] * (JOBS - 1)
