"""API tokens: never more than their owner, shown once, worthless once revoked."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.documents import ApiToken, User
from domain.error_codes import ErrorCode
from domain.errors import BadInput, Forbidden, NotFound
from domain.permissions import Permission
from domain.secrets_at_rest import hashed
from domain.use_cases.api_tokens import MAX_NAME, create_api_token, revoke_api_token
from domain.use_cases.context import Request
from tests.conftest import NOON, viewer_of

MakeUser = Callable[..., Awaitable[User]]
READ, WRITE, ADMIN = Permission


async def test_only_the_hash_and_the_first_characters_of_a_secret_are_stored(
    request_context: Request,
) -> None:
    token, secret = await create_api_token(request_context, name=" nightly ", scopes=[WRITE, READ])

    row = await ApiToken.rows().find_one({"_id": token.id})
    assert row is not None
    assert row["secret_hash"] == hashed(secret)
    assert secret.startswith("lk_")
    assert row["prefix"] == secret[:9]
    assert secret not in repr(row)
    assert (row["name"], row["scopes"]) == ("nightly", ["READ", "WRITE"])


@pytest.mark.parametrize(
    ("cap", "scopes", "allowed"),
    [
        (ADMIN, [READ, WRITE], True),
        (ADMIN, [ADMIN], False),
        (WRITE, [WRITE], True),
        (READ, [READ], True),
        (READ, [READ, WRITE], False),
    ],
)
async def test_a_token_is_never_more_than_the_credentials_that_made_it(
    request_context: Request,
    make_user: MakeUser,
    cap: Permission,
    scopes: list[Permission],
    allowed: bool,
) -> None:
    viewer = replace(viewer_of(await make_user("anna")), cap=cap)
    request = replace(request_context, viewer=viewer)

    if allowed:
        await create_api_token(request, name="script", scopes=scopes)
    else:
        with pytest.raises(Forbidden):
            await create_api_token(request, name="script", scopes=scopes)

    assert await ApiToken.count() == allowed


@pytest.mark.parametrize("name", ["", "  ", "x" * (MAX_NAME + 1), "a\0b"])
async def test_a_token_needs_a_name(request_context: Request, name: str) -> None:
    with pytest.raises(BadInput) as refusal:
        await create_api_token(request_context, name=name, scopes=[READ])

    assert refusal.value.path == ["name"]
    assert await ApiToken.count() == 0


async def test_a_token_expires_in_the_future_and_has_a_scope(request_context: Request) -> None:
    with pytest.raises(BadInput) as past:
        await create_api_token(request_context, name="x", scopes=[READ], expires_at=NOON)
    with pytest.raises(BadInput) as empty:
        await create_api_token(request_context, name="x", scopes=[])

    assert (past.value.path, empty.value.path) == (["expiresAt"], ["scopes"])
    assert await ApiToken.count() == 0


async def test_a_token_is_revoked_for_good_by_its_owner(
    request_context: Request, make_user: MakeUser
) -> None:
    request = replace(request_context, viewer=viewer_of(await make_user("anna")))
    token, _ = await create_api_token(request, name="script", scopes=[READ])

    revoked = await revoke_api_token(request, token.id)
    again = await revoke_api_token(replace(request, now=NOON + timedelta(days=1)), token.id)

    assert (revoked.revoked_at, again.revoked_at) == (NOON, NOON)


async def test_somebody_elses_token_is_not_there_but_for_an_administrator(
    request_context: Request, make_user: MakeUser
) -> None:
    annas = replace(request_context, viewer=viewer_of(await make_user("anna")))
    bens = replace(request_context, viewer=viewer_of(await make_user("ben")))
    token, _ = await create_api_token(annas, name="script", scopes=[READ])

    with pytest.raises(NotFound) as refusal:
        await revoke_api_token(bens, token.id)

    assert refusal.value.code is ErrorCode.NOT_FOUND
    assert (await ApiToken.get(token.id)).revoked_at is None  # type: ignore[union-attr]
    assert (await revoke_api_token(request_context, token.id)).revoked_at == NOON
