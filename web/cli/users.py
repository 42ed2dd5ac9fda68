"""`lanekeeper users`: make accounts and set passwords without a browser."""

import sys
from typing import Annotated

import typer

from domain.documents import User
from domain.permissions import UserRole
from domain.use_cases.context import Request
from domain.use_cases.set_password import set_password
from domain.use_cases.users import UserChanges, UserRef, create_user
from web.cli.operator import DataDir, as_operator

users = typer.Typer(
    help="Make accounts and set passwords.", no_args_is_help=True, add_completion=False
)

Name = Annotated[str, typer.Argument(help="The user's name.", show_default=False)]


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

    as_operator(work, data_dir)
    typer.echo(f"{name} can sign in now.")


@users.command()
def password(name: Name, *, data_dir: DataDir = None) -> None:
    """Set a user's password and end its sessions; asked for, or read from standard input."""
    new = _new_password()

    async def work(request: Request) -> User:
        return await set_password(request, new_password=new, wanted=UserRef(name=name))

    as_operator(work, data_dir)
    typer.echo(f"{name} has a new password, and is signed out everywhere.")


def _new_password() -> str:
    if sys.stdin.isatty():
        text: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return text
    return sys.stdin.readline().rstrip("\r\n")
