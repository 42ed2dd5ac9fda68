"""The statuses of GraphQL over HTTP: what the audits ask for, and what the newer draft does."""

import json
from typing import Any

import pytest

from tests.web.transports.conftest import Api, Serve

pytestmark = pytest.mark.mongo
RESPONSE = "application/graphql-response+json"
Json = dict[str, Any]
PARTLY = '{ viewer { name } node(id: "bm9uc2Vuc2U=") { id } }'
VARIABLE = "query($n: Int!) { projects(first: $n) { nodes { uid } } }"
MUTATION = 'mutation { createProject(input: {title: "x"}) { project { uid } } }'

CASES: dict[str, tuple[Json, int, int]] = {
    "a good query": ({"json": {"query": "{ viewer { name } }"}}, 200, 200),
    "no JSON": ({"content": "{"}, 400, 400),
    "no object": ({"json": [1]}, 400, 422),
    "no text": ({"json": "text"}, 400, 422),
    "nothing": ({"json": None}, 400, 422),
    "no query": ({"json": {"variables": {}}}, 400, 422),
    "a query that is no text": ({"json": {"query": 5}}, 400, 422),
    "variables that are no object": ({"json": {"query": "{ a }", "variables": []}}, 400, 422),
    "a syntax error": ({"json": {"query": "{"}}, 400, 400),
    "a field that does not exist": ({"json": {"query": "{ nothing }"}}, 400, 422),
    "a variable of the wrong type": (
        {"json": {"query": VARIABLE, "variables": {"n": "x"}}},
        400,
        422,
    ),
    "beyond the limits": ({"json": {"query": "{ " + "a: __typename " * 200 + "}"}}, 400, 422),
    "an unknown operation": (
        {"json": {"query": "query A { __typename }", "operationName": "B"}},
        400,
        422,
    ),
    "errors beside data": ({"json": {"query": PARTLY}}, 200, 294),
}


async def status(api: Api, request: Json) -> int:
    headers = {"accept": RESPONSE, "content-type": "application/json"}
    content = request.get("content") or json.dumps(request["json"])
    answer = await api.client.post(api.url, headers=headers, content=content)
    assert ("data" in answer.json()) == (answer.status_code in (200, 294)), answer.text
    return answer.status_code


@pytest.mark.parametrize(("profile", "column"), [("audit", 1), ("draft", 2)])
async def test_every_case_has_the_status_of_its_profile(
    serve: Serve, profile: str, column: int
) -> None:
    async with serve(http_profile=profile) as api:
        found = {name: await status(api, case[0]) for name, case in CASES.items()}

    assert found == {name: case[column] for name, case in CASES.items()}


async def test_methods_and_media_types_are_the_same_in_both(serve: Serve) -> None:
    async with serve(http_profile="draft") as api:
        by_get = await api.client.get(api.url, params={"query": MUTATION})
        by_put = await api.client.put(api.url, json={})
        as_text = await api.client.post(
            api.url, content="{}", headers={"content-type": "text/plain"}
        )
        for_image = await api.client.post(
            api.url, json={"query": "{ viewer { name } }"}, headers={"accept": "image/png"}
        )
        long = await api.client.post(api.url, json={"query": "#" * (1 << 20)})

    answers = (by_get, by_put, as_text, for_image, long)
    assert [answer.status_code for answer in answers] == [405, 405, 415, 406, 413]
    assert by_get.headers["allow"] == by_put.headers["allow"] == "GET, POST"


async def test_queries_by_get_can_be_switched_off(serve: Serve) -> None:
    query = {"query": "{ viewer { name } }"}
    async with serve(queries_by_get=False) as api:
        by_get = await api.client.get(api.url, params=query)
        by_post = await api.client.post(api.url, json=query)

    assert (by_get.status_code, by_get.headers["allow"]) == (405, "POST")
    assert by_post.status_code == 200
