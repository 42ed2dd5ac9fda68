"""The same list without us: `python -m bench.list_peers strawberry|starlette PORT URL DATABASE`.

No sign-in, visibility, limits or cursors. `strawberry` is its own view over types made of plain
dicts, with its data loaders; `starlette` answers the same JSON without GraphQL.
"""

import gc
import sys
from datetime import datetime
from typing import Any

import orjson
import strawberry
import uvicorn
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.schema.config import StrawberryConfig

from domain.documents.tag import TagColour
from domain.status import JobStatus

Row = dict[str, Any]
Database = AsyncIOMotorDatabase[Row]
strawberry.enum(TagColour)
strawberry.enum(JobStatus)
ProjectUid = strawberry.scalar(name="ProjectUid", serialize=str, parse_value=str)
FIELDS = (
    *("uid", "project_uid", "revision", "title", "description", "type", "status", "priority"),
    *("on_hold", "num_tokens", "created_at", "updated_at", "completed_at", "job_dir_size"),
    "is_final_result",
)
PROJECTION = dict.fromkeys((*FIELDS, "tags", "queued_to_lane"), 1)
NAMES = {
    name: name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:])
    for name in FIELDS
}
NEWEST = [("created_at", -1), ("_id", -1)]


class Uid(str):
    """A project's uid."""


async def page(database: Database, projects: list[str], first: int) -> list[Row]:
    """The rows of the list."""
    query = {"project_uid": {"$in": projects}, "deleted": False}
    found = database["jobs"].find(query, PROJECTION).sort(NEWEST).batch_size(first)
    return await found.to_list(first)


async def by_id(database: Database, collection: str, ids: list[str]) -> dict[str, Row]:
    """The rows with these ids."""
    rows = await database[collection].find({"_id": {"$in": ids}}).to_list(None)
    return {row["_id"]: row for row in rows}


@strawberry.type
class Lane:
    """A lane."""

    name: str
    title: str


@strawberry.type
class Tag:
    """A tag."""

    uid: str
    title: str
    colour: TagColour


@strawberry.type
class Job:
    """A job."""

    row: strawberry.Private[Row]
    uid: str
    project_uid: str
    revision: int
    title: str
    description: str
    type: str
    status: JobStatus
    priority: int
    on_hold: bool
    num_tokens: int
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    job_dir_size: int
    is_final_result: bool

    @strawberry.field
    async def lane(self, info: strawberry.Info) -> Lane | None:
        """Its lane."""
        row = await info.context["lanes"].load(self.row["queued_to_lane"])
        return Lane(name=row["_id"], title=row["title"])

    @strawberry.field
    async def tags(self, info: strawberry.Info) -> list[Tag]:
        """Its tags."""
        rows = await info.context["tags"].load_many(self.row["tags"])
        return [
            Tag(uid=row["_id"], title=row["title"], colour=TagColour(row["colour"])) for row in rows
        ]


@strawberry.type
class Page:
    """A page of jobs."""

    nodes: list[Job]


@strawberry.input
class JobFilter:
    """Which jobs."""

    project_uids: list[Uid] | None = None


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    async def jobs(
        self, info: strawberry.Info, filter: JobFilter, first: int | None = None
    ) -> Page:
        """The list."""
        rows = await page(info.context["database"], list(filter.project_uids or ()), first or 50)
        return Page(nodes=[_job(row) for row in rows])


def _job(row: Row) -> Job:
    values = {name: row[name] for name in FIELDS}
    values["status"] = JobStatus(row["status"])
    return Job(row=row, **values)


class View(GraphQL[Row, None]):
    """Strawberry's own view; loaders are new for each request."""

    def __init__(self, schema: strawberry.Schema, database: Database) -> None:
        super().__init__(schema)
        self._database = database

    async def get_context(self, request: Request | WebSocket, response: Any) -> Row:  # noqa: ARG002
        """The database and the loaders."""
        return {
            "database": self._database,
            "lanes": self._loader("lanes"),
            "tags": self._loader("tags"),
        }

    def _loader(self, collection: str) -> DataLoader[str, Row]:
        async def load(ids: list[str]) -> list[Row]:
            rows = await by_id(self._database, collection, ids)
            return [rows[id] for id in ids]

        return DataLoader(load_fn=load)


def strawberry_app(database: Database) -> Starlette:
    """Plain Strawberry."""
    config = StrawberryConfig(scalar_map={Uid: ProjectUid})
    schema = strawberry.Schema(query=Query, config=config)
    return Starlette(routes=[Route("/graphql", View(schema, database), methods=["POST"])])


def starlette_app(database: Database) -> Starlette:
    """The limit: the driver, a dict for each job, and orjson."""

    async def answer(request: Request) -> Response:
        asked = orjson.loads(await request.body())["variables"]
        rows = await page(database, asked["projects"], asked["first"])
        lanes = await by_id(database, "lanes", list({row["queued_to_lane"] for row in rows}))
        tags = await by_id(database, "tags", list({uid for row in rows for uid in row["tags"]}))
        nodes = [_plain(row, lanes, tags) for row in rows]
        body = orjson.dumps({"data": {"jobs": {"nodes": nodes}}})
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


def _plain(row: Row, lanes: dict[str, Row], tags: dict[str, Row]) -> Row:
    shown = {NAMES[name]: row[name] for name in FIELDS}
    shown["status"] = row["status"].upper()
    lane = lanes[row["queued_to_lane"]]
    shown["lane"] = {"name": lane["_id"], "title": lane["title"]}
    shown["tags"] = [
        {"uid": id, "title": tags[id]["title"], "colour": tags[id]["colour"].upper()}
        for id in row["tags"]
    ]
    return shown


def main() -> None:
    """Serve until ended."""
    kind, port, url, name = sys.argv[1:]
    gc.set_threshold(200_000, 50, 1000)  # as the product does
    client: AsyncIOMotorClient[Row] = AsyncIOMotorClient(url, tz_aware=True)
    app = {"strawberry": strawberry_app, "starlette": starlette_app}[kind](client[name])
    uvicorn.run(app, port=int(port), log_config=None, access_log=False, lifespan="off")


if __name__ == "__main__":
    main()
