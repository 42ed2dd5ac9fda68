"""Signing in and out over HTTP: the printed address, the form, the cookie."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response as Answer
from starlette.routing import Route

from domain import clock
from domain.database import Database
from domain.documents import LoginSession
from domain.instance import ensure_admin
from domain.settings import Settings
from tests.web.client import ORIGIN, client
from web.sign_in import authenticate, cookie_name, make_one_time_token
from web.sign_in.credentials import MAX_BODY
from web.sign_in.endpoints import enter_with_token, sign_in, sign_out

COOKIE = "lanekeeper_session_8000"


@pytest.fixture
def settings() -> Settings:
    return Settings(port=8000, admin_token=SecretStr("let-me-in"))


@pytest_asyncio.fixture
async def browser(database: Database, settings: Settings) -> AsyncIterator[AsyncClient]:
    async def enter(request: Request) -> Answer:
        return await enter_with_token(request, settings)

    async def whoami(request: Request) -> Answer:
        cookie = request.cookies.get(cookie_name(settings))
        viewer = await authenticate(None, cookie, settings=settings, now=clock.now())
        return Answer(viewer.name if viewer else "nobody")

    routes = [
        Route("/", enter),
        Route("/whoami", whoami),
        Route("/sign-in", sign_in(settings), methods=["POST"]),
        Route("/sign-out", sign_out(settings), methods=["POST"]),
    ]
    async with client(routes) as opened:
        yield opened


async def one_time_token() -> str:
    admin = await ensure_admin(clock.now())
    return await make_one_time_token(admin.id, now=clock.now())


async def name_seen(browser: AsyncClient) -> str:
    return (await browser.get("/whoami")).text


async def test_the_printed_address_signs_its_first_visitor_in(browser: AsyncClient) -> None:
    response = await browser.get("/", params={"token": await one_time_token()})

    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert response.headers["cache-control"] == "no-store"
    assert await name_seen(browser) == "admin"


async def test_the_printed_address_works_once(browser: AsyncClient) -> None:
    token = await one_time_token()
    await browser.get("/", params={"token": token})
    browser.cookies.clear()

    again = await browser.get("/", params={"token": token})

    assert "set-cookie" not in again.headers
    assert await name_seen(browser) == "nobody"
    assert await LoginSession.count() == 1


async def test_no_page_script_can_read_the_cookie(browser: AsyncClient) -> None:
    response = await browser.post("/sign-in", json={"token": "let-me-in"})

    assert response.status_code == 204
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    "content",
    [b'{"token": "wrong"}', b'{"token": ""}', b"{}", b"[]", b"", b"\xff", b'{"token": null}'],
)
async def test_a_body_without_a_good_token_signs_nobody_in(
    browser: AsyncClient, content: bytes
) -> None:
    response = await browser.post("/sign-in", content=content)

    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert await LoginSession.count() == 0


async def test_a_body_too_large_for_any_token_is_refused_unread(browser: AsyncClient) -> None:
    padding = " " * MAX_BODY

    response = await browser.post("/sign-in", content=f'{{"token": "let-me-in"}}{padding}')

    assert response.status_code == 401


async def sign_in_from(browser: AsyncClient, headers: dict[str, str]) -> Response:
    return await browser.post("/sign-in", json={"token": "let-me-in"}, headers=headers)


async def test_a_foreign_page_cannot_sign_its_visitor_in(browser: AsyncClient) -> None:
    foreign = await sign_in_from(browser, {"origin": "http://evil.example"})
    own = await sign_in_from(browser, {"origin": ORIGIN})

    assert (foreign.status_code, own.status_code) == (403, 204)


async def test_signing_out_ends_the_session_everywhere(browser: AsyncClient) -> None:
    await browser.post("/sign-in", json={"token": "let-me-in"})
    kept = browser.cookies[COOKIE]

    response = await browser.post("/sign-out")

    assert response.status_code == 204
    browser.cookies.set(COOKIE, kept)
    assert await name_seen(browser) == "nobody"


async def test_a_foreign_page_cannot_sign_its_visitor_out(browser: AsyncClient) -> None:
    await browser.post("/sign-in", json={"token": "let-me-in"})

    response = await browser.post("/sign-out", headers={"sec-fetch-site": "cross-site"})

    assert response.status_code == 403
    assert await name_seen(browser) == "admin"
