"""Read a declaration from TOML, strictly: a key that nobody knows is an error, not a comment."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from domain.job_types.declaration import (
    CATEGORIES,
    DATA_TYPES,
    BuilderTag,
    InputDeclaration,
    JobTypeDeclaration,
    OutputDeclaration,
    ParamDeclaration,
    ParamType,
    Requirements,
    ResourceDeclaration,
    RunDeclaration,
    Stability,
)
from domain.job_types.expressions import ExpressionRefused
from domain.job_types.params import check_params, complete_params, resources

Table = Mapping[str, Any]  # TOML as tomllib gives it
T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


class DeclarationRefused(ValueError):
    """The file is not a good declaration; the message names file, table and key."""


def load_declaration(path: Path) -> JobTypeDeclaration:
    """The job type in `path`; raises DeclarationRefused."""
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DeclarationRefused(f"{path.name}: {error}") from error
    try:
        declaration = _declaration(table)
        _check(declaration)
    except (DeclarationRefused, ExpressionRefused, ValueError) as error:
        raise DeclarationRefused(f"{path.name}: {error}") from error
    return declaration


def _declaration(table: Table) -> JobTypeDeclaration:
    plain = {name: value for name, value in table.items() if name not in _TABLES}
    plain.setdefault("short_title", plain.get("title", ""))
    return _record(
        JobTypeDeclaration,
        plain
        | {
            "stability": Stability(table.get("stability", "stable")),
            "builder_tags": tuple(BuilderTag(tag) for tag in table.get("builder_tags", ())),
            "requires": _record(Requirements, table.get("requires", {}), "requires"),
            "run": _record(RunDeclaration, table.get("run", {}), "run"),
            "resources": _record(ResourceDeclaration, table.get("resources", {}), "resources"),
            "params": {n: _param(n, t) for n, t in table.get("params", {}).items()},
            "sections": {n: str(t["title"]) for n, t in table.get("sections", {}).items()},
            "inputs": _named(InputDeclaration, table, "inputs"),
            "outputs": _named(OutputDeclaration, table, "outputs"),
        },
        "the top level",
    )


_TABLES = frozenset({"requires", "run", "resources", "params", "sections", "inputs", "outputs"})


def _named(kind: type[T], table: Table, where: str) -> dict[str, T]:
    tables = table.get(where, {})
    return {
        _checked_name(name): _record(kind, {"title": _title(name), **content}, f"{where}.{name}")
        for name, content in tables.items()
    }


def _param(name: str, table: Table) -> ParamDeclaration:
    typed = {"title": _title(name), **table, "type": ParamType(table.get("type", "string"))}
    return _record(ParamDeclaration, typed, f"params.{_checked_name(name)}")


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise DeclarationRefused(f"{name!r} is not a name of letters, digits and underscores")
    return name


def _record(kind: type[T], table: Table, where: str) -> T:
    """A frozen value of `kind` from `table`; lists become tuples."""
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # dataclasses
    for name in table:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise DeclarationRefused(f"unknown key {name!r} in {where}{hint}")
    missing = [
        name
        for name, field in known.items()
        if field.default is MISSING and field.default_factory is MISSING and name not in table
    ]
    if missing:
        raise DeclarationRefused(f"{where} lacks the key {missing[0]!r}")
    return kind(**{n: tuple(v) if isinstance(v, list) else v for n, v in table.items()})


def _check(declaration: JobTypeDeclaration) -> None:
    """What the shape of single values cannot tell."""
    _checked_name(declaration.type)
    if declaration.category not in CATEGORIES:
        raise DeclarationRefused(f"there is no category {declaration.category!r}")
    _check_data_types(declaration)
    defaults = complete_params(declaration, {})
    for problem in check_params(declaration, defaults):
        if defaults[problem.name] is not None:
            raise DeclarationRefused(f"default of params.{problem.name}: {problem.message}")
    if all(not param.required for param in declaration.params.values()):
        resources(declaration, {})


def _check_data_types(declaration: JobTypeDeclaration) -> None:
    types = {name: slot.type for name, slot in declaration.inputs.items()}
    types |= {name: slot.type for name, slot in declaration.outputs.items()}
    for name, type_ in types.items():
        if type_ not in DATA_TYPES:
            raise DeclarationRefused(f"{name} has the unknown data type {type_!r}")
    for name, output in declaration.outputs.items():
        if output.passthrough is not None and output.passthrough not in declaration.inputs:
            raise DeclarationRefused(f"outputs.{name} passes through no input of this type")
