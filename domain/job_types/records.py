"""Frozen records from TOML tables, strictly: unknown keys and wrong types are refused."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Table = Mapping[str, Any]  # TOML as tomllib gives it
T = TypeVar("T")
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


class DeclarationRefused(ValueError):
    """The file is not a good declaration; the message names file, table and key."""


def read_record(kind: type[T], table: object, where: str) -> T:
    """A value of the dataclass `kind`; `where` is the table's name, "" for the whole file.

    Lists become tuples, texts become members of enums, tables become records. Raises
    DeclarationRefused for a key that `kind` lacks, one that it needs, and a wrong type.
    """
    if not isinstance(table, Mapping):
        raise DeclarationRefused(f"{where} must be a table")
    _check_keys({field.name: field for field in fields(kind)}, table, where or "the top level")  # type: ignore[arg-type]  # a dataclass
    hints = get_type_hints(kind)
    return kind(**{n: _read(hints[n], v, f"{where}.{n}".strip(".")) for n, v in table.items()})


def _check_keys(known: Mapping[str, Field[Any]], table: Table, where: str) -> None:
    for name in table:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise DeclarationRefused(f"unknown key {name!r} in {where}{hint}")
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            raise DeclarationRefused(f"{where} lacks the key {name!r}")


def _read(hint: Any, value: object, what: str) -> Any:
    """`value` as the annotation `hint` wants it; `what` names it in messages ("run.command")."""
    if hint is Any:
        return value
    if isinstance(hint, UnionType):
        return _read_first(get_args(hint), value, what)
    if get_origin(hint) is tuple:
        return _read_list(get_args(hint)[0], value, what)
    if get_origin(hint) is not None:
        return value  # a mapping: its records have been read already
    if issubclass(hint, Enum):
        return _read_member(hint, value, what)
    if isinstance(hint, type) and is_dataclass(hint):
        return read_record(hint, value, what)
    return _read_plain(hint, value, what)


def _read_first(hints: tuple[Any, ...], value: object, what: str) -> Any:
    refusals = []
    for hint in hints:
        try:
            return None if hint is type(None) and value is None else _read(hint, value, what)
        except DeclarationRefused as refusal:
            refusals.append(str(refusal))
    raise DeclarationRefused(refusals[-1 if isinstance(value, Mapping) else 0])


def _read_list(hint: Any, value: object, what: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise DeclarationRefused(f"{what} must be a list")
    return tuple(_read(hint, item, f"an item of {what}") for item in value)


def _read_member(kind: type[Enum], value: object, what: str) -> Enum:
    try:
        return kind(value)
    except ValueError as error:
        words = ", ".join(str(member.value) for member in kind)
        raise DeclarationRefused(f"{what} must be one of {words}") from error


def _read_plain(kind: type, value: object, what: str) -> object:
    fits = isinstance(value, (int, float) if kind is float else kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise DeclarationRefused(f"{what} must be {_WORDS.get(kind, kind.__name__)}")
    return value
