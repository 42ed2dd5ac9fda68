"""`lanekeeper api`: one API process, on a database that is there already."""

import asyncio
import gc

import uvicorn
from starlette.types import ASGIApp

from domain.database import UnsafeDatabase
from domain.job_types import SiteRefused
from domain.settings import Settings
from web.app import application
from web.cli.logs import configure_logs
from web.cli.refusals import refuse
from web.impatient_http import ImpatientHttp
from web.listening import PortTaken, listening_socket
from web.persisted_documents import UnusableManifest

SOCKET_LIMIT_BYTES = 1024 * 1024
STOP_TIMEOUT_S = 2


def api() -> None:
    """Serve GraphQL and the dashboard; needs LANEKEEPER_MONGODB_URL."""
    configure_logs()
    settings = Settings()
    if settings.mongodb_url is None:
        refuse("Set LANEKEEPER_MONGODB_URL to a replica set, or use `lanekeeper serve`.")
    gc.set_threshold(200_000, 50, 1000)  # halves the cost of a delivery (12-performance, 3)
    try:
        asyncio.run(_run(settings))
    except (UnsafeDatabase, PortTaken, SiteRefused, UnusableManifest) as error:
        refuse(str(error))


async def _run(settings: Settings) -> None:
    listener = listening_socket(settings.host, settings.port)
    async with application(settings) as app:
        await server(app, settings).serve(sockets=[listener])


def server(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """What serves the application, ready to be given its listening socket."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            http=ImpatientHttp,
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=SOCKET_LIMIT_BYTES,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=STOP_TIMEOUT_S,
            limit_concurrency=20_000,
            proxy_headers=bool(settings.base_path),
        )
    )
