"""Values as the database keeps them, and how it compares them."""

from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]


class NotSimulated(Exception):
    """The product asks for something that this database does not know: teach it, with a test."""


class Missing:
    """What a field is that is not there."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()
_PLAIN = frozenset({str, int, float, bool, type(None), bytes})


def stored(value: Any) -> Any:
    """A copy as the database would give it back: plain types, UTC, whole milliseconds."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {
            key if type(key) is str else _key(key): (each if type(each) in _PLAIN else stored(each))
            for key, each in value.items()
        }
    if kind is list or kind is tuple:
        return [each if type(each) in _PLAIN else stored(each) for each in value]
    if kind is datetime:
        return _moment(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return bytes(value)
    raise NotSimulated(f"a value of type {kind.__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise NotSimulated(f"the key {key!r}")
    return str.__str__(key)


def _moment(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    left_over = aware.microsecond % 1000
    return aware.replace(microsecond=aware.microsecond - left_over) if left_over else aware


def copied(value: Any) -> Any:
    """A copy that the caller may change; plain values are shared."""
    kind = type(value)
    if kind is dict:
        copy = value.copy()
        for key, each in copy.items():
            if type(each) is dict or type(each) is list:
                copy[key] = copied(each)
        return copy
    if kind is list:
        return [each if type(each) in _PLAIN else copied(each) for each in value]
    return value


def is_equal(one: Any, other: Any) -> bool:
    """As MongoDB compares: 1 is 1.0 but no boolean, and the order of a document's keys counts."""
    if one is other:
        return True
    kind, other_kind = type(one), type(other)
    if kind is bool or other_kind is bool:
        return False
    if kind is dict and other_kind is dict:
        return list(one) == list(other) and all(is_equal(one[k], other[k]) for k in one)
    if kind is list and other_kind is list:
        return len(one) == len(other) and all(map(is_equal, one, other))
    return bool(one == other)


def kind_of(value: Any) -> int:
    """The place of its type in MongoDB's order of all values (manual, "BSON comparison order")."""
    if isinstance(value, Missing):
        return 0
    if value is None:
        return 1
    kind = type(value)
    if kind is bool:
        return 8
    places = {int: 2, float: 2, str: 3, dict: 4, list: 5, bytes: 6, datetime: 9}
    return places[kind]


def order_key(value: Any) -> tuple[int, Any]:
    """A key that sorts single values as MongoDB does; None and missing fields are alike first."""
    if value is None or isinstance(value, Missing):
        return (1, 0)
    kind = kind_of(value)
    if kind in (4, 5):
        raise NotSimulated("sorting by documents or lists")
    return (kind, value)
