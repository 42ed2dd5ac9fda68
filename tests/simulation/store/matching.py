"""Whether a document meets a filter, as MongoDB judges it."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.simulation.store.expressions import NOTHING, Variables, evaluate, is_true
from tests.simulation.store.values import MISSING, Missing, NotSimulated, Row, is_equal, kind_of


def matches(row: Row, query: Mapping[str, Any], variables: Variables = NOTHING) -> bool:
    """Whether `row` meets all conditions of `query`; `variables` holds NOW for $expr."""
    for key, condition in query.items():
        if key[0] == "$":
            if not _LOGIC[key](row, condition, variables):
                return False
        elif not _field(row, key, condition):
            return False
    return True


def _unknown(name: str) -> NotSimulated:
    return NotSimulated(f"the operator {name} in a filter")


class _Logic(dict[str, Callable[[Row, Any, Variables], bool]]):
    def __missing__(self, key: str) -> Callable[[Row, Any, Variables], bool]:
        raise _unknown(key)


_LOGIC = _Logic(
    {
        "$or": lambda row, parts, names: any(matches(row, part, names) for part in parts),
        "$and": lambda row, parts, names: all(matches(row, part, names) for part in parts),
        "$nor": lambda row, parts, names: not any(matches(row, part, names) for part in parts),
        "$expr": lambda row, each, names: is_true(evaluate(each, row, names)),
    }
)


def _field(row: Row, path: str, condition: Any) -> bool:
    found = [row.get(path, MISSING)] if "." not in path else values_at(row, path.split("."))
    if type(condition) is dict and condition and next(iter(condition))[0] == "$":
        return all(_operator(found, name, wanted) for name, wanted in condition.items())
    return _any_equal(found, condition)


def values_at(value: Any, parts: list[str]) -> list[Any]:
    """All that a path leads to, through every element of lists on its way; MISSING where it ends.

    A list at the end is one value.
    """
    if not parts:
        return [value]
    head, rest = parts[0], parts[1:]
    if type(value) is dict:
        return values_at(value[head], rest) if head in value else [MISSING]
    if type(value) is not list:
        return [MISSING]
    found: list[Any] = []
    if head.isdecimal() and int(head) < len(value):
        found += values_at(value[int(head)], rest)
    for each in value:
        if type(each) is dict:
            found += values_at(each, parts)
    return found


def _spread(found: list[Any]) -> list[Any]:
    """Each value, and each element of a value that is a list."""
    if not any(type(value) is list for value in found):
        return found
    return [
        part for value in found for part in ([value, *value] if type(value) is list else [value])
    ]


def _any_equal(found: list[Any], wanted: Any) -> bool:
    if wanted is None:
        return any(value is None or isinstance(value, Missing) for value in _spread(found))
    return any(is_equal(value, wanted) for value in _spread(found))


def _operator(found: list[Any], name: str, wanted: Any) -> bool:
    judge = _OPERATORS.get(name)
    if judge is None:
        raise _unknown(name)
    return judge(found, wanted)


def _compares(found: list[Any], wanted: Any, holds: Callable[[Any, Any], bool]) -> bool:
    kind = kind_of(wanted)
    if kind in (1, 4, 5, 8):
        raise NotSimulated(f"comparing with {wanted!r} in a filter")
    return any(kind_of(value) == kind and holds(value, wanted) for value in _spread(found))


def _exists(found: list[Any], wanted: Any) -> bool:
    return any(not isinstance(value, Missing) for value in found) is bool(wanted)


def _not(found: list[Any], condition: Any) -> bool:
    if type(condition) is not dict:
        raise NotSimulated("$not of a value")
    return not all(_operator(found, name, wanted) for name, wanted in condition.items())


def _elem_match(found: list[Any], query: Any) -> bool:
    lists = [value for value in found if type(value) is list]
    if query and next(iter(query))[0] == "$":
        return any(
            all(_operator([part], name, wanted) for name, wanted in query.items())
            for each in lists
            for part in each
        )
    return any(type(part) is dict and matches(part, query) for each in lists for part in each)


_OPERATORS: dict[str, Callable[[list[Any], Any], bool]] = {
    "$eq": _any_equal,
    "$ne": lambda found, wanted: not _any_equal(found, wanted),
    "$in": lambda found, wanted: any(_any_equal(found, each) for each in wanted),
    "$nin": lambda found, wanted: not any(_any_equal(found, each) for each in wanted),
    "$lt": lambda found, wanted: _compares(found, wanted, lambda a, b: a < b),
    "$lte": lambda found, wanted: _compares(found, wanted, lambda a, b: a <= b),
    "$gt": lambda found, wanted: _compares(found, wanted, lambda a, b: a > b),
    "$gte": lambda found, wanted: _compares(found, wanted, lambda a, b: a >= b),
    "$exists": _exists,
    "$not": _not,
    "$elemMatch": _elem_match,
    "$size": lambda found, wanted: any(type(v) is list and len(v) == wanted for v in found),
}
