"""Work that a command does on the database as an administrator, beside a running server."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from domain import clock
from domain.database import UnsafeDatabase, connect
from domain.documents import DOCUMENTS
from domain.errors import DomainError
from domain.instance import ensure_instance
from domain.job_types import SiteRefused, load_catalogue
from domain.permissions import UserRole, Viewer
from domain.settings import Settings
from domain.transaction import in_transaction
from domain.use_cases.context import Request
from web.cli.refusals import refuse
from web.embedded_mongo import EmbeddedMongo, socket_of

TIMEOUT_S = 5.0
T = TypeVar("T")
DataDir = Annotated[
    Path | None,
    typer.Option(help="The data directory of the running `lanekeeper serve`."),
]


def as_operator(work: Callable[[Request], Awaitable[T]], data_dir: Path | None) -> T:
    """What `work` answers; all that it writes, or nothing. A refusal ends the command."""
    return _run(work, data_dir, at_once=True)


def step_by_step(work: Callable[[Request], Awaitable[T]], data_dir: Path | None) -> T:
    """What `work` answers; it may take long, so each of its writes is seen as it is made."""
    return _run(work, data_dir, at_once=False)


def _run(work: Callable[[Request], Awaitable[T]], data_dir: Path | None, *, at_once: bool) -> T:
    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    try:
        return asyncio.run(_on_database(work, settings, at_once=at_once))
    except (DomainError, SiteRefused, UnsafeDatabase) as refusal:
        refuse(str(refusal))


async def _on_database(
    work: Callable[[Request], Awaitable[T]], settings: Settings, *, at_once: bool
) -> T:
    url = _url(settings)
    async with connect(url, settings.database, DOCUMENTS, timeout_s=TIMEOUT_S) as database:
        now = clock.now()
        await ensure_instance(now, settings)
        operator = Viewer(user_id="", name="operator", role=UserRole.ADMIN)
        request = Request(
            operator, now, settings, load_catalogue(settings.job_types_dirs, settings.site_file)
        )
        if not at_once:
            return await work(request)
        return await in_transaction(database, lambda: work(request))


def _url(settings: Settings) -> str:
    if settings.mongodb_url is not None:
        return settings.mongodb_url.get_secret_value()
    if not socket_of(settings.data_root).exists():
        refuse(
            f"No Lanekeeper is running on {settings.data_root}: start `lanekeeper serve`, name its "
            "directory with --data-dir, or set LANEKEEPER_MONGODB_URL."
        )
    return EmbeddedMongo(settings.data_root).url
