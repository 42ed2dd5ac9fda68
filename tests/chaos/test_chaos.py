"""A short round of chaos in the ordinary suite; `make chaos MINUTES=5` for more."""

import os
from pathlib import Path

import pytest

from tests.chaos.run import chaos

pytestmark = [pytest.mark.mongo, pytest.mark.processes]
SECONDS = float(os.environ.get("LANEKEEPER_CHAOS_SECONDS", "20"))


@pytest.mark.usefixtures("mongod_path")
async def test_inv_001_to_016_hold_while_everything_is_killed(tmp_path: Path) -> None:
    report = await chaos(tmp_path, seed=1, seconds=SECONDS)

    assert report.violations == []
    assert report.counts["runs"] > 0
