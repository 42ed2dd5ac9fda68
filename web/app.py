"""The Starlette application: routes, middleware, and what lives as long as the process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from domain import clock
from domain.database import Database, connect
from domain.documents import DOCUMENTS
from domain.instance import ensure_instance
from domain.job_types import load_catalogue
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from domain.settings import Settings
from domain.tokens import shared_pool
from resolvers.graphql import sdl
from web.files import job_file
from web.gone_clients import GoneClients
from web.graphql_view import graphql_app
from web.health import healthz, metrics, readyz
from web.security import DASHBOARD_POLICY, PLAYGROUND_POLICY, SecurityHeaders, allowed_hosts
from web.sign_in.endpoints import (
    enter_with_token,
    is_signed_in,
    show_sign_in,
    sign_in,
    sign_out,
)
from web.sign_in.known_callers import KnownCallers, known_callers
from web.sign_in.page import sign_in_page
from web.static_files import DASHBOARD, PLAYGROUND, BuiltFiles, page

Endpoint = Callable[[Request], Awaitable[Response]]
GZIP_LEVEL = 1
"""8 times smaller for a tenth of a millisecond; 9 costs 15 times that (12-performance)."""


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[Starlette]:
    """The application, connected and fed by the change stream; closed at the end.

    Raises UnsafeDatabase if the database cannot be used, UnusableManifest for
    the documents, SiteRefused for the site's file.
    """
    assert settings.mongodb_url is not None, "the command line settles on a database"
    url = settings.mongodb_url.get_secret_value()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connect(url, settings.database, DOCUMENTS))
        await stack.enter_async_context(shared_pool(settings))
        instance = await ensure_instance(clock.now(), settings)
        hub = Hub(DatabaseHistory(database))
        await stack.enter_async_context(Feed(database, hub))
        callers = await stack.enter_async_context(known_callers(hub, clock.now))
        routes = _routes(settings, database, hub, instance.signing_key, callers)
        yield Starlette(routes=_below(settings.base_path, routes), middleware=_doors(settings))


def _doors(settings: Settings) -> list[Middleware]:
    return [
        Middleware(GoneClients),
        Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(settings)),
        Middleware(SecurityHeaders),
        Middleware(GZipMiddleware, minimum_size=1000, compresslevel=GZIP_LEVEL),
    ]


def _below(base_path: str, routes: list[BaseRoute]) -> list[BaseRoute]:
    return [Mount(base_path, routes=routes)] if base_path else routes


def _routes(
    settings: Settings, database: Database, hub: Hub, signing_key: bytes, callers: KnownCallers
) -> list[BaseRoute]:
    graphql = graphql_app(
        settings=settings,
        database=database,
        hub=hub,
        catalogue=load_catalogue(settings.job_types_dirs, settings.site_file),
        signing_key=signing_key,
        callers=callers,
    )
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return [
        Route("/graphql/schema.graphql", _schema_text),
        Route("/graphql", graphql, methods=methods),
        WebSocketRoute("/graphql", graphql),
        Route("/sign-in", show_sign_in(settings), methods=["GET"]),
        Route("/sign-in", sign_in(settings), methods=["POST"]),
        Route("/sign-out", sign_out(settings), methods=["POST"]),
        Route("/healthz", healthz(database)),
        Route("/readyz", readyz(database)),
        Route("/metrics", metrics(settings)),
        Route("/files/{token}/{name}", job_file(signing_key)),
        Route("/playground", _add_slash(settings)),
        Route("/playground/", _playground),
        Mount("/playground", BuiltFiles(PLAYGROUND, PLAYGROUND_POLICY)),
        Route("/", _dashboard(settings)),
        Mount("/", BuiltFiles(DASHBOARD, DASHBOARD_POLICY)),
    ]


async def _schema_text(request: Request) -> Response:  # noqa: ARG001
    return PlainTextResponse(sdl())


def _dashboard(settings: Settings) -> Endpoint:
    async def answer(request: Request) -> Response:
        if "token" in request.query_params:
            return await enter_with_token(request, settings)
        if not await is_signed_in(request, settings):
            return sign_in_page(settings, to=request.url.query)
        return page(DASHBOARD, "dashboard", DASHBOARD_POLICY)

    return answer


async def _playground(request: Request) -> Response:  # noqa: ARG001
    return page(PLAYGROUND, "playground", PLAYGROUND_POLICY)


def _add_slash(settings: Settings) -> Endpoint:
    async def answer(request: Request) -> Response:  # noqa: ARG001
        return RedirectResponse(f"{settings.base_path}/playground/", status_code=307)

    return answer
