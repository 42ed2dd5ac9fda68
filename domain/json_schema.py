"""JSON Schema, as far as the forms of interactive jobs use it; values in, violations out.

Known keywords: type, enum, const, properties, required, additionalProperties, items, minItems,
maxItems, uniqueItems, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength.
Others say nothing. Source: JSON Schema, draft 2020-12, validation vocabulary.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]  # as a program sent it: any value is possible
MAX_DEPTH = 16


@dataclass(frozen=True)
class Violation:
    """Where a value breaks its schema: `path` leads to it, `constraint` is "keyword=value"."""

    path: tuple[str, ...]
    constraint: str
    message: str


def violations(value: object, schema: object, path: tuple[str, ...] = ()) -> Iterator[Violation]:
    """What is wrong with `value`, the outermost first; nothing if `schema` is no object."""
    if not isinstance(schema, Mapping) or len(path) > MAX_DEPTH:
        return
    for keyword, holds in _CHECKS.items():
        wanted = schema.get(keyword)
        if wanted is not None and not holds(value, wanted):
            where = ".".join(path) or "The answer"
            message = f"{where} does not meet {keyword} {wanted}."
            yield Violation(path, f"{keyword}={wanted}", message)
    yield from _inside(value, schema, path)


def _inside(value: object, schema: Schema, path: tuple[str, ...]) -> Iterator[Violation]:
    if isinstance(value, Mapping):
        yield from _in_object(value, schema, path)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from violations(item, schema.get("items"), (*path, str(at)))


def _in_object(
    value: Mapping[str, object], schema: Schema, path: tuple[str, ...]
) -> Iterator[Violation]:
    listed = schema.get("properties")
    properties = listed if isinstance(listed, Mapping) else {}
    others = schema.get("additionalProperties")
    for name, inner in value.items():
        if name in properties:
            yield from violations(inner, properties[name], (*path, name))
        elif others is False:
            message = f"There is no {name} in the answer that is asked for."
            yield Violation((*path, name), "additionalProperties=false", message)
        else:
            yield from violations(inner, others, (*path, name))


def _is_of_type(value: object, wanted: object) -> bool:
    names = wanted if isinstance(wanted, list) else [wanted]
    return any(is_one(value) for name, is_one in _TYPES.items() if name in names)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": _is_whole,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def _same(one: object, other: object) -> bool:
    """Equal in JSON, where true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _numbers(holds: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    return lambda value, wanted: (
        not (_is_number(value) and _is_number(wanted)) or holds(value, wanted)
    )


def _sizes(kind: type, holds: Callable[[int, Any], bool]) -> Callable[[object, object], bool]:
    return lambda value, wanted: (
        not (isinstance(value, kind) and _is_number(wanted))
        or holds(
            len(value),  # type: ignore[arg-type]  # of that kind
            wanted,
        )
    )


def _has_required(value: object, wanted: object) -> bool:
    names = [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []
    return not isinstance(value, Mapping) or all(name in value for name in names)


def _is_unique(value: object, wanted: object) -> bool:
    if wanted is not True or not isinstance(value, list):
        return True
    return len({json.dumps(item, sort_keys=True) for item in value}) == len(value)


def _is_one_of(value: object, wanted: object) -> bool:
    return not isinstance(wanted, list) or any(_same(value, item) for item in wanted)


_CHECKS: Mapping[str, Callable[[object, object], bool]] = {
    "type": _is_of_type,
    "enum": _is_one_of,
    "const": _same,
    "required": _has_required,
    "minimum": _numbers(lambda value, limit: bool(value >= limit)),
    "maximum": _numbers(lambda value, limit: bool(value <= limit)),
    "exclusiveMinimum": _numbers(lambda value, limit: bool(value > limit)),
    "exclusiveMaximum": _numbers(lambda value, limit: bool(value < limit)),
    "minItems": _sizes(list, lambda size, limit: bool(size >= limit)),
    "maxItems": _sizes(list, lambda size, limit: bool(size <= limit)),
    "uniqueItems": _is_unique,
    "minLength": _sizes(str, lambda size, limit: bool(size >= limit)),
    "maxLength": _sizes(str, lambda size, limit: bool(size <= limit)),
}
"""Keyword → whether a value meets it; a value of another type than it speaks of always does."""
