"""The API on a port of this machine, as `lanekeeper api` serves it, and what changes behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from domain import clock
from domain.instance import ensure_admin
from domain.settings import Settings
from tests.api.streams.live import make_job, make_project
from tests.integration.conftest import DATABASE, mongod, mongod_path  # noqa: F401 - fixtures
from tests.integration.mongod import Mongod
from web.app import application
from web.cli.api import server
from web.listening import listening_socket

TOKEN = "an-administrators-token"
AUTHORIZATION = {"authorization": f"Bearer {TOKEN}"}
WATCH = "subscription($after: Cursor) { jobChanges(after: $after, minIntervalMs: 0) { %s } }"
FIELDS = "cursor kind upserted { uid title }"


@dataclass(frozen=True)
class Api:
    """A server that listens; `client` sends an administrator's token."""

    url: str
    client: httpx.AsyncClient

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1)


Serve = Callable[..., AbstractAsyncContextManager[Api]]


@pytest.fixture
def serve(mongod: Mongod) -> Serve:  # noqa: F811
    """`async with serve(setting=…) as api`: over P1 and its J1, and nothing else."""

    @asynccontextmanager
    async def serving(**changed: Any) -> AsyncIterator[Api]:
        settings = Settings(
            mongodb_url=SecretStr(mongod.url),
            database=DATABASE,
            admin_token=SecretStr(TOKEN),
            **changed,
        )
        listener = listening_socket("127.0.0.1", 0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
        async with application(settings) as app:
            await ensure_admin(clock.now())
            await make_project(owner="admin")
            await make_job("J1", title="first")
            running = server(app, settings)
            listener.listen()
            listening = asyncio.create_task(running.serve(sockets=[listener]))
            try:
                async with httpx.AsyncClient(headers=AUTHORIZATION, timeout=20) as client:
                    yield Api(url, client)
            finally:
                running.should_exit = True
                await listening
                mongod.empty(DATABASE)

    return serving
