"""What tests of the domain share: a database in memory, a request, and makers of records."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from domain import passwords
from domain.database import Database
from domain.documents import Job, Lane, Project, Target, User, Workspace
from domain.instance import ensure_admin, ensure_instance
from domain.job_types import Catalogue, load_catalogue
from domain.permissions import UserRole, Viewer
from domain.resources import empty_slots
from domain.settings import Settings
from domain.use_cases.context import Request
from tests.fakes.memory import Memory

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

# Cores are shared: how long an example takes says nothing.
hypothesis_settings.register_profile(
    "lanekeeper", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("lanekeeper")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright's own loop must not get in the way of pytest-asyncio's."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that is marked `relion` is skipped by name where RELION is not installed."""
    if item.get_closest_marker("relion") and shutil.which("relion_refine") is None:
        pytest.skip("RELION is not installed (relion_refine)")


@pytest.fixture(autouse=True, scope="session")
def real_hasher() -> Iterator[PasswordHasher]:
    """The product's; in this process passwords are hashed with the least work that argon2 allows.

    A real hash takes a tenth of a second of all cores, and tests make hundreds.
    """
    real = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        least = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", least)
        yield real


@pytest.fixture(scope="session")
def memory() -> Memory:
    """The database in memory that all tests of the session use, one after the other."""
    return Memory()


@pytest_asyncio.fixture
async def database(memory: Memory) -> AsyncIterator[Database]:
    """An empty database in memory; it has no change streams, transactions or $$NOW."""
    await memory.bind()
    yield memory.database
    await memory.clear()


@cache
def built_in_types() -> Catalogue:
    """The job types without those of a site: to read them takes ten milliseconds."""
    return load_catalogue()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose files lie in the test's own directory."""
    return Settings(data_dir=tmp_path)


def viewer_of(user: User) -> Viewer:
    """The user as a caller with all its rights."""
    return Viewer(
        user_id=user.id,
        name=user.name,
        role=user.role,
        lanes=frozenset(user.lanes),
        may_set_priority=user.may_set_priority,
        default_priority=user.default_priority,
    )


@pytest_asyncio.fixture
async def request_context(database: Database, settings: Settings) -> Request:
    """An administrator's request on a fresh instance, at noon."""
    await ensure_instance(NOON, settings)
    admin = await ensure_admin(NOON)
    return Request(viewer_of(admin), NOON, settings, built_in_types())


@pytest.fixture
def make_user(database: Database) -> Callable[..., Awaitable[User]]:
    """Makes an ordinary user with access to lane `default`."""

    async def make(name: str = "anna", **values: Any) -> User:
        plain = User(id=name, name=name, role=UserRole.USER, lanes=["default"], created_at=NOON)
        user: User = plain.model_copy(update=values)
        await user.insert()
        return user

    return make


@pytest.fixture
def make_project(database: Database, tmp_path: Path) -> Callable[..., Awaitable[Project]]:
    """Makes P1 (or another) with workspace W1 and a directory of its own, owned by `admin`."""

    async def make(uid: str = "P1", **values: Any) -> Project:
        directory = tmp_path / uid
        directory.mkdir()
        project: Project = Project(
            id=uid,
            uid_num=int(uid[1:]),
            title=uid,
            project_dir=str(directory),
            owner_user_id="admin",
            created_at=NOON,
            updated_at=NOON,
        ).model_copy(update=values)
        await project.insert()
        await Workspace(
            id=f"{uid}-W1",
            project_uid=uid,
            uid="W1",
            uid_num=1,
            created_by="admin",
            created_at=NOON,
            updated_at=NOON,
        ).insert()
        return project

    return make


@pytest.fixture
def make_job(database: Database) -> Callable[..., Awaitable[Job]]:
    """Makes a job of project P1; `values` are any of its fields."""

    async def make(uid: str = "J1", project_uid: str = "P1", **values: Any) -> Job:
        job: Job = Job(
            id=f"{project_uid}-{uid}",
            project_uid=project_uid,
            project_uid_num=int(project_uid[1:]),
            uid=uid,
            uid_num=int(uid[1:]),
            workspace_uids=["W1"],
            created_by="admin",
            created_at=NOON,
            updated_at=NOON,
            type="simulate_data",
            type_version=1,
            category="simulations",
            job_dir=uid,
        ).model_copy(update=values)
        await job.insert()
        return job

    return make


@pytest.fixture
def make_target(database: Database) -> Callable[..., Awaitable[Target]]:
    """Makes a node with slots, and its lane if that is not there."""

    async def make(
        name: str = "node1", *, lane: str = "default", cpu: int = 4, gpu: int = 0, ram: int = 4
    ) -> Target:
        if await Lane.get(lane) is None:
            await Lane(id=lane, type="node", title=lane, created_at=NOON).insert()
        target = Target(
            id=name,
            type="node",
            lane=lane,
            title=name,
            hostname=name,
            cpu_cores=cpu,
            ram_gb=8 * ram,
            slots=empty_slots(cpu, 8 * ram, list(range(gpu))),
            created_at=NOON,
        )
        await target.insert()
        return target

    return make
