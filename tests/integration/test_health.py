"""/healthz, /readyz and /metrics, on a real database: the lease is read by its clock."""

from datetime import datetime, timedelta

import pytest
from httpx import Response
from pydantic import SecretStr
from starlette.routing import Route

from domain import clock
from domain.database import Database, connect
from domain.documents import DOCUMENTS, Lease
from domain.settings import Settings
from tests.integration.mongod import Mongod
from tests.web.client import client
from web import health

pytestmark = pytest.mark.mongo
MINUTE = timedelta(minutes=1)


async def lead(*, expires_at: datetime, ready_at: datetime | None) -> None:
    await Lease(holder="one", term=1, expires_at=expires_at, ready_at=ready_at).insert()


async def asked(database: Database, endpoint: str) -> Response:
    routes = [
        Route("/healthz", health.healthz(database)),
        Route("/readyz", health.readyz(database)),
    ]
    async with client(routes) as opened:
        return await opened.get(endpoint)


async def test_it_is_healthy_once_a_scheduler_leads_and_is_ready(real_database: Database) -> None:
    await lead(expires_at=clock.now() + MINUTE, ready_at=clock.now())

    response = await asked(real_database, "/healthz")

    assert response.status_code == 200
    assert response.json() == {"api": True, "database": True, "scheduler": True}


async def test_it_is_unhealthy_while_nobody_leads(real_database: Database) -> None:
    response = await asked(real_database, "/healthz")

    assert response.status_code == 503
    assert response.json() == {"api": True, "database": True, "scheduler": False}


async def test_a_leader_that_is_still_recovering_is_not_ready(real_database: Database) -> None:
    await lead(expires_at=clock.now() + MINUTE, ready_at=None)

    assert (await asked(real_database, "/healthz")).status_code == 503


async def test_a_leader_whose_lease_ran_out_does_not_count(real_database: Database) -> None:
    await lead(expires_at=clock.now() - MINUTE, ready_at=clock.now() - MINUTE)

    assert (await asked(real_database, "/healthz")).status_code == 503


async def test_an_api_may_be_used_while_nobody_schedules(real_database: Database) -> None:
    response = await asked(real_database, "/readyz")

    assert (response.status_code, response.json()) == (200, {"api": True, "database": True})


async def test_a_database_that_is_gone_is_told_within_seconds(own_mongod: Mongod) -> None:
    async with connect(own_mongod.url, "test", DOCUMENTS, timeout_s=3) as database:
        own_mongod.kill9()

        response = await asked(database, "/healthz")

    assert response.status_code == 503
    assert response.json() == {"api": True, "database": False, "scheduler": False}


async def metrics(token: str) -> Response:
    settings = Settings(admin_token=SecretStr("let-me-in"))
    async with client([Route("/metrics", health.metrics(settings))]) as opened:
        return await opened.get("/metrics", headers={"authorization": f"Bearer {token}"})


async def test_metrics_are_for_administrators(real_database: Database) -> None:
    refused = await metrics("wrong")
    shown = await metrics("let-me-in")

    assert (refused.status_code, refused.text) == (401, "")
    assert shown.status_code == 200
    assert "python_info" in shown.text
