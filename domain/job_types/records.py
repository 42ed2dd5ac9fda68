"""Frozen records from TOML tables, strictly: unknown keys and wrong types are refused."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from domain.job_types.lines import Key, key_text

Table = Mapping[str, Any]  # TOML as tomllib gives it
T = TypeVar("T")
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


class KeyRefused(ValueError):
    """What is wrong with one key of a declaration, or with what it lacks."""

    def __init__(self, key: Key, problem: str) -> None:
        super().__init__(f"{key_text(key)}: {problem}" if key else problem)
        self.key = key


class DeclarationRefused(ValueError):
    """The file is not a good declaration; the message is "file:line: key: what is wrong"."""


def nearest(word: object, known: Iterable[str]) -> str:
    """ "; did you mean …?" if one of the known words is near enough, else ""."""
    near = get_close_matches(str(word), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def read_record(kind: type[T], table: object, key: Key) -> T:
    """A value of the dataclass `kind`; `key` is the table's, () for the whole file.

    Lists become tuples, texts become members of enums, tables become records or mappings. Raises
    KeyRefused for a key that `kind` lacks, one that it needs, and a wrong type.
    """
    if not isinstance(table, Mapping):
        raise KeyRefused(key, "must be a table")
    _check_keys({field.name: field for field in fields(kind)}, table, key)  # type: ignore[arg-type]  # a dataclass
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], v, (*key, name)) for name, v in table.items()})


def _check_keys(known: Mapping[str, Field[Any]], table: Table, key: Key) -> None:
    for name in table:
        if name not in known:
            raise KeyRefused((*key, name), f"unknown key{nearest(name, known)}")
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            raise KeyRefused((*key, name), "is missing")


def _read(hint: Any, value: object, key: Key) -> Any:
    """`value`, which stands at `key`, as the annotation `hint` wants it."""
    if hint is Any:
        return value
    if isinstance(hint, UnionType):
        return _read_first(get_args(hint), value, key)
    if get_origin(hint) is tuple:
        return _read_list(get_args(hint)[0], value, key)
    if get_origin(hint) is not None:
        return _read_mapping(get_args(hint)[1], value, key)
    if issubclass(hint, Enum):
        return _read_member(hint, value, key)
    if isinstance(hint, type) and is_dataclass(hint):
        return read_record(hint, value, key)
    return _read_plain(hint, value, key)


def _read_first(hints: tuple[Any, ...], value: object, key: Key) -> Any:
    refusals = []
    for hint in hints:
        try:
            return None if hint is type(None) and value is None else _read(hint, value, key)
        except KeyRefused as refusal:
            refusals.append(refusal)
    raise max(refusals, key=lambda refusal: len(refusal.key))  # of the one that fits best


def _read_list(hint: Any, value: object, key: Key) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise KeyRefused(key, "must be a list")
    return tuple(_read(hint, item, (*key, place)) for place, item in enumerate(value))


def _read_mapping(hint: Any, value: object, key: Key) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise KeyRefused(key, "must be a table")
    return {name: _read(hint, item, (*key, name)) for name, item in value.items()}


def _read_member(kind: type[Enum], value: object, key: Key) -> Enum:
    try:
        return kind(value)
    except ValueError as error:
        words = ", ".join(str(member.value) for member in kind)
        raise KeyRefused(key, f"must be one of {words}") from error


def _read_plain(kind: type, value: object, key: Key) -> object:
    fits = isinstance(value, (int, float) if kind is float else kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise KeyRefused(key, f"must be {_WORDS.get(kind, kind.__name__)}")
    return value
