"""Who a bearer token or a session's cookie belongs to, and when it belongs to nobody."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from domain import clock
from domain.database import Database
from domain.documents import ApiToken, User
from domain.permissions import Permission, UserRole
from domain.secrets_at_rest import hashed
from domain.settings import Settings
from web.sign_in import authenticate, close_session, open_session

MakeUser = Callable[..., Awaitable[User]]
SECOND = timedelta(seconds=1)
NOW = clock.now()
"""The real time: the database in memory forgets what has expired by the machine's clock."""
NOON = (NOW + timedelta(days=1)).replace(microsecond=0)
"""A whole second, as the database keeps it."""


async def make_token(
    secret: str,
    *,
    scopes: tuple[Permission, ...] = (Permission.READ, Permission.WRITE),
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> None:
    await ApiToken(
        id="token",
        user_id="anna",
        name="script",
        prefix=secret[:4],
        secret_hash=hashed(secret),
        scopes=list(scopes),
        created_at=NOW,
        expires_at=expires_at,
        revoked_at=revoked_at,
    ).insert()


async def name_of(
    settings: Settings,
    authorization: str | None,
    cookie: str | None = None,
    *,
    now: datetime = NOW,
) -> str | None:
    viewer = await authenticate(authorization, cookie, settings=settings, now=now)
    return viewer.name if viewer else None


async def test_nobody_is_signed_in_without_credentials(
    database: Database, settings: Settings
) -> None:
    assert await name_of(settings, None) is None


async def test_an_api_token_acts_for_its_user_within_its_scopes(
    make_user: MakeUser, settings: Settings
) -> None:
    await make_user(role=UserRole.ADMIN)
    await make_token("s3cret", scopes=(Permission.READ, Permission.WRITE))

    viewer = await authenticate("Bearer s3cret", None, settings=settings, now=NOW)

    assert viewer is not None
    assert (viewer.name, viewer.cap) == ("anna", Permission.WRITE)


@pytest.mark.parametrize(
    ("expires_at", "revoked_at", "scopes", "is_good"),
    [
        (None, None, (Permission.READ,), True),
        (NOW + SECOND, None, (Permission.READ,), True),
        (NOW, None, (Permission.READ,), False),
        (None, NOW - SECOND, (Permission.READ,), False),
        (None, None, (), False),
    ],
)
async def test_a_token_that_expired_was_revoked_or_may_nothing_is_nobodys(
    make_user: MakeUser,
    settings: Settings,
    expires_at: datetime | None,
    revoked_at: datetime | None,
    scopes: tuple[Permission, ...],
    is_good: bool,
) -> None:
    await make_user()
    await make_token("s3cret", scopes=scopes, expires_at=expires_at, revoked_at=revoked_at)

    assert (await name_of(settings, "Bearer s3cret") is not None) is is_good


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Bearer", "Basic s3cret", "s3cret"])
async def test_a_header_that_is_not_a_known_bearer_token_is_refused(
    make_user: MakeUser, settings: Settings, header: str
) -> None:
    await make_user()
    await make_token("s3cret")

    assert await name_of(settings, header) is None


async def test_a_wrong_bearer_token_is_not_made_good_by_a_cookie(
    make_user: MakeUser, settings: Settings
) -> None:
    user = await make_user()
    cookie = await open_session(user.id, settings=settings, now=NOW)

    assert await name_of(settings, None, cookie) == "anna"
    assert await name_of(settings, "Bearer wrong", cookie) is None


async def test_the_administrators_token_is_an_administrator(
    database: Database, settings: Settings
) -> None:
    set_up = settings.model_copy(update={"admin_token": SecretStr("let-me-in")})

    viewer = await authenticate("Bearer let-me-in", None, settings=set_up, now=NOW)

    assert viewer is not None
    assert viewer.is_admin
    assert await name_of(set_up, "Bearer let-me-i") is None


@pytest.mark.parametrize("admin_token", [None, SecretStr("")])
async def test_without_an_administrators_token_no_empty_secret_opens_the_door(
    database: Database, settings: Settings, admin_token: SecretStr | None
) -> None:
    unset = settings.model_copy(update={"admin_token": admin_token})

    assert await name_of(unset, "Bearer ") is None


async def last_active_at(name: str) -> datetime | None:
    user = await User.get(name)
    assert user is not None
    return user.last_active_at


async def test_when_a_user_was_last_here_is_noted_once_a_minute(
    make_user: MakeUser, settings: Settings
) -> None:
    user = await make_user()
    cookie = await open_session(user.id, settings=settings, now=NOON)
    noted = []

    for seconds in (0, 59, 60):
        await name_of(settings, None, cookie, now=NOON + seconds * SECOND)
        noted.append(await last_active_at("anna"))

    assert noted == [NOON, NOON, NOON + 60 * SECOND]


async def test_when_a_token_was_last_used_is_noted_but_not_of_one_that_is_refused(
    make_user: MakeUser, settings: Settings
) -> None:
    await make_user()
    await make_token("s3cret", expires_at=NOON + SECOND)

    await name_of(settings, "Bearer s3cret", now=NOON)
    await name_of(settings, "Bearer s3cret", now=NOON + 90 * SECOND)

    token = await ApiToken.get("token")
    assert token is not None
    assert token.last_used_at == NOON
    assert await last_active_at("anna") == NOON


async def test_a_caller_with_a_cookie_brings_its_session_and_one_with_a_token_none(
    make_user: MakeUser, settings: Settings
) -> None:
    user = await make_user()
    await make_token("s3cret")
    cookie = await open_session(user.id, settings=settings, now=NOW)

    by_cookie = await authenticate(None, cookie, settings=settings, now=NOW)
    by_token = await authenticate("Bearer s3cret", None, settings=settings, now=NOW)

    assert by_cookie is not None
    assert by_token is not None
    assert (by_cookie.session_id, by_token.session_id) == (hashed(cookie), None)


async def test_a_disabled_user_is_nobody_by_cookie_and_by_token(
    make_user: MakeUser, settings: Settings
) -> None:
    user = await make_user(disabled=True)
    cookie = await open_session(user.id, settings=settings, now=NOW)
    await make_token("s3cret")

    assert await name_of(settings, None, cookie) is None
    assert await name_of(settings, "Bearer s3cret") is None


async def test_a_session_ends_when_its_time_is_over(
    make_user: MakeUser, settings: Settings
) -> None:
    user = await make_user()
    cookie = await open_session(user.id, settings=settings, now=NOW)
    end = NOW + timedelta(seconds=settings.session_ttl_s)

    assert await name_of(settings, None, cookie, now=end - SECOND) == "anna"
    assert await name_of(settings, None, cookie, now=end) is None


async def test_a_session_ends_when_its_user_signs_out(
    make_user: MakeUser, settings: Settings
) -> None:
    user = await make_user()
    closed = await open_session(user.id, settings=settings, now=NOW)
    other = await open_session(user.id, settings=settings, now=NOW)

    await close_session(closed)

    assert await name_of(settings, None, closed) is None
    assert await name_of(settings, None, other) == "anna"


async def test_the_database_holds_no_secret_of_a_session_or_a_token(
    make_user: MakeUser, settings: Settings, database: Database
) -> None:
    user = await make_user()
    cookie = await open_session(user.id, settings=settings, now=NOW)
    await make_token("s3cret-of-a-script")

    stored = [
        repr(row)
        for name in await database.list_collection_names()
        for row in await database[name].find({}).to_list(100)
    ]

    assert stored
    assert [row for row in stored if cookie in row or "s3cret-of-a-script" in row] == []
