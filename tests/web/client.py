"""A browser or a script in front of some routes, without a server between."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

ORIGIN = "http://testserver"


@asynccontextmanager
async def client(
    routes: Sequence[BaseRoute], middleware: Sequence[Middleware] = ()
) -> AsyncIterator[AsyncClient]:
    """A client that keeps cookies and follows no redirect by itself."""
    app = Starlette(routes=list(routes), middleware=list(middleware))
    async with AsyncClient(transport=ASGITransport(app), base_url=ORIGIN) as opened:
        yield opened
