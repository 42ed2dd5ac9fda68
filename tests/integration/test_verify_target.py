"""Trying a target out: from the request to the scheduler's answer, through the real feed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain import clock
from domain.database import Database
from domain.documents import Target, TargetCheck
from domain.errors import NotFound
from domain.instance import ensure_admin, ensure_instance
from domain.job_types import Catalogue
from domain.live.changes import Kind
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from domain.settings import Settings
from domain.transaction import in_transaction
from domain.use_cases.context import Request
from domain.use_cases.verify_target import verify_target
from scheduler.installed_programs import InstalledPrograms
from scheduler.target_checks import TargetChecks
from tests.conftest import built_in_types, viewer_of
from tests.fakes.executor import FakeExecutor

pytestmark = pytest.mark.mongo


@pytest_asyncio.fixture
async def hub(real_database: Database) -> AsyncIterator[Hub]:
    hub = Hub(DatabaseHistory(real_database))
    async with Feed(real_database, hub, await_ms=50):
        yield hub


@pytest_asyncio.fixture
async def asked(real_database: Database, tmp_path: Path) -> Request:
    """An administrator's request, on an instance with the target `here`."""
    settings = Settings(data_dir=tmp_path)
    await ensure_instance(clock.now(), settings)
    admin = await ensure_admin(clock.now())
    await Target(
        id="here",
        type="node",
        lane="default",
        title="here",
        hostname="here",
        created_at=clock.now(),
    ).insert()
    return Request(viewer_of(admin), clock.now(), settings, built_in_types())


async def serve(hub: Hub, checks: TargetChecks) -> None:
    """What the loop of a scheduler does about trials."""
    async with hub.listen(lambda change: change.kind is Kind.TARGET_CHECKS) as listener:
        while True:
            await checks.go_on()
            await listener.wait(30)


async def test_the_scheduler_answers_though_the_request_is_in_a_transaction(
    real_database: Database, hub: Hub, asked: Request, tmp_path: Path
) -> None:
    """What a transaction has written nobody sees: the trial must not be part of it."""
    executors = {"here": FakeExecutor()}
    programs = InstalledPrograms(Catalogue(), executors)
    checks = TargetChecks(executors, tmp_path, clock.now, programs=programs)
    scheduler = asyncio.create_task(serve(hub, checks))

    async def verify() -> tuple[Target, TargetCheck]:
        return await verify_target(asked, "here", hub, timeout_s=30)

    target, check = await in_transaction(real_database, verify)

    scheduler.cancel()
    assert check.reachable is True
    assert "8 cores, 64 GiB" in (check.output or "")
    assert target.online


async def test_without_a_scheduler_nothing_is_pretended(hub: Hub, asked: Request) -> None:
    target, check = await verify_target(asked, "here", hub, timeout_s=0.1)

    assert (check.reachable, check.output, check.answered_at) == (None, None, None)
    assert not target.online


async def test_a_target_that_is_not_there_is_not_tried(hub: Hub, asked: Request) -> None:
    with pytest.raises(NotFound):
        await verify_target(asked, "nowhere", hub)

    assert await TargetCheck.find_all().to_list() == []
