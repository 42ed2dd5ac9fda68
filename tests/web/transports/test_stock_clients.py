"""The field's own client libraries, unchanged: each receives a snapshot, then a change."""

import asyncio
import json
import os
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

from tests.api.streams.live import retitle
from tests.web.transports.conftest import AUTHORIZATION, FIELDS, TOKEN, WATCH, Api, Serve

CLIENTS = Path(__file__).parents[2] / "clients"
NODE = shutil.which("node") or "node"
TIMEOUT_S = 30.0
pytestmark = [
    pytest.mark.mongo,
    pytest.mark.skipif(
        not (CLIENTS / "node_modules").is_dir(), reason="the stock clients are not installed"
    ),
]


@asynccontextmanager
async def running(script: str, api: Api) -> AsyncIterator[Process]:
    environment = {**os.environ, "API_URL": api.url, "API_TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec(
        NODE, str(CLIENTS / script), stdout=PIPE, env=environment
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def line_of(process: Process) -> Any:
    assert process.stdout is not None
    return json.loads(await process.stdout.readline())


@pytest.mark.parametrize(
    "client",
    [
        "graphql-ws",
        "graphql-sse",
        "urql-ws",
        "urql-sse",
        "apollo-ws",
        "apollo-multipart",
        "legacy",
    ],
)
async def test_a_stock_client_receives_a_snapshot_and_a_change(serve: Serve, client: str) -> None:
    is_old = client == "legacy"
    async with serve(legacy_sockets=is_old) as api, running(f"{client}.mjs", api) as process:
        snapshot = await line_of(process)
        await retitle("J1")
        delta = await line_of(process)

    assert (snapshot["kind"], delta["kind"]) == ("SNAPSHOT", "DELTA")
    assert [job["title"] for job in snapshot["upserted"] + delta["upserted"]] == [
        "first",
        "changed",
    ]


async def test_pythons_gql_receives_a_snapshot_and_a_change(serve: Serve) -> None:
    async with serve() as api:
        transport = WebsocketsTransport(url=api.socket_url, init_payload=AUTHORIZATION)
        async with (
            asyncio.timeout(TIMEOUT_S),
            Client(transport=transport) as session,
            aclosing(session.subscribe(gql(WATCH % FIELDS))) as results,
        ):
            snapshot = (await anext(results))["jobChanges"]
            await retitle("J1")
            delta = (await anext(results))["jobChanges"]

    assert (snapshot["kind"], delta["kind"]) == ("SNAPSHOT", "DELTA")


async def test_every_public_audit_of_graphql_over_http_holds(serve: Serve) -> None:
    async with serve() as api, running("audit.mjs", api) as process:
        assert process.stdout is not None
        lines = (await process.stdout.read()).decode().splitlines()

    assert len(lines) == 61
    assert [line for line in lines if line.split()[1] != "ok"] == []
