"""Passwords: who may set whose, and what that ends."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain import clock
from domain.documents import LoginSession, User
from domain.error_codes import ErrorCode
from domain.errors import BadInput, Forbidden
from domain.passwords import hash_password, is_password
from domain.permissions import Permission
from domain.use_cases.context import Request
from domain.use_cases.set_password import set_password
from domain.use_cases.users import UserRef
from tests.conftest import NOON, viewer_of

MakeUser = Callable[..., Awaitable[User]]
OLD, NEW = "the old password", "the new password"


@pytest.fixture
def request_context(request_context: Request) -> Request:
    """The request at the real time: the database in memory forgets old tries by the clock."""
    return replace(request_context, now=clock.now())


async def anna_with(make_user: MakeUser, password: str | None) -> User:
    return await make_user(
        "anna", password_hash=await hash_password(password) if password else None
    )


async def has_password(user_id: str, password: str) -> bool:
    user = await User.get(user_id)
    assert user is not None
    return await is_password(password, user.password_hash)


@pytest.mark.parametrize("current", [None, "", "a wrong password"])
async def test_ones_own_password_is_changed_with_the_present_one_only(
    request_context: Request, make_user: MakeUser, current: str | None
) -> None:
    request = replace(request_context, viewer=viewer_of(await anna_with(make_user, OLD)))

    with pytest.raises(BadInput) as refusal:
        await set_password(request, new_password=NEW, current_password=current)

    assert (refusal.value.code, refusal.value.path) == (
        ErrorCode.BAD_PASSWORD,
        ["currentPassword"],
    )
    assert await has_password("anna", OLD)

    await set_password(request, new_password=NEW, current_password=OLD)

    assert await has_password("anna", NEW)


async def test_an_administrator_sets_anybodys_password_but_needs_the_present_one_for_the_own(
    request_context: Request, make_user: MakeUser
) -> None:
    await anna_with(make_user, OLD)
    await set_password(request_context, new_password=OLD)

    await set_password(request_context, new_password=NEW, wanted=UserRef(name="anna"))

    assert await has_password("anna", NEW)
    with pytest.raises(BadInput):
        await set_password(request_context, new_password=NEW, wanted=UserRef(name="admin"))
    assert await has_password("admin", OLD)


async def test_a_user_cannot_set_somebody_elses(
    request_context: Request, make_user: MakeUser
) -> None:
    await anna_with(make_user, OLD)
    request = replace(request_context, viewer=viewer_of(await make_user("ben")))

    with pytest.raises(Forbidden):
        await set_password(request, new_password=NEW, wanted=UserRef(name="anna"))

    assert await has_password("anna", OLD)


async def test_a_token_cannot_give_its_user_a_first_password_to_sign_in_with(
    request_context: Request, make_user: MakeUser
) -> None:
    viewer = viewer_of(await anna_with(make_user, None))
    by_token = replace(request_context, viewer=replace(viewer, cap=Permission.WRITE))

    with pytest.raises(Forbidden):
        await set_password(by_token, new_password=NEW)

    assert not await has_password("anna", NEW)
    await set_password(replace(request_context, viewer=viewer), new_password=NEW)
    assert await has_password("anna", NEW)


async def test_a_new_password_ends_the_users_other_sessions(
    request_context: Request, make_user: MakeUser
) -> None:
    viewer = replace(viewer_of(await anna_with(make_user, None)), session_id="mine")
    end = clock.now() + timedelta(days=1)  # the database forgets what has expired by itself
    for id, user in (("mine", "anna"), ("lost", "anna"), ("bens", "ben")):
        await LoginSession(id=id, user_id=user, created_at=NOON, expires_at=end).insert()

    await set_password(replace(request_context, viewer=viewer), new_password=NEW)

    assert sorted([session.id async for session in LoginSession.find_all()]) == ["bens", "mine"]


async def test_a_weak_new_password_changes_nothing(
    request_context: Request, make_user: MakeUser
) -> None:
    request = replace(request_context, viewer=viewer_of(await anna_with(make_user, OLD)))

    with pytest.raises(BadInput) as refusal:
        await set_password(request, new_password="1234567", current_password=OLD)

    assert (refusal.value.code, refusal.value.path) == (ErrorCode.BAD_PASSWORD, ["newPassword"])
    assert await has_password("anna", OLD)
