"""The schema over a real database, for streams."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from domain.database import connect
from domain.documents import DOCUMENTS
from tests.api.streams.live import Live, live_over
from tests.integration.mongod import Mongod


@pytest_asyncio.fixture
async def live(mongod: Mongod, tmp_path: Path) -> AsyncIterator[Live]:
    """An instance with `anna`, `bert` and an administrator.

    The database is emptied, not dropped, after each test: to make its indexes takes a second.
    """
    async with connect(mongod.url, "test_streams", DOCUMENTS) as database:
        async with live_over(database, tmp_path) as opened:
            yield opened
        for document in DOCUMENTS:
            await document.get_motor_collection().delete_many({})
