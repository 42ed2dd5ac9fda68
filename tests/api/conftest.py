"""The whole API in this process: the real application over a real mongod, asked as a client asks.

A query is sent as a JSON request with a bearer token; nothing between the door and the database
is replaced. No scheduler runs here.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest_asyncio
from pydantic import SecretStr

from domain import clock
from domain.database import Database
from domain.documents import ApiToken, Lane, Project, User
from domain.instance import ensure_admin
from domain.permissions import Permission, UserRole
from domain.secrets_at_rest import hashed
from domain.settings import Settings
from tests.integration.conftest import DATABASE, mongod, mongod_path, real_database  # noqa: F401 - fixtures
from tests.integration.mongod import Mongod
from web.app import application

Json = dict[str, Any]
ADMIN_TOKEN = "an-administrators-token"


class Api:
    """A client of the API; each call says as which user."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings, database: Database) -> None:
        self.client = client
        self.database = database
        self.settings = settings

    async def post(self, query: str, variables: Json | None = None, user: str = "admin") -> Json:
        """The answer as it came: `data` and `errors`."""
        token = ADMIN_TOKEN if user == "admin" else f"token-of-{user}"
        answer = await self.client.post(
            "/graphql",
            json={"query": query, "variables": variables or {}},
            headers={"authorization": f"Bearer {token}"},
        )
        content: Json = answer.json()
        return content

    async def ask(self, query: str, variables: Json | None = None, user: str = "admin") -> Json:
        """The data of an operation that has no top-level error."""
        answer = await self.post(query, variables, user)
        assert "errors" not in answer, answer["errors"]
        data: Json = answer["data"]
        return data

    async def mutate(self, name: str, input: Json, fields: str, user: str = "admin") -> Json:
        """The payload of the mutation `name`, with `fields` and its errors' codes and messages."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        query = (
            f"mutation($input: {kind}!) {{ {name}(input: $input) {{"
            f" errors {{ __typename code message }} {fields} }} }}"
        )
        payload: Json = (await self.ask(query, {"input": input}, user))[name]
        return payload

    async def make_user(
        self, name: str, *, role: UserRole = UserRole.USER, cap: Permission = Permission.ADMIN
    ) -> User:
        """A user who may use all lanes, with a token that `ask(user=name)` sends."""
        lanes = [lane.name for lane in await Lane.find_all().to_list()]
        user = User(id=name, name=name, role=role, lanes=lanes, created_at=clock.now())
        await user.insert()
        await ApiToken(
            id=f"token-{name}",
            user_id=name,
            name=f"{name}'s",
            prefix="test",
            secret_hash=hashed(f"token-of-{name}"),
            scopes=[cap],
            created_at=clock.now(),
        ).insert()
        return user

    async def make_project(self, user: str = "admin") -> str:
        """A project of `user` with the workspaces W1 and W2; its uid."""
        made = await self.mutate("createProject", {"title": "Test"}, "project { uid }", user)
        uid: str = made["project"]["uid"]
        for title in ("One", "Two"):
            input = {"projectUid": uid, "title": title}
            await self.mutate("createWorkspace", input, "workspace { uid }", user)
        return uid

    async def make_job(self, project: str, user: str = "admin", **more: Any) -> str:
        """A job that can be queued, of a type without inputs unless `more` says else; its uid."""
        input = {"projectUid": project, "workspaceUid": "W1", "type": "simulate_data", **more}
        made = await self.mutate("createJob", input, "job { uid }", user)
        assert made["errors"] == []
        uid: str = made["job"]["uid"]
        return uid


async def project_directory(project: str) -> Path:
    """Where the files of a project are."""
    found = await Project.get(project)
    assert found is not None
    return Path(found.project_dir)


def target(project: str, job: str, **beliefs: Any) -> Json:
    """A JobTarget."""
    return {"job": {"uid": {"projectUid": project, "jobUid": job}}, **beliefs}


@pytest_asyncio.fixture
async def api(mongod: Mongod, tmp_path: Path) -> AsyncIterator[Api]:  # noqa: F811
    """The application over an empty database, with an administrator and the default lane."""
    settings = Settings(
        data_dir=tmp_path / "data",
        mongodb_url=SecretStr(mongod.url),
        database=DATABASE,
        admin_token=SecretStr(ADMIN_TOKEN),
    )
    async with application(settings) as app:
        await ensure_admin(clock.now())
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            database = cast("Database", User.rows().database)  # the driver's stubs say collection
            yield Api(client, settings, database)
    mongod.empty(DATABASE)
