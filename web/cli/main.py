"""`lanekeeper`: one command a file, which is read when the command is asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "serve": "serve",
    "api": "api",
    "scheduler": "scheduler",
    "export-schema": "export_schema",
    "doctor": "doctor",
    "demo": "demo",
    "users": "users",
    "lane": "lanes",
    "jobtypes": "job_types",
}
"""Command → its file here, and what in it is the command: a function, or a Typer of several."""


class Commands(TyperGroup):
    """A process reads what it runs and no more: all commands together take it two seconds.

    Contexts and commands are those of click, which typer keeps to itself: hence Any.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Their names, as help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command; None if there is none of that name."""
        file = COMMANDS.get(cmd_name)
        if file is None:
            return None
        found = getattr(import_module(f"web.cli.{file}"), file)
        return _command(found, cmd_name)


def _command(found: typer.Typer | Callable[..., None], name: str) -> Any:
    typed = found
    if not isinstance(typed, typer.Typer):
        typed = typer.Typer(add_completion=False)
        typed.command()(found)
    command = typer.main.get_command(typed)
    command.name = name
    return command


app = typer.Typer(
    cls=Commands,
    help="Lanekeeper: a job manager for cryo-EM and any chain of GPU programs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _all() -> None:
    pass


def main() -> None:
    """The console script `lanekeeper`."""
    app()


if __name__ == "__main__":
    main()
