"""`lanekeeper users`: make accounts and set passwords without a browser."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from domain import clock
from domain.database import UnsafeDatabase, connect
from domain.documents import DOCUMENTS, User
from domain.errors import DomainError
from domain.instance import ensure_instance
from domain.job_types import load_catalogue
from domain.permissions import UserRole, Viewer
from domain.settings import Settings
from domain.use_cases.context import Request
from domain.use_cases.set_password import set_password
from domain.use_cases.users import UserChanges, UserRef, create_user
from web.cli.refusals import refuse
from web.embedded_mongo import EmbeddedMongo, socket_of

users = typer.Typer(help="Make accounts and set passwords.", no_args_is_help=True)
TIMEOUT_S = 5.0

Name = Annotated[str, typer.Argument(help="The user's name.", show_default=False)]
DataDir = Annotated[
    Path | None,
    typer.Option(help="The data directory of the running `lanekeeper serve`."),
]
Work = Callable[[Request], Awaitable[User]]


@users.command()
def add(
    name: Name,
    *,
    admin: Annotated[bool, typer.Option("--admin", help="Make an administrator.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Make an account; its password is asked for, or read from a line of standard input."""
    role = UserRole.ADMIN if admin else UserRole.USER
    new = _new_password()

    async def work(request: Request) -> User:
        values = UserChanges(role=role, may_set_priority=admin)
        return await create_user(request, name=name, password=new, values=values)

    _run(work, data_dir)
    typer.echo(f"{name} can sign in now.")


@users.command()
def password(name: Name, *, data_dir: DataDir = None) -> None:
    """Set a user's password and end its sessions; asked for, or read from standard input."""
    new = _new_password()

    async def work(request: Request) -> User:
        return await set_password(request, new_password=new, wanted=UserRef(name=name))

    _run(work, data_dir)
    typer.echo(f"{name} has a new password, and is signed out everywhere.")


def _new_password() -> str:
    if sys.stdin.isatty():
        text: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return text
    return sys.stdin.readline().rstrip("\r\n")


def _run(work: Work, data_dir: Path | None) -> None:
    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    try:
        asyncio.run(_on_database(work, settings))
    except (DomainError, UnsafeDatabase) as refusal:
        refuse(str(refusal))


async def _on_database(work: Work, settings: Settings) -> None:
    url = _url(settings)
    async with connect(url, settings.database, DOCUMENTS, timeout_s=TIMEOUT_S):
        now = clock.now()
        await ensure_instance(now, settings)
        operator = Viewer(user_id="", name="operator", role=UserRole.ADMIN)
        await work(Request(operator, now, settings, load_catalogue()))


def _url(settings: Settings) -> str:
    if settings.mongodb_url is not None:
        return settings.mongodb_url.get_secret_value()
    if not socket_of(settings.data_root).exists():
        refuse(
            f"No Lanekeeper is running on {settings.data_root}: start `lanekeeper serve`, name its "
            "directory with --data-dir, or set LANEKEEPER_MONGODB_URL."
        )
    return EmbeddedMongo(settings.data_root).url
