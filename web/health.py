"""/healthz, /readyz and /metrics: is it up, may it be used, how is it doing."""

import asyncio
from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain import clock
from domain.database import Database, DatabaseFault
from domain.documents import Lease
from domain.documents.instance import LEASE_ID
from domain.settings import Settings
from web.sign_in import authenticate

Endpoint = Callable[[Request], Awaitable[Response]]
TIMEOUT_S = 2.0


def healthz(database: Database) -> Endpoint:
    """200 once API, database and scheduler are ready, else 503; the body says which is not."""

    async def answer(request: Request) -> Response:  # noqa: ARG001
        parts = {"api": True, "database": await _answers(database), "scheduler": False}
        if parts["database"]:
            parts["scheduler"] = await _scheduler_leads()
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    return answer


def readyz(database: Database) -> Endpoint:
    """200 if this process can answer queries, whoever schedules."""

    async def answer(request: Request) -> Response:  # noqa: ARG001
        ready = await _answers(database)
        return JSONResponse({"api": True, "database": ready}, status_code=200 if ready else 503)

    return answer


def metrics(settings: Settings) -> Endpoint:
    """Prometheus' text format, for administrators' bearer tokens."""

    async def answer(request: Request) -> Response:
        authorization = request.headers.get("authorization")
        viewer = await authenticate(authorization, None, settings=settings, now=clock.now())
        if viewer is None or not viewer.is_admin:
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return answer


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await database.command("ping")
    except (DatabaseFault, TimeoutError):
        return False
    return True


async def _scheduler_leads() -> bool:
    """Whether a leader is ready and its lease still runs, by the database's own clock."""
    current = {"$gt": ["$expires_at", "$$NOW"]}
    led = {"_id": LEASE_ID, "$expr": current, "ready_at": {"$ne": None}}
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await Lease.rows().count_documents(led) == 1
    except (DatabaseFault, TimeoutError):
        return False
