"""A subscription as Strawberry's pages write it: `python -m bench.strawberry_feed PORT`."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL

_queues: set[asyncio.Queue[str]] = set()


@strawberry.type
class Job:
    """As much of a job as is asked for."""

    id: strawberry.ID
    uid: str
    project_uid: str
    title: str
    status: str
    revision: int
    updated_at: datetime


@strawberry.type
class Change:
    """A message of the stream."""

    cursor: str
    sequence: str
    kind: str
    upserted: list[Job]


def _change(title: str) -> Change:
    job = Job(
        id=strawberry.ID("Sm9iOlAxLUox"),
        uid="J1",
        project_uid="P1",
        title=title,
        status="building",
        revision=1,
        updated_at=datetime.now(UTC),
    )
    return Change(cursor="c" * 120, sequence="7435612345678901249", kind="DELTA", upserted=[job])


@strawberry.type
class Query:
    """A schema must have one."""

    nothing: str = ""


@strawberry.type
class Subscription:
    """The stream."""

    @strawberry.subscription
    async def changes(self) -> AsyncGenerator[Change, None]:
        """A first message, then one for each text that is posted."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        _queues.add(queue)
        try:
            yield _change("first")
            while True:
                yield _change(await queue.get())
        finally:
            _queues.discard(queue)


async def publish(request: Request) -> Response:
    """Send the body as the title to every subscriber."""
    title = (await request.body()).decode()
    for queue in _queues:
        queue.put_nowait(title)
    return Response()


if __name__ == "__main__":
    view: GraphQL[None, None] = GraphQL(strawberry.Schema(Query, subscription=Subscription))
    routes = [Route("/", publish, methods=["POST"]), WebSocketRoute("/graphql", view)]
    app = Starlette(routes=routes)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
