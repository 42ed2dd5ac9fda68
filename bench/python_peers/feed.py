"""What the Python peers share: the texts that are posted, and the server around a GraphQL view."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

CURSOR, SEQUENCE, JOB_ID = "c" * 120, "7435612345678901249", "Sm9iOlAxLUox"
"""As long as ours."""
_queues: set[asyncio.Queue[str]] = set()


async def titles() -> AsyncGenerator[str, None]:
    """A first one, then each text that is posted."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    _queues.add(queue)
    try:
        yield "first"
        while True:
            yield await queue.get()
    finally:
        _queues.discard(queue)


async def publish(request: Request) -> Response:
    """Send the body as the title to every subscriber."""
    title = (await request.body()).decode()
    for queue in _queues:
        queue.put_nowait(title)
    return Response()


def serve(view: Callable[..., Awaitable[Any]]) -> None:
    """Serve it as /graphql on the port that was given."""
    routes = [Route("/", publish, methods=["POST"]), WebSocketRoute("/graphql", view)]
    app = Starlette(routes=routes)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
