"""A subscription as Ariadne's pages write it: `.venv/bin/python ariadne_feed.py PORT`."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

from ariadne import SubscriptionType, make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLTransportWSHandler
from feed import CURSOR, JOB_ID, SEQUENCE, serve, titles

SDL = Path(__file__).parent.parent / "feed.graphql"
Message = dict[str, object]
subscription = SubscriptionType()


def _change(title: str) -> Message:
    job = {
        "id": JOB_ID,
        "uid": "J1",
        "projectUid": "P1",
        "title": title,
        "status": "building",
        "revision": 1,
        "updatedAt": datetime.now(UTC).isoformat(),
    }
    return {"cursor": CURSOR, "sequence": SEQUENCE, "kind": "DELTA", "upserted": [job]}


@subscription.source("changes")
async def changes(*_: object) -> AsyncGenerator[Message, None]:
    """A message for each title."""
    async for title in titles():
        yield _change(title)


@subscription.field("changes")
def change(message: Message, *_: object) -> Message:
    """The message as it is."""
    return message


if __name__ == "__main__":
    schema = make_executable_schema(SDL.read_text(), subscription)
    serve(GraphQL(schema, websocket_handler=GraphQLTransportWSHandler()))
