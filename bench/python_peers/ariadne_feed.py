"""A subscription as Ariadne's pages write it: `.venv/bin/python ariadne_feed.py PORT`."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import uvicorn
from ariadne import SubscriptionType, make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLTransportWSHandler
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

SDL = """
type Job {
  id: ID!
  uid: String!
  projectUid: String!
  title: String!
  status: String!
  revision: Int!
  updatedAt: String!
}
type Change { cursor: String! sequence: String! kind: String! upserted: [Job!]! }
type Query { nothing: String }
type Subscription { changes: Change! }
"""

_queues: set[asyncio.Queue[str]] = set()
subscription = SubscriptionType()


def _change(title: str) -> dict[str, object]:
    job = {
        "id": "Sm9iOlAxLUox",
        "uid": "J1",
        "projectUid": "P1",
        "title": title,
        "status": "building",
        "revision": 1,
        "updatedAt": datetime.now(UTC).isoformat(),
    }
    return {
        "cursor": "c" * 120,
        "sequence": "7435612345678901249",
        "kind": "DELTA",
        "upserted": [job],
    }


@subscription.source("changes")
async def changes(*_: object) -> AsyncGenerator[dict[str, object], None]:
    """A first message, then one for each text that is posted."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    _queues.add(queue)
    try:
        yield _change("first")
        while True:
            yield _change(await queue.get())
    finally:
        _queues.discard(queue)


@subscription.field("changes")
def change(message: dict[str, object], *_: object) -> dict[str, object]:
    """The message as it is."""
    return message


async def publish(request: Request) -> Response:
    """Send the body as the title to every subscriber."""
    title = (await request.body()).decode()
    for queue in _queues:
        queue.put_nowait(title)
    return Response()


if __name__ == "__main__":
    schema = make_executable_schema(SDL, subscription)
    view = GraphQL(schema, websocket_handler=GraphQLTransportWSHandler())
    routes = [Route("/", publish, methods=["POST"]), WebSocketRoute("/graphql", view)]
    app = Starlette(routes=routes)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
