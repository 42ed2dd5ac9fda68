"""Read a declaration from TOML, strictly: a key that nobody knows is an error, not a comment."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from domain.job_types.command import render_command
from domain.job_types.declaration import (
    CATEGORIES,
    DATA_TYPES,
    PHASES,
    InputDeclaration,
    JobTypeDeclaration,
    OutputDeclaration,
    ParamDeclaration,
    ParamType,
)
from domain.job_types.expressions import ExpressionRefused, evaluate
from domain.job_types.params import check_params, complete_params
from domain.job_types.records import DeclarationRefused, Table, read_record

T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_STAND_INS: Mapping[ParamType, object] = {
    ParamType.INTEGER: 1,
    ParamType.NUMBER: 1.0,
    ParamType.BOOLEAN: True,
}
"""For params without a default, where only the form of an expression is in question."""


def load_declaration(path: Path) -> JobTypeDeclaration:
    """The job type in `path`; raises DeclarationRefused."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        declaration = _declaration(table)
        _check(declaration)
    except (OSError, ValueError, RecursionError) as error:  # TOML's and ours are ValueErrors
        raise DeclarationRefused(f"{path.name}: {error}") from error
    return declaration


def _declaration(table: Table) -> JobTypeDeclaration:
    records = {
        "params": _named(ParamDeclaration, table, "params"),
        "inputs": _named(InputDeclaration, table, "inputs"),
        "outputs": _named(OutputDeclaration, table, "outputs"),
        "sections": {n: s.title for n, s in _named(_Section, table, "sections").items()},
    }
    short = {"short_title": table.get("short_title", table.get("title", ""))}
    return read_record(JobTypeDeclaration, {**table, **short, **records}, "")


@dataclass(frozen=True)
class _Section:
    title: str


def _named(kind: type[T], table: Table, where: str) -> dict[str, T]:
    """The records of [where.name] tables, by name; a title is made of the name if there is none."""
    tables = table.get(where, {})
    if not isinstance(tables, Mapping):
        raise DeclarationRefused(f"{where} must be a table")
    return {name: _named_record(kind, name, t, f"{where}.{name}") for name, t in tables.items()}


def _named_record(kind: type[T], name: str, table: object, where: str) -> T:
    _check_name(name)
    if isinstance(table, Mapping):
        table = {"title": name.replace("_", " ").capitalize(), **table}
    return read_record(kind, table, where)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise DeclarationRefused(f"{name!r} is not a name of letters, digits and underscores")


def _check(declaration: JobTypeDeclaration) -> None:
    """What the shape of single values cannot tell."""
    _check_name(declaration.type)
    if declaration.category not in CATEGORIES:
        raise DeclarationRefused(f"there is no category {declaration.category!r}")
    _check_data_types(declaration)
    _check_patterns(declaration)
    _check_defaults(declaration)
    _check_resources(declaration)
    _check_command(declaration)
    _check_next_steps(declaration)


def _check_data_types(declaration: JobTypeDeclaration) -> None:
    for where, type_ in _data_types(declaration):
        if type_ not in DATA_TYPES:
            raise DeclarationRefused(f"{where} has the unknown data type {type_!r}")
    for name, output in declaration.outputs.items():
        if output.passthrough is not None and output.passthrough not in declaration.inputs:
            raise DeclarationRefused(f"outputs.{name} passes through no input of this type")


def _data_types(declaration: JobTypeDeclaration) -> Iterator[tuple[str, str]]:
    yield from ((f"inputs.{name}", slot.type) for name, slot in declaration.inputs.items())
    yield from ((f"outputs.{name}", slot.type) for name, slot in declaration.outputs.items())


def _check_defaults(declaration: JobTypeDeclaration) -> None:
    defaults = complete_params(declaration, {})
    for problem in check_params(declaration, defaults):
        if defaults[problem.name] is not None:
            raise DeclarationRefused(f"default of params.{problem.name}: {problem.message}")
    for name, param in declaration.params.items():
        if param.type is ParamType.ENUM and not param.enum_values:
            raise DeclarationRefused(f"params.{name} is an enum without enum_values")


def _check_patterns(declaration: JobTypeDeclaration) -> None:
    for name, param in declaration.params.items():
        try:
            re.compile(param.pattern or "")
        except re.error as error:
            raise DeclarationRefused(f"pattern of params.{name}: {error}") from error


def _check_resources(declaration: JobTypeDeclaration) -> None:
    need, values = declaration.resources, _example_params(declaration)
    for name, expression in vars(need).items():
        try:
            evaluate(expression, values)
        except ExpressionRefused as refusal:
            raise DeclarationRefused(f"resources.{name}: {refusal}") from refusal


def _example_params(declaration: JobTypeDeclaration) -> dict[str, object]:
    return {
        name: _STAND_INS.get(param.type) if param.default is None else param.default
        for name, param in declaration.params.items()
    }


def _check_command(declaration: JobTypeDeclaration) -> None:
    """Render it once with every value true, so that no unknown name waits for a run."""
    if not declaration.run.command:
        raise DeclarationRefused("command in run is empty")
    if declaration.run.phases and declaration.run.phases != PHASES:
        raise DeclarationRefused(f"phases in run must be {list(PHASES)}")
    if declaration.run.phases and declaration.run.interactive is None:
        raise DeclarationRefused("run has phases, but interactive names no panel")
    given = ("python", "programs", "project_dir", "job_dir", "run_dir", "phase")
    params = dict.fromkeys(declaration.params, True)
    context = {**dict.fromkeys(given, ""), "params": params, "resources": {"cpu_count": 1}}
    render_command(declaration, context)


def _check_next_steps(declaration: JobTypeDeclaration) -> None:
    """Each type once, since it names the step; only outputs that there are."""
    seen: set[str] = set()
    for step in declaration.steps:
        if step.type in seen:
            raise DeclarationRefused(f"next_steps names {step.type} twice")
        seen.add(step.type)
        for output in (step.connect or {}).values():
            if output not in declaration.outputs:
                raise DeclarationRefused(f"next_steps connects {output!r}, which is no output")
