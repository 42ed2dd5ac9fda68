"""Read a declaration from TOML, strictly: a key that nobody knows is an error, not a comment."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from domain.job_types.consistency import check_declaration
from domain.job_types.declaration import JobTypeDeclaration
from domain.job_types.lines import line_of, line_of_fault
from domain.job_types.records import DeclarationRefused, KeyRefused, Table, read_record

TITLED = ("params", "inputs", "outputs", "sections")


def load_declaration(path: Path) -> JobTypeDeclaration:
    """The job type in `path`; raises DeclarationRefused."""
    try:
        return _parsed(path, path.read_text(encoding="utf-8"))
    except DeclarationRefused:
        raise
    except (OSError, ValueError, RecursionError) as error:  # no text, or beyond Python's limits
        raise DeclarationRefused(f"{path}: {error}") from error


def _parsed(path: Path, text: str) -> JobTypeDeclaration:
    try:
        declaration = _declaration(tomllib.loads(text))
        check_declaration(declaration)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationRefused(f"{path}:{line_of_fault(text, error)}: {error}") from error
    except KeyRefused as refusal:
        raise DeclarationRefused(f"{path}:{line_of(text, refusal.key)}: {refusal}") from refusal
    return declaration


def _declaration(table: Table) -> JobTypeDeclaration:
    titled = {where: _titled(table[where]) for where in TITLED if where in table}
    short = {"short_title": table.get("short_title", table.get("title", ""))}
    return read_record(JobTypeDeclaration, {**table, **short, **titled}, ())


def _titled(tables: object) -> object:
    """[where.name] tables; a title is made of the name if there is none."""
    if not isinstance(tables, Mapping):
        return tables
    return {name: _with_title(name, table) for name, table in tables.items()}


def _with_title(name: str, table: object) -> object:
    title = {"title": name.replace("_", " ").capitalize()}
    return {**title, **table} if isinstance(table, Mapping) else table
