"""What a visitor downloads before the first screen."""

import gzip
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
ASSETS = Path(__file__).parents[2] / "web/dashboard/dist/assets"
LIMIT_BYTES = 130_000


def test_the_scripts_of_the_dashboard_weigh_at_most_130_kb() -> None:
    scripts = sorted(ASSETS.glob("*.js"))
    if not scripts:
        pytest.skip("the dashboard is not built")

    weight = sum(len(gzip.compress(script.read_bytes())) for script in scripts)

    assert weight <= LIMIT_BYTES
