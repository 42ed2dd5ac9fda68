"""Documents, bodies and frames made to hurt: each is refused in a moment (09-reliability, D)."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.web.transports.conftest import AUTHORIZATION, FIELDS, WATCH, Api, Serve
from web.cli.logs import mute_libraries

pytestmark = pytest.mark.mongo
MOST_CPU_S = 0.020
"""Beyond what a query of one field costs client and server together."""
MOST_PLAIN = 2.5
"""As much in such queries, where cores are shared and all costs more; alone one takes 8 ms."""
TRIES = 5
"""The cheapest of so many counts: others work on this machine too."""
PLAIN = {"query": "{ __typename }"}
HEADERS = {"content-type": "application/json"}
INIT = json.dumps({"type": "connection_init", "payload": AUTHORIZATION})
MIB = 1024 * 1024


def chain(length: int, spread: str) -> str:
    """Fragments that each spread the next one twice."""
    links = [
        f"fragment F{n} on Query {{ {spread.replace('X', f'F{n + 1}')} }}" for n in range(length)
    ]
    return f"{{ ...F0 }} {' '.join(links)} fragment F{length} on Query {{ __typename }}"


DOCUMENTS = {
    "T13 aliases": "{" + " ".join(f"a{n}: __typename" for n in range(300)) + "}",
    "T13 the same field": "{ viewer {" + " name" * 900 + "} }",
    "T13 directives": "{ viewer { name " + "@include(if: true) " * 150 + "} }",
    "T13 unknown directives": "{ viewer { name " + "@x" * 450 + "} }",
    "T13 operations": " ".join(f"query Q{n} {{ __typename }}" for n in range(150)),
    "T13 tokens": "{" + " viewer { name }" * 5000 + "}",
    "T14 lists in lists": "{jobs{nodes{project{jobs{nodes{project{jobs{nodes{uid}}}}}}}}}",
    "T14 depth": "{ jobs { nodes {" + "parents {" * 60 + "uid" + "}" * 60 + "} } }",
    "T14 nesting": "{a" * 5000 + "}" * 5000,
    "T14 a list value": "{ jobs(filter: {uids: " + "[" * 4000 + "]" * 4000 + "}) { totalCount } }",
    "T14 page": "{ jobs(first: 500) { nodes { parents { uid children { uid } } } } }",
    **{f"T15 spreads, {n}": chain(n, "...X ...X") for n in (12, 20, 35, 60)},
    **{f"T15 aliased, {n}": chain(n, "a: viewer { name } ...X ...X") for n in (20, 35, 60)},
    "T15 a circle": "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }",
    "T15 many fragments": "{ __typename } "
    + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(120)),
}
"""Without a guard each costs time or memory, and some of them exponentially much."""

BODIES: Mapping[str, tuple[bytes, int]] = {
    "T16 a batch": (json.dumps([PLAIN] * 400).encode(), 400),
    "T19 a null": (b"null", 400),
    "T19 a number": (b"5", 400),
    "T19 a text": (b'"query"', 400),
    "T19 not JSON": (b'{"query": ', 400),
    "T19 not UTF-8": (b'{"query": "\xff"}', 400),
    "T19 deep JSON": (b"[" * 500_000 + b"]" * 500_000, 400),
    "T19 deep variables": (
        b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 9000 + b"]" * 9000 + b"}}",
        400,
    ),
    "T19 the wrong kind of query": (b'{"query": {"a": 1}}', 400),
    "T19 the wrong kind of variables": (b'{"query": "{ __typename }", "variables": [1]}', 400),
}


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What is refused is no fault of ours: there is no traceback, and no error in the log."""
    mute_libraries()
    yield
    loud = [r for r in caplog.records if r.exc_info or r.levelno >= logging.ERROR]
    assert loud == []


async def cheapest(attack: Callable[[], Awaitable[object]]) -> float:
    """CPU seconds of this process, which is client and server, the least of a few tries."""
    costs = []
    for _ in range(TRIES):
        began = time.process_time()
        await attack()
        costs.append(time.process_time() - began)
    return min(costs)


async def answers_to(
    api: Api, bodies: Mapping[str, bytes]
) -> tuple[dict[str, httpx.Response], dict[str, float]]:
    """The answers, and those costs that are too high."""
    answers: dict[str, httpx.Response] = {}
    costs: dict[str, float] = {}
    for name, body in {"plain": json.dumps(PLAIN).encode(), **bodies}.items():

        async def attack(name: str = name, body: bytes = body) -> None:
            answers[name] = await api.client.post(api.url, content=body, headers=HEADERS)

        costs[name] = await cheapest(attack)
    plain = costs.pop("plain")
    assert answers.pop("plain").status_code == 200
    most = plain + max(MOST_CPU_S, MOST_PLAIN * plain)
    return answers, {name: cost for name, cost in costs.items() if cost > most}


async def test_hostile_documents_are_refused_in_a_moment(serve: Serve) -> None:
    bodies = {name: json.dumps({"query": text}).encode() for name, text in DOCUMENTS.items()}
    async with serve() as api:
        answers, too_dear = await answers_to(api, bodies)

    assert too_dear == {}
    for name, answer in answers.items():
        content = answer.json()
        assert answer.status_code < 500, name
        assert content.get("data") is None, name
        assert 1 <= len(content["errors"]) <= 5, name


async def test_hostile_bodies_are_refused_in_a_moment(serve: Serve) -> None:
    async with serve() as api:
        answers, too_dear = await answers_to(api, {name: b for name, (b, _) in BODIES.items()})

    assert too_dear == {}
    found = {name: answer.status_code for name, answer in answers.items()}
    assert found == {name: status for name, (_, status) in BODIES.items()}


async def test_a_huge_body_is_refused(serve: Serve) -> None:
    """T19: 64 MiB, of which no more than one is held."""

    async def body() -> AsyncIterator[bytes]:
        for _ in range(1024):
            yield b" " * (64 * 1024)

    async with serve() as api:
        answer = await api.client.post(api.url, content=body(), headers=HEADERS)

    assert answer.status_code == 413


async def test_a_signed_out_caller_learns_nothing_of_the_schema(serve: Serve) -> None:
    """T17: neither by introspection, nor by what a misspelt name is likened to."""
    texts = (
        "{ __schema { types { name } } }",
        '{ __type(name: "Job") { name } }',
        "{ vewer { name } }",
        "{ jobs(frist: 5) { totalCount } }",
        "{ viewer { nam } }",
        "query($a: JobFiltr) { jobs(filter: $a) { totalCount } }",
    )
    async with serve() as api, httpx.AsyncClient() as stranger:
        answers = [await stranger.post(api.url, json={"query": text}) for text in texts]

    for text, answer in zip(texts, answers, strict=True):
        [error] = answer.json()["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED", text
        assert "Did you mean" not in answer.text, text


async def test_a_socket_carries_so_many_operations_and_no_more(serve: Serve) -> None:
    """T23: the thirty-third is refused, and the others go on."""
    async with serve() as api, opened(api) as socket:
        await socket.send(INIT)
        await socket.recv()
        for number in range(40):
            payload = {"query": WATCH % FIELDS}
            await socket.send(
                json.dumps({"type": "subscribe", "id": str(number), "payload": payload})
            )
        async with asyncio.timeout(20):
            messages = [json.loads(await socket.recv()) for _ in range(40)]

    kinds = [message["type"] for message in messages]
    assert (kinds.count("next"), kinds.count("error")) == (32, 8)


@pytest.mark.parametrize(
    "frame", ["x" * (MIB + 1), "[" * MIB, '{"type": "ping", "payload": ' * 9000]
)
async def test_a_hostile_frame_costs_a_moment_and_its_own_socket(serve: Serve, frame: str) -> None:
    """T20."""
    async with serve() as api:

        async def attack() -> None:
            async with opened(api) as socket:
                await socket.send(INIT)
                await socket.recv()
                await socket.send(frame)
                with pytest.raises(ConnectionClosed):
                    await socket.recv()

        async def greet() -> None:
            async with opened(api) as socket:
                await socket.send(INIT)
                await socket.recv()

        assert await cheapest(attack) - await cheapest(greet) < MOST_CPU_S


async def test_a_socket_takes_no_compressed_frames(serve: Serve) -> None:
    """T20: 15 KB that unpack to 15 MB cannot even be sent."""
    async with serve() as api, opened(api) as socket:
        assert socket.protocol.extensions == []


async def test_an_answer_tells_what_was_asked_for_and_how_much_may_be(serve: Serve) -> None:
    costs = []
    async with serve() as api:
        for size in (10, 20):
            text = f"{{ jobs(first: {size}) {{ nodes {{ uid }} }} }}"
            answer = await api.client.post(api.url, json={"query": text})
            costs.append(answer.json()["extensions"]["cost"])

    assert costs[1]["requested"] - costs[0]["requested"] == 10
    assert [cost["most"] for cost in costs] == [10_000, 10_000]


def opened(api: Api) -> connect:
    return connect(
        api.socket_url, subprotocols=[Subprotocol("graphql-transport-ws")], max_size=None
    )
