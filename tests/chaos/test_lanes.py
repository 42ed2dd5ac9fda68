"""A round of chaos on a far lane; `python -m tests.chaos --lane slurm --seeds 10` for more."""

from pathlib import Path

import pytest

from tests.chaos.lane_run import JOBS, LANES, lane_chaos
from tests.nightly import nightly

pytestmark = [pytest.mark.mongo, pytest.mark.processes]


@nightly("minutes")
@pytest.mark.usefixtures("mongod_path")
@pytest.mark.parametrize("lane", sorted(LANES))
async def test_on_a_far_lane_no_job_starts_twice_and_every_job_ends(
    tmp_path: Path, lane: str
) -> None:
    report = await lane_chaos(tmp_path, lane=lane, seed=1)

    assert report.violations == []
    assert report.counts["runs"] >= JOBS - report.counts["jobs failed"]
