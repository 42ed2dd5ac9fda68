"""Accounts: who may make and change them, and what they may hold."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import clock
from domain.documents import LoginSession, User
from domain.error_codes import ErrorCode
from domain.errors import BadInput, DomainError, Forbidden, InUse, LaneRefused, RevisionConflict
from domain.passwords import is_password
from domain.permissions import Permission, UserRole
from domain.use_cases.context import Request
from domain.use_cases.users import UserChanges, UserRef, create_user, update_user
from tests.conftest import NOON, viewer_of

MakeUser = Callable[..., Awaitable[User]]
ANNA = UserRef(name="anna")


async def sign_in(user_id: str) -> None:
    end = clock.now() + timedelta(days=1)  # the database forgets what has expired by itself
    await LoginSession(
        id=f"of-{user_id}", user_id=user_id, created_at=NOON, expires_at=end
    ).insert()


async def test_a_new_user_may_use_all_present_lanes_and_has_the_password_as_a_hash_only(
    request_context: Request,
) -> None:
    user = await create_user(request_context, name="anna", password="long enough", values={})

    assert (user.role, user.lanes, user.disabled) == (UserRole.USER, ["default"], False)
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
    assert await is_password("long enough", user.password_hash)


async def test_a_name_is_given_once(request_context: Request, make_user: MakeUser) -> None:
    await make_user("anna")

    with pytest.raises(InUse) as refusal:
        await create_user(request_context, name="anna", password="long enough", values={})

    assert refusal.value.code is ErrorCode.NAME_TAKEN
    assert await User.find({"name": "anna"}).count() == 1


@pytest.mark.parametrize("name", ["", " ", "anna b", "-x", "../x", "a\n", "ä", "a" * 65])
async def test_a_name_that_could_be_mistaken_is_refused(
    request_context: Request, name: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        await create_user(request_context, name=name, password="long enough", values={})

    assert refusal.value.path == ["name"]
    assert await User.count() == 1


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025, "\ud800" * 8])
async def test_a_weak_first_password_is_refused(request_context: Request, password: str) -> None:
    with pytest.raises(BadInput) as refusal:
        await create_user(request_context, name="anna", password=password, values={})

    assert refusal.value.code is ErrorCode.BAD_PASSWORD
    assert await User.count() == 1


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"default_priority": 101}, ["defaultPriority"]),
        ({"default_priority": -1}, ["defaultPriority"]),
        ({"email": "nobody"}, ["email"]),
        ({"first_name": "x" * 201}, ["firstName"]),
        ({"last_name": "a\0b"}, ["last_name"]),
    ],
)
async def test_values_that_cannot_be_meant_are_refused(
    request_context: Request, make_user: MakeUser, changes: UserChanges, path: list[str]
) -> None:
    await make_user("anna")

    with pytest.raises(BadInput) as refusal:
        await update_user(request_context, ANNA, changes)

    assert refusal.value.path == path
    assert (await User.get("anna")).revision == 1  # type: ignore[union-attr]


async def test_a_lane_that_is_not_there_cannot_be_given(
    request_context: Request, make_user: MakeUser
) -> None:
    await make_user("anna")

    with pytest.raises(LaneRefused) as refusal:
        await update_user(request_context, ANNA, {"lanes": ["default", "gpu"]})

    assert (refusal.value.code, refusal.value.lane) == (ErrorCode.LANE_NOT_FOUND, "gpu")


async def test_what_is_left_out_stays_and_null_clears(
    request_context: Request, make_user: MakeUser
) -> None:
    await make_user("anna", email="a@b", first_name="Anna", default_priority=7)

    changed = await update_user(request_context, ANNA, {"default_priority": None, "lanes": []})

    assert (changed.default_priority, changed.lanes) == (None, [])
    assert (changed.email, changed.first_name) == ("a@b", "Anna")
    assert changed.revision == 2


async def test_a_change_to_what_was_changed_meanwhile_is_refused(
    request_context: Request, make_user: MakeUser
) -> None:
    await make_user("anna", revision=5)

    with pytest.raises(RevisionConflict) as refusal:
        await update_user(request_context, ANNA, {"first_name": "A"}, expected_revision=4)

    assert (refusal.value.expected, refusal.value.current) == (4, 5)
    assert (await User.get("anna")).first_name == ""  # type: ignore[union-attr]


@pytest.mark.parametrize("changes", [{"role": UserRole.USER}, {"disabled": True}])
async def test_the_last_enabled_administrator_stays_one(
    request_context: Request, make_user: MakeUser, changes: UserChanges
) -> None:
    await make_user("old", role=UserRole.ADMIN, disabled=True)

    with pytest.raises(BadInput) as refusal:
        await update_user(request_context, UserRef(name="admin"), changes)

    assert refusal.value.code is ErrorCode.LAST_ADMIN
    admin = await User.get("admin")
    assert admin is not None
    assert (admin.role, admin.disabled, admin.revision) == (UserRole.ADMIN, False, 1)


async def test_one_of_two_administrators_can_be_demoted(
    request_context: Request, make_user: MakeUser
) -> None:
    await make_user("anna", role=UserRole.ADMIN)

    changed = await update_user(request_context, ANNA, {"role": UserRole.USER})

    assert changed.role is UserRole.USER


async def test_a_disabled_user_is_signed_out_and_nobody_else_is(
    request_context: Request, make_user: MakeUser
) -> None:
    for name in ("anna", "ben"):
        await make_user(name)
        await sign_in(name)

    await update_user(request_context, ANNA, {"disabled": True})

    assert [session.user_id async for session in LoginSession.find_all()] == ["ben"]


@pytest.mark.parametrize("cap", [Permission.READ, Permission.WRITE])
async def test_an_administrators_lesser_token_makes_and_changes_nobody(
    request_context: Request, make_user: MakeUser, cap: Permission
) -> None:
    await make_user("anna")
    capped = replace(request_context, viewer=replace(request_context.viewer, cap=cap))

    attempts: list[Awaitable[Any]] = [
        create_user(capped, name="eve", password="long enough", values={}),
        update_user(capped, ANNA, {"role": UserRole.ADMIN}),
    ]

    for attempt in attempts:
        with pytest.raises(Forbidden):
            await attempt
    assert sorted([user.name async for user in User.find_all()]) == ["admin", "anna"]


async def test_a_user_makes_and_changes_nobody(
    request_context: Request, make_user: MakeUser
) -> None:
    anna = await make_user("anna")
    request = replace(request_context, viewer=viewer_of(anna))

    with pytest.raises(DomainError) as refusal:
        await update_user(request, ANNA, {"role": UserRole.ADMIN})

    assert refusal.value.code is ErrorCode.FORBIDDEN
    assert (await User.get("anna")).role is UserRole.USER  # type: ignore[union-attr]
