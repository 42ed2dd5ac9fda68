"""What a visitor downloads before the first screen, and in all."""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
DIST = Path(__file__).parents[2] / "web/dashboard/dist"
FIRST_BYTES = 75_000
ALL_BYTES = 90_000


def weight(scripts: Iterable[Path]) -> int:
    return sum(len(gzip.compress(script.read_bytes())) for script in scripts)


def test_the_scripts_of_the_first_screen_weigh_at_most_75_kb_and_all_at_most_90() -> None:
    if not (DIST / "index.html").is_file():
        pytest.skip("the dashboard is not built")

    page = (DIST / "index.html").read_text()
    first = {DIST / path for path in re.findall(r'(?:src|href)="\./(assets/[^"]+\.js)"', page)}

    assert len(first) >= 1
    assert weight(first) <= FIRST_BYTES
    assert weight((DIST / "assets").glob("*.js")) <= ALL_BYTES
