"""The whole application in one process: every door, and where it stands behind a proxy."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from domain.settings import Settings
from tests.integration.mongod import Mongod
from web.app import application

pytestmark = pytest.mark.mongo
ASK = {"query": "{ viewer { name } }"}


@asynccontextmanager
async def opened(
    mongod: Mongod, base_path: str = "", database: str | None = None
) -> AsyncIterator[AsyncClient]:
    """A client of an application of its own, over a database of its own unless one is named."""
    settings = Settings(
        mongodb_url=SecretStr(mongod.url),
        database=database or f"test_{uuid.uuid4().hex[:12]}",
        admin_token=SecretStr("let-me-in"),
        base_path=base_path,
    )
    async with application(settings) as app:
        transport = ASGITransport(app)
        async with AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            yield client


@pytest_asyncio.fixture
async def browser(mongod: Mongod) -> AsyncIterator[AsyncClient]:
    async with opened(mongod) as client:
        yield client


async def test_signing_in_by_form_opens_the_api_to_the_page(browser: AsyncClient) -> None:
    before = await browser.post("/graphql", json=ASK)
    await browser.post("/sign-in", json={"token": "let-me-in"})
    after = await browser.post("/graphql", json=ASK)

    assert "data" not in before.json()
    assert before.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert after.json()["data"] == {"viewer": {"name": "admin"}}


async def test_a_browser_without_a_session_is_shown_the_sign_in_page_and_then_the_dashboard(
    browser: AsyncClient,
) -> None:
    before = await browser.get("/?jobs=1")
    await browser.post("/sign-in", json={"token": "let-me-in"})
    after = await browser.get("/?jobs=1")

    assert '<form method="post" action="/sign-in">' in before.text
    assert '<input type="hidden" name="to" value="jobs=1">' in before.text
    assert '<form method="post"' not in after.text


async def test_a_session_does_not_answer_to_a_foreign_page(browser: AsyncClient) -> None:
    await browser.post("/sign-in", json={"token": "let-me-in"})

    response = await browser.post("/graphql", json=ASK, headers={"sec-fetch-site": "cross-site"})

    assert "data" not in response.json()
    assert response.json()["errors"] != []


async def test_the_schema_can_be_read_as_text(browser: AsyncClient) -> None:
    response = await browser.get("/graphql/schema.graphql")

    assert response.status_code == 200
    assert "type Query {" in response.text


async def test_every_answer_carries_the_security_headers(browser: AsyncClient) -> None:
    paths = ["/", "/playground/", "/graphql", "/healthz", "/files/x/y", "/nothing", "/assets/no.js"]

    found = {path: (await browser.get(path)).headers for path in paths}

    assert {path: h.get("x-content-type-options") for path, h in found.items()} == dict.fromkeys(
        paths, "nosniff"
    )


async def test_a_foreign_host_name_meets_a_closed_door(browser: AsyncClient) -> None:
    response = await browser.get("/healthz", headers={"host": "evil.example"})

    assert response.status_code == 400


async def test_the_playground_is_found_without_its_slash(browser: AsyncClient) -> None:
    response = await browser.get("/playground")

    assert (response.status_code, response.headers["location"]) == (307, "/playground/")


async def test_behind_a_proxy_everything_stands_below_its_path(mongod: Mongod) -> None:
    async with opened(mongod, "/lanekeeper") as client:
        outside = await client.get("/readyz")
        inside = await client.get("/lanekeeper/readyz")
        playground = await client.get("/lanekeeper/playground")
        signed_in = await client.post("/lanekeeper/sign-in", json={"token": "let-me-in"})
        answer = await client.post("/lanekeeper/graphql", json=ASK)

    assert (outside.status_code, inside.status_code) == (404, 200)
    assert playground.headers["location"] == "/lanekeeper/playground/"
    assert "Path=/lanekeeper/" in signed_in.headers["set-cookie"]
    assert answer.json()["data"] == {"viewer": {"name": "admin"}}


async def test_a_session_opened_at_one_api_is_good_at_the_next(mongod: Mongod) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    async with opened(mongod, database=name) as first, opened(mongod, database=name) as second:
        await first.post("/sign-in", json={"token": "let-me-in"})
        second.cookies.update(first.cookies)

        answer = await second.post("/graphql", json=ASK)

        await first.post("/sign-out")
        signed_out = await second.post("/graphql", json=ASK)

    assert answer.json()["data"] == {"viewer": {"name": "admin"}}
    assert "data" not in signed_out.json()
