"""A socket is closed as soon as the sign-in that it came with has ended, however it ends."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
import uvicorn
from pydantic import SecretStr
from websockets import Origin, Subprotocol
from websockets.asyncio.client import ClientConnection, connect

from domain import clock
from domain.documents import ApiToken, User
from domain.permissions import Permission, UserRole
from domain.secrets_at_rest import hashed
from domain.settings import Settings
from tests.integration.mongod import Mongod
from web.app import application
from web.listening import listening_socket
from web.sign_in import close_session, cookie_name, open_session

pytestmark = pytest.mark.mongo
SECRET = "lk_of-a-script"
STREAM = "subscription { currentJobsChanges { kind } }"
AT_ONCE_S = 1.0


class Server:
    """The application over a database of its own, on a real port."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.settings = settings
        self.address = f"127.0.0.1:{port}"

    def connect(self, cookie: str | None = None) -> connect:
        """A socket that nobody has spoken on yet."""
        headers = {"cookie": f"{cookie_name(self.settings)}={cookie}"} if cookie else {}
        return connect(
            f"ws://{self.address}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            additional_headers=headers,
            origin=Origin(f"http://{self.address}"),
            proxy=None,
        )


@pytest_asyncio.fixture
async def server(mongod: Mongod) -> AsyncIterator[Server]:
    settings = Settings(mongodb_url=SecretStr(mongod.url), database=f"test_{uuid.uuid4().hex[:12]}")
    listener = listening_socket("127.0.0.1", 0)
    async with application(settings) as app:
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="websockets-sansio")
        running = uvicorn.Server(config)
        task = asyncio.create_task(running.serve(sockets=[listener]))
        await User(id="anna", name="anna", created_at=clock.now()).insert()
        yield Server(settings, listener.getsockname()[1])
        running.should_exit = True
        await task


async def make_token(*, lifetime_s: float | None = None) -> None:
    now = clock.now()
    await ApiToken(
        id="script",
        user_id="anna",
        name="script",
        prefix=SECRET[:9],
        secret_hash=hashed(SECRET),
        scopes=[Permission.READ],
        created_at=now,
        expires_at=None if lifetime_s is None else now + timedelta(seconds=lifetime_s),
    ).insert()


async def begin(socket: ClientConnection, token: str | None = None) -> None:
    """Sign in on the socket, and wait for the first message of a stream."""
    payload = {"authorization": f"Bearer {token}"} if token else {}
    await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
    assert json.loads(await socket.recv())["type"] == "connection_ack"
    operation = {"type": "subscribe", "id": "1", "payload": {"query": STREAM}}
    await socket.send(json.dumps(operation))
    assert json.loads(await socket.recv())["type"] == "next"


async def code_at_the_end(socket: ClientConnection) -> int | None:
    """The code with which the server closes; raises TimeoutError if it does not at once."""
    async with asyncio.timeout(AT_ONCE_S):
        await socket.wait_closed()
    return socket.close_code


async def test_a_revoked_token_closes_its_socket_at_once(server: Server) -> None:
    await make_token()
    async with server.connect() as socket:
        await begin(socket, SECRET)

        await ApiToken.rows().update_one({"_id": "script"}, {"$set": {"revoked_at": clock.now()}})

        assert await code_at_the_end(socket) == 4403


async def test_a_token_that_expires_closes_its_socket(server: Server) -> None:
    await make_token(lifetime_s=0.7)
    async with server.connect() as socket:
        await begin(socket, SECRET)

        assert await code_at_the_end(socket) == 4403


async def test_a_user_who_is_disabled_is_cut_off_at_once(server: Server) -> None:
    cookie = await open_session("anna", settings=server.settings, now=clock.now())
    async with server.connect(cookie) as socket:
        await begin(socket)

        await User.rows().update_one({"_id": "anna"}, {"$set": {"disabled": True}})

        assert await code_at_the_end(socket) == 4403


async def test_an_administrator_who_is_demoted_administers_nothing_on_an_open_socket(
    server: Server,
) -> None:
    await User.rows().update_one({"_id": "anna"}, {"$set": {"role": UserRole.ADMIN}})
    cookie = await open_session("anna", settings=server.settings, now=clock.now())
    async with server.connect(cookie) as socket:
        await begin(socket)
        assert await users_seen(socket) == {"totalCount": 1}

        await User.rows().update_one({"_id": "anna"}, {"$set": {"role": UserRole.USER}})

        async with asyncio.timeout(AT_ONCE_S):
            while await users_seen(socket) is not None:
                pass


async def users_seen(socket: ClientConnection) -> object:
    """What the socket's caller is shown of the accounts: null unless an administrator."""
    query = {"query": "{ instance { users { totalCount } } }"}
    await socket.send(json.dumps({"type": "subscribe", "id": "2", "payload": query}))
    answer = None
    while (message := json.loads(await socket.recv()))["type"] != "complete":
        if message["id"] == "2":
            answer = message["payload"]["data"]["instance"]["users"]
    return answer


async def test_a_session_that_is_closed_takes_its_socket_along_and_no_other(
    server: Server,
) -> None:
    left, kept = [
        await open_session("anna", settings=server.settings, now=clock.now()) for _ in range(2)
    ]
    async with server.connect(left) as leaving, server.connect(kept) as staying:
        await begin(leaving)
        await begin(staying)

        await close_session(left)

        assert await code_at_the_end(leaving) == 4403
        await staying.send(json.dumps({"type": "ping"}))
        assert json.loads(await staying.recv()) == {"type": "pong"}
