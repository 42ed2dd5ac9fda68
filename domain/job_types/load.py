"""Read a declaration from TOML, strictly: a key that nobody knows is an error, not a comment."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from domain.job_types.consistency import check_declaration, check_name
from domain.job_types.declaration import (
    InputDeclaration,
    JobTypeDeclaration,
    OutputDeclaration,
    ParamDeclaration,
)
from domain.job_types.lines import Key, line_of, line_of_fault
from domain.job_types.outputs import NUMBER
from domain.job_types.outside_rules import Collected
from domain.job_types.records import DeclarationRefused, KeyRefused, Table, read_record

T = TypeVar("T")


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
    records: dict[str, object] = {
        "params": _named(ParamDeclaration, table, "params"),
        "inputs": _named(InputDeclaration, table, "inputs"),
        "outputs": _named(OutputDeclaration, table, "outputs"),
        "sections": {n: s.title for n, s in _named(_Section, table, "sections").items()},
    }
    run = table.get("run")
    if isinstance(run, Mapping) and "collect" in run:
        records["run"] = {**run, "collect": _collected(run["collect"])}
    short = {"short_title": table.get("short_title", table.get("title", ""))}
    return read_record(JobTypeDeclaration, {**table, **short, **records}, ())


def _collected(tables: object) -> dict[str, Collected]:
    """The records of [run.collect.output] tables, by output."""
    key: Key = ("run", "collect")
    if not isinstance(tables, Mapping):
        raise KeyRefused(key, "must be a table")
    return {name: read_record(Collected, table, (*key, name)) for name, table in tables.items()}


@dataclass(frozen=True)
class _Section:
    title: str


def _named(kind: type[T], table: Table, where: str) -> dict[str, T]:
    """The records of [where.name] tables, by name; a title is made of the name if there is none."""
    tables = table.get(where, {})
    if not isinstance(tables, Mapping):
        raise KeyRefused((where,), "must be a table")
    return {name: _named_record(kind, name, t, (where, name)) for name, t in tables.items()}


def _named_record(kind: type[T], name: str, table: object, key: Key) -> T:
    check_name(name.replace(NUMBER, "0") if kind is OutputDeclaration else name, key)
    if isinstance(table, Mapping):
        table = {"title": name.replace("_", " ").capitalize(), **table}
    return read_record(kind, table, key)
