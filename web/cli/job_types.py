"""`lanekeeper jobtypes`: what there is, whether a declaration is good, and what programs need."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.job_types import (
    Catalogue,
    DeclarationRefused,
    JobTypeDeclaration,
    SiteRefused,
    load_catalogue,
    load_declaration,
)
from domain.job_types.page import index, page
from domain.settings import Settings
from scheduler.executors.programs import lacking
from scheduler.job_file import PROGRAMS
from scheduler.needed_programs import programs_of

job_types = typer.Typer(
    help="List and check job types.", no_args_is_help=True, add_completion=False
)

File = Annotated[Path, typer.Argument(help="A declaration (TOML).", show_default=False)]
Directory = Annotated[Path, typer.Argument(help="Where the pages go.", show_default=False)]


@job_types.command(name="list")
def list_types() -> None:
    """List all job types of this installation; of those that cannot run here, why."""
    catalogue = _catalogue()
    table = Table("Key", "Title", "From", "Runs here", box=None)
    for declaration in catalogue.all():
        reason = _reason(catalogue, declaration)
        provider = catalogue.providers[declaration.type]
        table.add_row(declaration.type, declaration.title, provider, reason or "yes")
    Console(width=160, soft_wrap=True).print(table)
    for problem in catalogue.problems.values():
        typer.echo(problem, err=True)


@job_types.command()
def check(file: File) -> None:
    """Say whether a declaration is good, or what is wrong with it: file, line and key."""
    try:
        declaration = load_declaration(file)
    except DeclarationRefused as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal
    typer.echo(f"{file}: {declaration.type}, version {declaration.version}, is good.")
    reason = _reason(_catalogue(), declaration)
    if reason is not None:
        typer.echo(f"It cannot run on this machine: {reason}")


def _reason(catalogue: Catalogue, declaration: JobTypeDeclaration) -> str | None:
    """Why it cannot run on this machine, whose programs are asked for their versions too."""
    given = catalogue.site.surroundings(declaration.type, lane="", target="")
    lacks = lacking({"": programs_of(declaration, given)})
    if lacks:
        return f"{lacks['']} is not installed. {declaration.requires.message}".strip()
    return catalogue.unavailable_reason(declaration)


def _catalogue() -> Catalogue:
    settings = Settings()
    try:
        return load_catalogue(settings.job_types_dirs, settings.site_file)
    except SiteRefused as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal


@job_types.command()
def helper() -> None:
    """Print the helper module for programs of your own; save it as lanekeeper_job.py."""
    typer.echo((PROGRAMS / "lanekeeper_job.py").read_text(), nl=False)


@job_types.command(hidden=True)
def pages(directory: Directory) -> None:
    """Write the documentation of the built-in types, a page each."""
    directory.mkdir(parents=True, exist_ok=True)
    declarations = load_catalogue().all()
    for declaration in declarations:
        (directory / f"{declaration.type}.md").write_text(page(declaration))
    (directory / "README.md").write_text(index(declarations))
