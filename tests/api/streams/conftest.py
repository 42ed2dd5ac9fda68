"""The schema over a real database, for streams."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from domain.database import Database
from tests.api.streams.live import Live, live_over


@pytest_asyncio.fixture
async def live(real_database: Database, tmp_path: Path) -> AsyncIterator[Live]:
    """An instance with `anna`, `bert` and an administrator."""
    async with live_over(real_database, tmp_path) as opened:
        yield opened
