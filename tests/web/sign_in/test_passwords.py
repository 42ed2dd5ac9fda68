"""Signing in with a user name and a password: the page, the answers, the brake on guessing."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from starlette.requests import Request
from starlette.responses import Response as Answer
from starlette.routing import Route

from domain import clock, passwords
from domain.database import Database
from domain.documents import LoginSession, SignInTries, User
from domain.guessing import MOST_TRIES, may_try
from domain.settings import Settings
from tests.web.client import client
from web.sign_in import authenticate, cookie_name
from web.sign_in.endpoints import show_sign_in, sign_in
from web.sign_in.page import SIGN_IN_POLICY, sign_in_page
from web.sign_in.who import BAD_PASSWORD

PASSWORD = "long & easy"
NOW = datetime(2100, 1, 1, 12, tzinfo=UTC)
"""In the future: a database forgets counts that have expired, also one in memory."""


@pytest.fixture
def settings() -> Settings:
    return Settings(port=8000, base_path="/lk", instance_name="<Lab>")


@pytest_asyncio.fixture
async def browser(database: Database, settings: Settings) -> AsyncIterator[AsyncClient]:
    async def whoami(request: Request) -> Answer:
        cookie = request.cookies.get(cookie_name(settings))
        viewer = await authenticate(None, cookie, settings=settings, now=clock.now())
        return Answer(viewer.name if viewer else "nobody")

    routes = [
        Route("/lk/whoami", whoami),
        Route("/lk/sign-in", show_sign_in(settings), methods=["GET"]),
        Route("/lk/sign-in", sign_in(settings), methods=["POST"]),
    ]
    for name, disabled in (("anna", False), ("gone", True)):
        password_hash = await passwords.hash_password(PASSWORD)
        await User(
            id=name, name=name, password_hash=password_hash, disabled=disabled, created_at=NOW
        ).insert()
    await User(id="by-link", name="by-link", created_at=NOW).insert()
    async with client(routes) as opened:
        yield opened


async def send_form(browser: AsyncClient, **fields: str) -> Response:
    return await browser.post("/lk/sign-in", data=fields)


async def test_the_form_signs_in_and_goes_on_to_the_page_that_was_asked_for(
    browser: AsyncClient,
) -> None:
    response = await send_form(browser, name="anna", password=PASSWORD, to="jobs=1&p=P3")

    assert (response.status_code, response.headers["location"]) == (303, "/lk/?jobs=1&p=P3")
    assert (await browser.get("/lk/whoami")).text == "anna"


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "\r\nset-cookie: a=b"])
async def test_no_form_leads_away_from_here(browser: AsyncClient, to: str) -> None:
    response = await send_form(browser, name="anna", password=PASSWORD, to=to)

    assert response.headers["location"].startswith("/lk/?")
    assert list(response.cookies) == ["lanekeeper_session_8000"]


async def test_a_program_signs_in_with_json(browser: AsyncClient) -> None:
    good = await browser.post("/lk/sign-in", json={"name": "anna", "password": PASSWORD})
    bad = await browser.post("/lk/sign-in", json={"name": "anna", "password": "guess"})

    assert (good.status_code, good.content) == (204, b"")
    assert (bad.status_code, bad.json()) == (401, {"message": BAD_PASSWORD})


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", "wrong"),
        ("anna", ""),
        ("anna", "x" * 2000),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("by-link", ""),
        ("by-link", "nobody's password"),
        ("", PASSWORD),
    ],
)
async def test_whoever_is_not_let_in_gets_one_and_the_same_answer(
    browser: AsyncClient, name: str, password: str
) -> None:
    response = await send_form(browser, name=name, password=password)

    assert response.status_code == 401
    assert f'<p class="problem" role="alert">{BAD_PASSWORD}</p>' in response.text
    assert await LoginSession.count() == 0


async def test_a_password_is_compared_for_a_user_who_is_not_there_too(
    browser: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []

    def matches(password: str, password_hash: str | None) -> bool:
        compared.append(password_hash)
        return False

    monkeypatch.setattr(passwords, "_matches", matches)

    for name in ("nobody", "by-link", "anna"):
        await send_form(browser, name=name, password=PASSWORD)

    assert [found is None for found in compared] == [True, True, False]


async def test_after_five_tries_even_the_right_password_waits(
    browser: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)  # all within one minute

    for _ in range(MOST_TRIES):
        await send_form(browser, name="anna", password="guess")

    refused = await send_form(browser, name="anna", password=PASSWORD)
    other = await send_form(browser, name="gone", password=PASSWORD)

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert other.status_code == 401
    assert await LoginSession.count() == 0


async def test_tries_count_by_name_address_and_minute(database: Database) -> None:
    for _ in range(MOST_TRIES):
        assert await may_try("anna", "10.0.0.1", now=NOW)

    assert not await may_try("anna", "10.0.0.1", now=NOW)
    assert await may_try("ben", "10.0.0.1", now=NOW)
    assert await may_try("anna", "10.0.0.2", now=NOW)
    assert await may_try("anna", "10.0.0.1", now=NOW + timedelta(minutes=1))


async def test_a_right_password_ends_the_count(browser: AsyncClient) -> None:
    for _ in range(2 * MOST_TRIES):
        response = await send_form(browser, name="anna", password=PASSWORD)
        assert response.status_code == 303

    assert await SignInTries.count() == 0


async def test_what_was_typed_is_stored_nowhere(browser: AsyncClient, database: Database) -> None:
    await send_form(browser, name="my password by mistake", password="guessed-password")

    stored = [
        repr(row)
        for name in await database.list_collection_names()
        for row in await database[name].find({}).to_list(100)
    ]

    assert [row for row in stored if "by mistake" in row or "guessed" in row] == []


async def test_the_page_needs_no_script_and_nothing_from_elsewhere(browser: AsyncClient) -> None:
    response = await browser.get("/lk/sign-in")

    assert response.status_code == 200
    assert response.headers["content-security-policy"] == SIGN_IN_POLICY
    assert "script" not in response.text
    assert "style=" not in response.text
    links = re.findall(r'(?:href|src|action)="([^"]*)"', response.text)
    assert set(links) == {"/lk/favicon.svg", "/lk/sign-in"}


async def test_every_field_of_the_page_that_is_shown_has_a_label(browser: AsyncClient) -> None:
    text = (await browser.get("/lk/sign-in")).text

    fields = set(re.findall(r'<input id="(\w+)"', text))

    assert fields == {"name", "password", "token"}
    assert fields == set(re.findall(r'<label for="(\w+)"', text))


async def test_the_page_shows_what_was_given_as_text_only(settings: Settings) -> None:
    body = bytes(sign_in_page(settings, to='"><b>', name='"><i>', problem="<u>").body).decode()

    assert "&lt;Lab&gt;" in body
    assert [mark for mark in ("<b>", "<i>", "<u>", "<Lab>") if mark in body] == []


async def test_who_is_signed_in_is_sent_on(browser: AsyncClient) -> None:
    await send_form(browser, name="anna", password=PASSWORD)

    response = await browser.get("/lk/sign-in")

    assert (response.status_code, response.headers["location"]) == (303, "/lk/")
