"""Subscriptions of the real schema in this process: as a socket runs them, without the socket."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from graphql import print_ast
from strawberry.types import ExecutionResult

from domain import clock, job_moves, notifications
from domain.clock import now
from domain.database import Database
from domain.documents import ApiToken, Job, Operation, Project, User, Workspace
from domain.documents.notification import NotificationStatus
from domain.documents.operation import JobOutcome
from domain.instance import ensure_admin, ensure_instance
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from domain.operations import new_operation
from domain.permissions import Permission, UserRole
from domain.secrets_at_rest import hashed
from domain.settings import Settings
from domain.status import JobStatus
from domain.uids import JobKey
from resolvers.graphql import build_schema
from tests.architecture.test_schema import CONTRACT, whole
from tests.conftest import built_in_types
from web.context import Contexts
from web.sign_in import authenticate

Json = dict[str, Any]
TIMEOUT_S = 20.0
WORKSPACE = {"projectUid": "P1", "workspaceUid": "W1"}


def operation(name: str) -> str:
    """The contract's operation of that name, e.g. "dashboard_notifications", and its fragments."""
    return print_ast(whole(CONTRACT / "operations" / f"{name}.graphql"))


class Reader:
    """One subscription under way; ends with the test."""

    def __init__(self, results: AsyncGenerator[ExecutionResult, None]) -> None:
        self._results = results

    async def result(self) -> ExecutionResult:
        """The next message as it is sent, or the error that ends the stream."""
        async with asyncio.timeout(TIMEOUT_S):
            return await anext(self._results)

    async def message(self) -> Json:
        """The next message that tells something."""
        while True:
            result = await self.result()
            assert not result.errors, result.errors
            assert result.data is not None
            [message] = result.data.values()
            if message["kind"] != "HEARTBEAT":
                return dict(message)

    async def snapshot(self) -> list[Json]:
        """The messages up to the end of the snapshot, which comes first."""
        messages = [await self.message()]
        while not messages[-1]["snapshotComplete"]:
            messages.append(await self.message())
        assert {message["kind"] for message in messages} == {"SNAPSHOT"}
        return messages

    async def end(self) -> str:
        """The code of the error that ends the stream, however many heartbeats come before."""
        while True:
            result = await self.result()
            if result.errors:
                [error] = result.errors
                return str((error.extensions or {})["code"])
            assert result.data is not None
            [message] = result.data.values()
            assert message["kind"] == "HEARTBEAT", message

    async def close(self) -> None:
        """Leave the stream."""
        await self._results.aclose()


class Live:
    """The schema over a database that is fed; users come with API tokens of their names."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._schema = build_schema()
        self.readers: list[Reader] = []

    async def _context(self, user: str) -> Any:
        settings = self._contexts.settings

        async def ask() -> Any:
            return await authenticate(f"Bearer {user}", None, settings=settings, now=clock.now())

        return await self._contexts.make(ask)

    async def ask(self, query: str, variables: Json | None = None, user: str = "admin") -> Json:
        """The data of a query that has no error."""
        context = await self._context(user)
        result = await self._schema.execute(query, variables, context_value=context)
        assert not result.errors, result.errors
        assert result.data is not None
        return result.data

    async def refusal(self, query: str, variables: Json, user: str) -> str:
        """The code of the one error of a query."""
        context = await self._context(user)
        result = await self._schema.execute(query, variables, context_value=context)
        assert result.errors
        [error] = result.errors
        return str((error.extensions or {})["code"])

    async def read(self, query: str, variables: Json | None = None, user: str = "admin") -> Reader:
        """Subscribe; nothing is read until it is asked for."""
        context = await self._context(user)
        results = await self._schema.subscribe(query, variables, context_value=context)
        assert isinstance(results, AsyncGenerator), results
        reader = Reader(results)
        self.readers.append(reader)
        return reader


@asynccontextmanager
async def live_over(database: Database, directory: Path) -> AsyncIterator[Live]:
    """An instance with an administrator and, for `anna` and `bert`, a token each."""
    settings = Settings(data_dir=directory, database=database.name, stream_heartbeat_s=0.2)
    instance = await ensure_instance(clock.now(), settings)
    await ensure_admin(clock.now())
    await _token("admin")
    for name in ("anna", "bert"):
        await User(
            id=name, name=name, role=UserRole.USER, lanes=["default"], created_at=clock.now()
        ).insert()
        await _token(name)
    hub = Hub(DatabaseHistory(database))
    async with Feed(database, hub):
        catalogue = built_in_types()
        live = Live(Contexts(settings, database, hub, catalogue, instance.signing_key))
        yield live
        for reader in live.readers:
            await reader.close()


async def _token(name: str) -> None:
    token = ApiToken(
        id=name,
        user_id=name,
        name=name,
        prefix=name,
        secret_hash=hashed(name),
        scopes=[Permission.ADMIN],
        created_at=clock.now(),
    )
    await token.insert()


async def make_project(uid: str = "P1", owner: str = "anna", *, shared_with: str = "") -> None:
    """A project with the workspaces W1 and W2."""
    common = {"created_at": clock.now(), "updated_at": clock.now()}
    await Project(
        id=uid,
        uid_num=int(uid[1:]),
        title=uid,
        project_dir=f"/nowhere/{uid}",
        owner_user_id=owner,
        users_with_access=[shared_with] if shared_with else [],
        **common,
    ).insert()
    for number in (1, 2):
        await Workspace(
            id=f"{uid}-W{number}",
            project_uid=uid,
            uid=f"W{number}",
            uid_num=number,
            title=f"W{number}",
            created_by=owner,
            **common,
        ).insert()


async def make_job(uid: str, project: str = "P1", **values: Any) -> Job:
    """A job of W1 unless `values` say else."""
    job: Job = Job(
        id=f"{project}-{uid}",
        project_uid=project,
        project_uid_num=int(project[1:]),
        uid=uid,
        uid_num=int(uid[1:]),
        workspace_uids=["W1"],
        created_by="anna",
        created_at=clock.now(),
        updated_at=clock.now(),
        type="simulate_data",
        type_version=1,
        category="simulations",
        job_dir=uid,
    ).model_copy(update=values)
    await job.insert()
    return job


async def make_operation(*job_ids: str, by: str = "anna", action: str = "clear") -> Operation:
    """An operation on these jobs, which has just been asked for."""
    made = new_operation(action, job_ids, requested_by=by, now=clock.now())
    await made.insert()
    return made


async def finish_job(made: Operation, job_id: str, **values: Any) -> None:
    """Write the outcome of one job of an operation."""
    outcome = JobOutcome(job_id=job_id, **{"done": True, "outcome": "applied", **values})
    place = {"_id": made.id, "outcomes.job_id": job_id}
    update = {"$set": {"outcomes.$": outcome.model_dump()}, "$inc": {"revision": 1}}
    await Operation.rows().update_one(place, update)


async def retitle(uid: str, project: str = "P1") -> None:
    changes = {"title": "changed"}
    await job_moves.change(JobKey(project, uid), changes=changes, now=now())


async def queue(uid: str, lane: str = "default") -> None:
    values = {"queued_to_lane": lane, "queue_entered_at": now()}
    await job_moves.move(
        JobKey("P1", uid),
        to=JobStatus.QUEUED,
        only_from=frozenset({JobStatus.BUILDING}),
        now=now(),
        actor="anna",
        changes=values,
    )


async def unlink(uid: str) -> None:
    changes = {"workspace_uids": ["W2"]}
    await job_moves.change(JobKey("P1", uid), changes=changes, now=now())


async def tell(user: str = "anna", message: str = "Hello.", job_id: str | None = None) -> None:
    status = NotificationStatus.PRIMARY
    await notifications.notify(user, message, status, job_id=job_id, now=now())


def uids(objects: list[Json]) -> list[str]:
    return [one["uid"] for one in objects]
