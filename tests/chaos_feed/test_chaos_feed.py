"""A short run in the ordinary suite, and the faults that its referee finds; `make chaos-feed`."""

from pathlib import Path

import pytest

from tests.chaos_feed.run import Size, chaos_feed
from tests.nightly import nightly

pytestmark = [pytest.mark.mongo, pytest.mark.processes]
SHORT = Size(
    changes=1000,
    writers=4,
    followers=10,
    reconnects=8,
    api_kills=1,
    mongod_kills=0,
    rollovers=1,
    oplog_mb=2,
)
PLANTED = {
    "drop_changes": "in the database",
    "tell_twice": "DELTA at",
    "hush_resets": "instead of RESET",
}


@pytest.mark.usefixtures("mongod_path")
async def test_inv_009_and_010_every_follower_ends_with_what_the_database_has(
    tmp_path: Path,
) -> None:
    report = await chaos_feed(tmp_path, SHORT, seed=1, planted=None)

    assert report.violations == []
    assert report.counts["resets"] >= report.counts["lost cursors"] > 0


@nightly("minutes")
@pytest.mark.parametrize("fault", PLANTED)
@pytest.mark.usefixtures("mongod_path")
async def test_a_fault_that_is_planted_in_the_feed_is_found(tmp_path: Path, fault: str) -> None:
    report = await chaos_feed(tmp_path, SHORT, seed=1, planted=fault, calm_s=15)

    assert any(PLANTED[fault] in violation for violation in report.violations)
