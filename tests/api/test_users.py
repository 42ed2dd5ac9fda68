"""Accounts, passwords and tokens through the API."""

import asyncio

import pytest

from domain.documents import ApiToken, User
from domain.permissions import Permission, UserRole
from tests.api.conftest import Api, Json

pytestmark = pytest.mark.mongo
NEW = {"name": "ben", "password": "long enough"}
ADMINS = {"role": UserRole.ADMIN, "disabled": False}


def codes(payload: Json) -> list[str]:
    return [error["code"] for error in payload["errors"]]


async def test_a_new_user_signs_in_with_the_password_it_was_given(api: Api) -> None:
    made = await api.mutate("createUser", NEW, "user { name role lanes }")
    bad = await api.client.post("/sign-in", json={"name": "ben", "password": "guessed"})
    good = await api.client.post("/sign-in", json={"name": "ben", "password": "long enough"})

    assert made["user"] == {"name": "ben", "role": "USER", "lanes": ["default"]}
    assert (bad.status_code, good.status_code) == (401, 204)
    answer = await api.client.post("/graphql", json={"query": "{ viewer { name } }"})
    assert answer.json()["data"] == {"viewer": {"name": "ben"}}


async def test_a_name_is_taken_once_though_many_ask_at_the_same_time(api: Api) -> None:
    made = await asyncio.gather(*(api.mutate("createUser", NEW, "user { id }") for _ in range(4)))

    assert sorted(codes(payload) for payload in made) == [[], *[["NAME_TAKEN"]] * 3]
    assert await User.find({"name": "ben"}).count() == 1


async def test_two_administrators_who_demote_each_other_do_not_both_succeed(api: Api) -> None:
    await api.make_user("anna", role=UserRole.ADMIN)
    await User.rows().update_one({"_id": "admin"}, {"$set": {"disabled": True}})
    await api.make_user("ben", role=UserRole.ADMIN)

    # Each looks for another administrator while the other's demotion is not committed yet; both
    # would find one, if nothing made their transactions meet.
    demoted = (({"name": "ben"}, "anna"), ({"name": "anna"}, "ben"))
    payloads = await asyncio.gather(
        *(
            api.mutate("updateUser", {"user": user, "role": "USER"}, "user { role }", by)
            for user, by in demoted
        )
    )

    assert sorted(map(codes, payloads)) in ([[], ["LAST_ADMIN"]], [[], ["FORBIDDEN"]])
    assert await User.find(ADMINS).count() == 1


async def test_a_change_to_a_user_is_left_out_null_or_given(api: Api) -> None:
    await api.make_user("anna")
    user = {"user": {"name": "anna"}}
    fields = "user { revision email defaultPriority }"

    given = await api.mutate("updateUser", {**user, "email": "a@b", "defaultPriority": 5}, fields)
    null = await api.mutate("updateUser", {**user, "defaultPriority": None}, fields)
    refused = await api.mutate("updateUser", {**user, "disabled": None}, fields)

    assert given["user"] == {"revision": 2, "email": "a@b", "defaultPriority": 5}
    assert null["user"] == {"revision": 3, "email": "a@b", "defaultPriority": None}
    assert codes(refused) == ["BAD_INPUT"]


async def test_a_conflict_shows_the_user_as_it_is(api: Api) -> None:
    await api.make_user("anna")
    query = """mutation { updateUser(input: {user: {name: "anna"}, expectedRevision: 7}) {
        errors { code ... on RevisionConflictError {
            currentRevision current { ... on User { name } } } } } }"""

    payload = (await api.ask(query))["updateUser"]

    assert payload["errors"] == [
        {"code": "REVISION_CONFLICT", "currentRevision": 1, "current": {"name": "anna"}}
    ]


async def test_a_secret_is_shown_once_and_a_repeated_request_makes_no_second_token(
    api: Api,
) -> None:
    await api.make_user("anna", cap=Permission.WRITE)
    input = {"name": "nightly", "scopes": ["READ"], "idempotencyKey": "once"}
    fields = "secret idempotencyReplayed apiToken { id prefix scopes }"

    first = await api.mutate("createApiToken", input, fields, "anna")
    again = await api.mutate("createApiToken", input, fields, "anna")

    assert first["secret"].startswith(first["apiToken"]["prefix"])
    assert (again["secret"], again["idempotencyReplayed"]) == (None, True)
    assert again["apiToken"] == first["apiToken"]
    assert await ApiToken.find({"name": "nightly"}).count() == 1


async def test_a_token_made_through_the_api_works_until_it_is_revoked(api: Api) -> None:
    await api.make_user("anna")
    made = await api.mutate(
        "createApiToken", {"name": "x", "scopes": ["READ"]}, "secret apiToken { id }", "anna"
    )
    headers = {"authorization": f"Bearer {made['secret']}"}
    ask = {"query": "{ viewer { name } }"}

    before = await api.client.post("/graphql", json=ask, headers=headers)
    await api.mutate("revokeApiToken", {"tokenId": made["apiToken"]["id"]}, "apiToken { id }")
    after = await api.client.post("/graphql", json=ask, headers=headers)

    assert before.json()["data"] == {"viewer": {"name": "anna"}}
    assert after.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_what_is_private_of_a_user_is_shown_to_the_user_and_to_administrators(
    api: Api,
) -> None:
    for name in ("anna", "ben"):
        await api.make_user(name)
    await User.rows().update_one({"_id": "anna"}, {"$set": {"email": "a@b"}})
    id = (await api.ask("{ viewer { id } }", user="anna"))["viewer"]["id"]
    private = "email lastActiveAt apiTokens { name }"
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on User {{ {private} }} }} }}"

    shown = {
        user: (await api.ask(query, {"id": id}, user))["node"] for user in ("anna", "admin", "ben")
    }

    assert shown["ben"] == {"email": None, "lastActiveAt": None, "apiTokens": None}
    assert shown["anna"] == shown["admin"]
    assert shown["anna"]["email"] == "a@b"
    assert shown["anna"]["lastActiveAt"] is not None
    assert shown["anna"]["apiTokens"] == [{"name": "anna's"}]


async def test_guessing_ones_present_password_through_the_api_is_slow_too(api: Api) -> None:
    await api.mutate("createUser", NEW, "user { id }")
    await api.client.post("/sign-in", json={"name": "ben", "password": "long enough"})
    guess = "setPassword(input: {currentPassword: %s, newPassword: %s}) { errors { message } }"
    fields = [f"g{n}: " + guess % ('"guess"', '"another one"') for n in range(7)]

    answer = await api.client.post("/graphql", json={"query": f"mutation {{ {' '.join(fields)} }}"})

    messages = [payload["errors"][0]["message"] for payload in answer.json()["data"].values()]
    assert messages[0] == "The present password is not right."
    assert messages[-1] == "Too many tries. Wait a minute, and try again."
