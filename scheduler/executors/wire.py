"""How the values of the protocol travel between us and a node: as JSON, one object a line.

What comes back is another machine's word: it is read into our types, or refused.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from scheduler.executors.base import Doubt, Refused, Started, StartResult

Plain = Any  # JSON: read into a type just below, never passed on
T = TypeVar("T")
START_RESULTS = {kind.__name__: kind for kind in (Started, Refused, Doubt)}


def line_of(record: Mapping[str, Plain]) -> bytes:
    """The record as a line, with its end."""
    return json.dumps(record, default=str).encode() + b"\n"


def plain(value: object) -> Plain:
    """A dataclass of the protocol as JSON takes it; a path becomes text."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def read_as(kind: type[T], value: Plain) -> T:
    """The dataclass `kind` from what `plain` made of it.

    Raises KeyError, TypeError or ValueError if it is something else.
    """
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: _read(hints[name], value[name]) for name in names})


def _read(hint: Any, value: Plain) -> Any:
    """A field's value; `hint` is what its annotation says, whatever that is."""
    origin = get_origin(hint)
    if origin is UnionType:
        (inner,) = (each for each in get_args(hint) if each is not NoneType)
        return None if value is None else _read(inner, value)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], each) for each in value)
    if origin is not None:
        return {str(key): str(each) for key, each in value.items()}
    return read_as(hint, value) if is_dataclass(hint) and isinstance(hint, type) else hint(value)


def plain_start(result: StartResult) -> Plain:
    """For `read_start`: the kind of the result and what it says."""
    return {"kind": type(result).__name__, **asdict(result)}


def read_start(record: Plain) -> StartResult:
    """Raises KeyError or TypeError if it is none."""
    values = {name: str(value) for name, value in record.items() if name != "kind"}
    result: StartResult = START_RESULTS[record["kind"]](**values)
    return result
