"""Frames that are wrong, and the old protocol: the right close code, and nobody else is hurt."""

import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.web.transports.conftest import AUTHORIZATION, FIELDS, WATCH, Api, Serve

pytestmark = pytest.mark.mongo
NEW, OLD = Subprotocol("graphql-transport-ws"), Subprotocol("graphql-ws")
INIT = json.dumps({"type": "connection_init", "payload": AUTHORIZATION})


def opened(api: Api, protocol: Subprotocol = NEW) -> connect:
    return connect(api.socket_url, subprotocols=[protocol])


async def acknowledged(socket: ClientConnection) -> dict[str, Any]:
    await socket.send(INIT)
    ack = json.loads(await socket.recv())
    assert ack["type"] == "connection_ack"
    return dict(ack["payload"])


def subscribe(id: Any, **payload: Any) -> str:
    return json.dumps({"type": "subscribe", "id": id, "payload": payload})


async def close_code(socket: ClientConnection) -> int | None:
    try:
        while True:
            await socket.recv()
    except ConnectionClosed:
        return socket.close_code


WRONG: dict[str | bytes, int] = {
    "[]": 4400,
    "null": 4400,
    '"ping"': 4400,
    "{": 4400,
    "[" * 5000: 4400,
    '{"type": 5}': 4400,
    '{"type": "nonsense"}': 4400,
    subscribe(["a"], query="{ viewer { name } }"): 4400,
    subscribe("", query="{ viewer { name } }"): 4400,
    subscribe("1", query=5): 4400,
    subscribe("1", query="{ viewer { name } }", variables=[1]): 4400,
    '{"type": "subscribe", "id": "1", "payload": null}': 4400,
    '{"type": "subscribe", "id": "1"}': 4400,
    subscribe("1"): 4400,
    INIT: 4429,
    b"{}": 4400,
    "x" * (1024 * 1024 + 1): 1009,
}


async def test_a_frame_that_is_no_message_closes_with_the_code_of_the_protocol(
    serve: Serve,
) -> None:
    found = {}
    async with serve() as api:
        for frame in WRONG:
            async with opened(api) as socket:
                await acknowledged(socket)
                await socket.send(frame)
                found[frame] = await close_code(socket)

    assert found == WRONG


async def test_before_the_greeting_nothing_is_run(serve: Serve) -> None:
    async with serve() as api, opened(api) as socket:
        await socket.send(subscribe("1", query="{ viewer { name } }"))

        assert await close_code(socket) == 4401


async def test_a_syntax_error_ends_its_own_operation_alone(serve: Serve) -> None:
    async with serve() as api, opened(api) as socket:
        await acknowledged(socket)
        await socket.send(subscribe("stream", query=WATCH % FIELDS))
        snapshot = json.loads(await socket.recv())
        await socket.send(subscribe("bad", query="{"))
        error = json.loads(await socket.recv())
        await socket.send(subscribe("good", query="{ viewer { name } }"))
        good = json.loads(await socket.recv())

    assert (snapshot["type"], snapshot["id"]) == ("next", "stream")
    assert (error["type"], error["id"]) == ("error", "bad")
    assert good["payload"]["data"] == {"viewer": {"name": "admin"}}


async def test_the_greeting_tells_how_the_server_will_behave(serve: Serve) -> None:
    async with serve() as api, opened(api) as socket:
        told = await acknowledged(socket)

    assert told.keys() == {"expiresAt", "heartbeatMs", "resumeWindowSeconds", "schemaVersion"}


async def test_one_socket_too_many_is_closed_until_another_is(serve: Serve) -> None:
    async with serve(streams_per_user=1) as api:
        async with opened(api) as first:
            await acknowledged(first)
            async with opened(api) as second:
                await second.send(INIT)
                refused = await close_code(second)
        async with opened(api) as third:
            await acknowledged(third)

    assert refused == 1013


async def test_the_old_protocol_is_off_unless_it_is_asked_for(serve: Serve) -> None:
    async with serve() as api, opened(api, OLD) as socket:
        assert await close_code(socket) == 4406


async def test_a_client_of_the_old_protocol_gets_snapshots(serve: Serve) -> None:
    start = {"type": "start", "id": "1", "payload": {"query": WATCH % FIELDS}}
    async with serve(legacy_sockets=True) as api, opened(api, OLD) as socket:
        await acknowledged(socket)
        await socket.send(json.dumps(start))
        message = json.loads(await socket.recv())

    assert (message["type"], message["id"]) == ("data", "1")
    assert message["payload"]["data"]["jobChanges"]["kind"] == "SNAPSHOT"


@pytest.mark.parametrize("frame", ["[]", '{"type": "start", "id": "1", "payload": {}}'])
async def test_a_wrong_frame_of_the_old_protocol_closes_its_socket(
    serve: Serve, frame: str
) -> None:
    async with serve(legacy_sockets=True) as api, opened(api, OLD) as socket:
        await acknowledged(socket)
        await socket.send(frame)

        assert await close_code(socket) == 1002


async def test_the_old_protocol_asks_for_credentials_too(serve: Serve) -> None:
    async with serve(legacy_sockets=True) as api, opened(api, OLD) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        refusal = json.loads(await socket.recv())

        assert refusal["type"] == "connection_error"
        assert await close_code(socket) == 1011
