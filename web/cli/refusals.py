"""How a command says that it cannot go on."""

from typing import NoReturn

import typer


def refuse(sentence: str) -> NoReturn:
    """Print one sentence to stderr and end with status 1."""
    typer.echo(f"lanekeeper: {sentence}", err=True)
    raise typer.Exit(1)
