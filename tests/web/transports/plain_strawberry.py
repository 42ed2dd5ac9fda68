"""A small Strawberry application as its documentation has it, without anything of ours."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import (
    GRAPHQL_SSE_PROTOCOL,
    GRAPHQL_TRANSPORT_WS_PROTOCOL,
    MULTIPART_SUBSCRIPTION_PROTOCOL,
)

from web.listening import listening_socket

SECRET = "mongodb://user:password@database"


@strawberry.type
class Query:
    """One field that answers, and one that fails with a secret in its text."""

    hello: str = "hello"

    @strawberry.field
    def fails(self) -> str:
        """Fail as a driver would."""
        raise RuntimeError(f"cannot reach {SECRET}")


@strawberry.type
class Subscription:
    """Numbers, without an end."""

    @strawberry.subscription
    async def numbers(self) -> AsyncGenerator[int, None]:
        """One, and then nothing for a long time."""
        yield 1
        await asyncio.Event().wait()


@asynccontextmanager
async def plain_strawberry() -> AsyncIterator[str]:
    """Serve it on a port of this machine; its URL."""
    schema = strawberry.Schema(query=Query, subscription=Subscription)
    protocols = (
        GRAPHQL_TRANSPORT_WS_PROTOCOL,
        GRAPHQL_SSE_PROTOCOL,
        MULTIPART_SUBSCRIPTION_PROTOCOL,
    )
    app: GraphQL[None, None] = GraphQL(schema, subscription_protocols=protocols)
    routes = [Route("/graphql", app, methods=["POST"]), WebSocketRoute("/graphql", app)]
    listener = listening_socket("127.0.0.1", 0)
    config = uvicorn.Config(
        Starlette(routes=routes), log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    listener.listen()
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
    finally:
        server.should_exit = True
        await serving
