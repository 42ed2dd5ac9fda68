"""Read a declaration from TOML, strictly: a key that nobody knows is an error, not a comment."""

from collections.abc import Mapping
from pathlib import Path

from domain.job_types.consistency import check_declaration
from domain.job_types.declaration import JobTypeDeclaration
from domain.job_types.records import DeclarationRefused, Table, read_record
from domain.job_types.toml_file import read_toml

TITLED = ("params", "inputs", "outputs", "sections")


def load_declaration(path: Path) -> JobTypeDeclaration:
    """The job type in `path`; raises DeclarationRefused."""
    return read_toml(path, _declaration, DeclarationRefused)


def _declaration(table: Table) -> JobTypeDeclaration:
    titled = {where: _titled(table[where]) for where in TITLED if where in table}
    short = {"short_title": table.get("short_title", table.get("title", ""))}
    declaration = read_record(JobTypeDeclaration, {**table, **short, **titled}, ())
    check_declaration(declaration)
    return declaration


def _titled(tables: object) -> object:
    """[where.name] tables; a title is made of the name if there is none."""
    if not isinstance(tables, Mapping):
        return tables
    return {name: _with_title(name, table) for name, table in tables.items()}


def _with_title(name: str, table: object) -> object:
    title = {"title": name.replace("_", " ").capitalize()}
    return {**title, **table} if isinstance(table, Mapping) else table
