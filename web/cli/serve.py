"""`lanekeeper serve`: database, API and scheduler under one supervisor; one line with the URL."""

import asyncio
import itertools
import logging
import signal
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from domain import clock
from domain.database import UnsafeDatabase, connect
from domain.documents import DOCUMENTS
from domain.instance import ensure_admin
from domain.job_types import SiteRefused, load_site
from domain.settings import Settings
from web.cli.logs import configure_logs
from web.cli.refusals import refuse
from web.embedded_mongo import EmbeddedMongoError
from web.listening import PortTaken, require_free_port
from web.processes import AlreadyRunning
from web.processes import serve as run_all
from web.sign_in import make_one_time_token

log = logging.getLogger(__name__)
POLL_S = 0.1
SLOW_S = 60.0
"""After so long without an answer the operator is told where to look."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the API and the dashboard.")] = 8000,
    data_dir: Annotated[
        Path, typer.Option(help="Where projects, the database and secrets live.")
    ] = Path("lanekeeper-data"),
) -> None:
    """Start everything on this machine and print the URL to open."""
    configure_logs()
    settings = Settings(host=host, port=port, data_dir=data_dir)
    try:
        require_free_port(host, port)
        load_site(settings.site_file)
        asyncio.run(_serve(settings))
    except (AlreadyRunning, EmbeddedMongoError, PortTaken, SiteRefused, UnsafeDatabase) as error:
        refuse(str(error))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    async def announce(url: str) -> None:
        await _until_healthy(settings)
        typer.echo(f"Lanekeeper is ready: {await _address(settings, url)}")

    await run_all(settings, announce, stop)


async def _until_healthy(settings: Settings) -> None:
    url = f"http://{_reachable(settings.host)}:{settings.port}{settings.base_path}/healthz"
    for asked in itertools.count(1):
        if await asyncio.to_thread(_answers, url):
            return
        if asked == SLOW_S // POLL_S:
            log.warning("Not ready yet; the lines above, and %s, say what is missing.", url)
        await asyncio.sleep(POLL_S)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def _address(settings: Settings, url: str) -> str:
    """The page's address with a one-time token that signs its first visitor in."""
    async with connect(url, settings.database, DOCUMENTS):
        admin = await ensure_admin(clock.now())
        token = await make_one_time_token(admin.id, now=clock.now())
    host = _reachable(settings.host)
    return f"http://{host}:{settings.port}{settings.base_path}/?token={token}"


def _reachable(host: str) -> str:
    """The name by which a browser on this machine reaches `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
