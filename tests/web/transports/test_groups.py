"""Sockets that ask the same are served by one execution, each under its operation's own id."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from domain import clock, job_moves
from domain.documents import ApiToken
from domain.permissions import Permission
from domain.secrets_at_rest import hashed
from domain.uids import JobKey
from tests.web.transports.conftest import FIELDS, TOKEN, WATCH, Api, Serve
from web.group_outlets import SocketOutlet

pytestmark = pytest.mark.mongo
TIMEOUT_S = 30.0
QUERY = WATCH % f"{FIELDS} snapshotComplete"
LONG = "x" * 500_000


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was put to sockets by groups, whether it was taken or not."""
    put, sound = [], SocketOutlet.put

    def spied(self: SocketOutlet, payload: Any) -> bool:
        put.append(payload.text)
        return sound(self, payload)

    monkeypatch.setattr(SocketOutlet, "put", spied)
    return put


@asynccontextmanager
async def watching(
    api: Api, id: str, token: str = TOKEN, *, query: str = QUERY, after: str | None = None
) -> AsyncIterator[ClientConnection]:
    """A socket with one subscription, past its snapshot."""
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(api.socket_url, subprotocols=[protocol], max_size=None) as socket:
        authorization = {"authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": authorization}))
        await socket.recv()
        payload = {"query": query, "variables": {"after": after}}
        await socket.send(json.dumps({"type": "subscribe", "id": id, "payload": payload}))
        if after is None:
            assert (await told(socket))[1]["kind"] == "SNAPSHOT"
        yield socket


async def told(socket: ClientConnection) -> tuple[str, dict[str, Any]]:
    """The next message that tells something, and the id of its operation."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            frame = json.loads(await socket.recv())
            assert frame["type"] == "next", frame
            message = frame["payload"]["data"]["jobChanges"]
            if message["kind"] != "HEARTBEAT":
                return frame["id"], message


async def change(title: str) -> None:
    await job_moves.change(JobKey("P1", "J1"), changes={"title": title}, now=clock.now())


def titles(message: dict[str, Any]) -> list[str]:
    return [job["title"] for job in message["upserted"]]


async def titles_until_closed(socket: ClientConnection) -> list[str]:
    """Whatever comes until the server closes; a stream may end with an error before."""
    seen: list[str] = []
    with suppress(ConnectionClosed):
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                payload = json.loads(await socket.recv()).get("payload") or {}
                if isinstance(payload, dict) and payload.get("data"):
                    seen += titles(payload["data"]["jobChanges"])
    return seen


async def make_token(name: str) -> None:
    """Another token of the administrator, which is its own name."""
    await ApiToken(
        id=name,
        user_id="admin",
        name=name,
        prefix=name,
        secret_hash=hashed(name),
        scopes=[Permission.ADMIN],
        created_at=clock.now(),
    ).insert()


async def test_one_payload_reaches_every_socket_under_its_own_id(
    serve: Serve, shared: list[str]
) -> None:
    async with serve() as api, watching(api, "a") as one, watching(api, 'b"') as other:
        await change("second")
        answers = [await told(one), await told(other)]

    assert [id for id, _ in answers] == ["a", 'b"']
    assert answers[0][1] == answers[1][1]
    assert titles(answers[0][1]) == ["second"]
    assert len(shared) == 2


async def test_who_come_back_by_their_cursors_are_served_together_again(
    serve: Serve, shared: list[str]
) -> None:
    async with serve() as api, watching(api, "1") as first:
        await change("second")
        here = (await told(first))[1]["cursor"]
        await change("third")
        there = (await told(first))[1]["cursor"]
        async with watching(api, "1", after=here) as one, watching(api, "1", after=there) as other:
            assert titles((await told(one))[1]) == ["third"]
            number = 0
            while len(shared) < 2:  # until both have come to the end of what they missed
                number += 1
                await change(f"{number}")
                answers = [await told(one), await told(other)]
                assert [titles(message) for _, message in answers] == [[f"{number}"]] * 2

    assert answers[0][1] == answers[1][1]


async def test_a_slow_reader_harms_nobody_and_learns_how_it_ended(serve: Serve) -> None:
    query = WATCH % "kind cursor upserted { uid title description }"
    async with (
        serve() as api,
        watching(api, "1", query=query) as quick,
        watching(api, "1", query=query) as slow,
    ):
        slow.transport.pause_reading()
        for number in range(20):
            changes = {"title": f"{number}", "description": LONG}
            await job_moves.change(JobKey("P1", "J1"), changes=changes, now=clock.now())
            while titles((await told(quick))[1]) != [f"{number}"]:
                pass
        slow.transport.resume_reading()
        seen: list[str] = []
        while seen[-1:] != ["19"]:
            seen += titles((await told(slow))[1])

    assert [int(title) for title in seen] == sorted({int(title) for title in seen})
    assert len(seen) < 20


async def test_a_revoked_token_leaves_the_group_and_the_others_stay(serve: Serve) -> None:
    async with serve() as api:
        await make_token("lost")
        async with watching(api, "1") as kept, watching(api, "1", "lost") as revoked:
            await change("second")
            answers = [await told(kept), await told(revoked)]
            assert [titles(message) for _, message in answers] == [["second"]] * 2
            await ApiToken.rows().delete_one({"_id": "lost"})
            await change("third")

            assert titles((await told(kept))[1]) == ["third"]
            assert "third" not in await titles_until_closed(revoked)
            assert revoked.close_code == 4403


async def test_who_completes_an_operation_gets_nothing_more_of_it(serve: Serve) -> None:
    async with serve() as api, watching(api, "1") as other, watching(api, "1") as done:
        await change("second")
        await asyncio.gather(told(done), told(other))
        await done.send(json.dumps({"type": "complete", "id": "1"}))
        await done.send(json.dumps({"type": "ping"}))
        assert json.loads(await done.recv()) == {"type": "pong"}
        await change("third")
        assert titles((await told(other))[1]) == ["third"]
        await done.send(json.dumps({"type": "ping"}))

        assert json.loads(await done.recv()) == {"type": "pong"}


async def test_what_leaves_the_filter_is_told_to_a_group_as_removed(serve: Serve) -> None:
    query = (
        'subscription { jobChanges(filter: {text: "first"}, minIntervalMs: 0)'
        " { kind cursor upserted { uid title } removed { uid } } }"
    )
    async with (
        serve() as api,
        watching(api, "1", query=query) as one,
        watching(api, "1", query=query) as other,
    ):
        await change("another")

        removed = [(await told(socket))[1]["removed"] for socket in (one, other)]

    assert removed == [[{"uid": "J1"}]] * 2
