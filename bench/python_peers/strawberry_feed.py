"""A subscription as Strawberry's pages write it: `python strawberry_feed.py PORT`."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import strawberry
from feed import CURSOR, JOB_ID, SEQUENCE, serve, titles
from strawberry.asgi import GraphQL


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
        id=strawberry.ID(JOB_ID),
        uid="J1",
        project_uid="P1",
        title=title,
        status="building",
        revision=1,
        updated_at=datetime.now(UTC),
    )
    return Change(cursor=CURSOR, sequence=SEQUENCE, kind="DELTA", upserted=[job])


@strawberry.type
class Query:
    """A schema must have one."""

    nothing: str = ""


@strawberry.type
class Subscription:
    """The stream."""

    @strawberry.subscription
    async def changes(self) -> AsyncGenerator[Change, None]:
        """A message for each title."""
        async for title in titles():
            yield _change(title)


if __name__ == "__main__":
    serve(GraphQL(strawberry.Schema(Query, subscription=Subscription)))
