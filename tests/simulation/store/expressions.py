"""Aggregation expressions: those that conditional writes of the product are made of."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.store.values import MISSING, Missing, NotSimulated, Row, is_equal, kind_of

Variables = Mapping[str, Any]
NOTHING: Variables = {}


def evaluate(expression: Any, row: Row, variables: Variables = NOTHING) -> Any:
    """The value of `expression` for `row`; `variables` holds NOW, and what $map and such bind."""
    if type(expression) is str and expression[:1] == "$":
        return _variable(expression, row, variables)
    if type(expression) is list:
        values = [evaluate(each, row, variables) for each in expression]
        return [None if isinstance(value, Missing) else value for value in values]
    if type(expression) is not dict:
        return expression
    if len(expression) == 1:
        [(name, operand)] = expression.items()
        if name[:1] == "$":
            return _operator(name, operand, row, variables)
    found = {key: evaluate(each, row, variables) for key, each in expression.items()}
    return {key: value for key, value in found.items() if not isinstance(value, Missing)}


def is_true(value: Any) -> bool:
    """As $cond judges: null, missing, false and 0 are false."""
    return not (isinstance(value, Missing) or value is None or value is False or value == 0)


def _variable(text: str, row: Row, variables: Variables) -> Any:
    if text.startswith("$$"):
        name, _, path = text[2:].partition(".")
        if name == "ROOT" or name == "CURRENT":
            value: Any = row
        elif name in variables:
            value = variables[name]
        else:
            raise NotSimulated(f"the variable {text}")
    else:
        value, path = row, text[1:]
    for part in path.split(".") if path else ():
        if type(value) is list:
            found = [each.get(part, MISSING) if type(each) is dict else MISSING for each in value]
            value = [each for each in found if not isinstance(each, Missing)]
        else:
            value = value.get(part, MISSING) if type(value) is dict else MISSING
    return value


def _operator(name: str, operand: Any, row: Row, variables: Variables) -> Any:
    if name == "$literal":
        return operand
    special = _SPECIAL.get(name)
    if special is not None:
        return special(operand, row, variables)
    plain = _PLAIN.get(name)
    if plain is None:
        raise NotSimulated(f"the expression {name}")
    operands = operand if type(operand) is list else [operand]
    return plain(*(evaluate(each, row, variables) for each in operands))


def _cond(operand: Any, row: Row, variables: Variables) -> Any:
    if type(operand) is dict:
        operand = [operand["if"], operand["then"], operand["else"]]
    test, then, otherwise = operand
    chosen = then if is_true(evaluate(test, row, variables)) else otherwise
    return evaluate(chosen, row, variables)


def _filter(operand: Any, row: Row, variables: Variables) -> Any:
    values = evaluate(operand["input"], row, variables)
    if values is None or isinstance(values, Missing):
        return None
    name = operand.get("as", "this")
    return [v for v in values if is_true(evaluate(operand["cond"], row, {**variables, name: v}))]


def _map(operand: Any, row: Row, variables: Variables) -> Any:
    values = evaluate(operand["input"], row, variables)
    if values is None or isinstance(values, Missing):
        return None
    name = operand.get("as", "this")
    found = [evaluate(operand["in"], row, {**variables, name: value}) for value in values]
    return [None if isinstance(value, Missing) else value for value in found]


def _date_add(operand: Any, row: Row, variables: Variables) -> Any:
    parts = {key: evaluate(each, row, variables) for key, each in operand.items()}
    lengths = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600}
    if set(parts) != {"startDate", "unit", "amount"} or parts["unit"] not in lengths:
        raise NotSimulated(f"$dateAdd of {sorted(parts)}")
    start = parts["startDate"]
    return start + timedelta(seconds=lengths[parts["unit"]] * parts["amount"])


def _if_null(operand: Any, row: Row, variables: Variables) -> Any:
    for each in operand:
        value = evaluate(each, row, variables)
        if value is not None and not isinstance(value, Missing):
            return value
    return value


_SPECIAL: dict[str, Callable[[Any, Row, Variables], Any]] = {
    "$cond": _cond,
    "$filter": _filter,
    "$map": _map,
    "$dateAdd": _date_add,
    "$ifNull": _if_null,
}


def _add(*values: Any) -> Any:
    if any(value is None or isinstance(value, Missing) for value in values):
        return None
    if any(type(value) is bool or type(value) not in (int, float) for value in values):
        raise NotSimulated("$add of what is no number")
    return sum(values)


def _subtract(one: Any, other: Any) -> Any:
    if type(one) is datetime or type(other) is datetime:
        raise NotSimulated("$subtract of dates")
    return _add(one, None if other is None or isinstance(other, Missing) else -other)


def _sum(*values: Any) -> Any:
    numbers = values[0] if len(values) == 1 and type(values[0]) is list else values
    return sum(n for n in numbers if type(n) in (int, float))


def _size(values: Any) -> int:
    if type(values) is not list:
        raise NotSimulated("$size of what is no list")
    return len(values)


def _in(value: Any, values: Any) -> bool:
    if type(values) is not list:
        raise NotSimulated("$in of what is no list")
    return any(is_equal(value, each) for each in values)


def _concat_arrays(*lists: Any) -> Any:
    if any(each is None or isinstance(each, Missing) for each in lists):
        return None
    return [part for each in lists for part in each]


def _precedes(one: Any, other: Any) -> bool:
    kind, other_kind = kind_of(one), kind_of(other)
    if kind != other_kind:
        return kind < other_kind
    if kind in (0, 1):
        return False
    if kind in (4, 5):
        raise NotSimulated("ordering documents or lists")
    return bool(one < other)


def _extreme(values: tuple[Any, ...], *, highest: bool) -> Any:
    given = values[0] if len(values) == 1 and type(values[0]) is list else values
    found: Any = None
    for each in given:
        if each is None or isinstance(each, Missing):
            continue
        if found is None or _precedes(found, each) is highest:
            found = each
    return found


_PLAIN: dict[str, Callable[..., Any]] = {
    "$eq": is_equal,
    "$ne": lambda one, other: not is_equal(one, other),
    "$lt": _precedes,
    "$gt": lambda one, other: _precedes(other, one),
    "$lte": lambda one, other: not _precedes(other, one),
    "$gte": lambda one, other: not _precedes(one, other),
    "$and": lambda *values: all(map(is_true, values)),
    "$or": lambda *values: any(map(is_true, values)),
    "$not": lambda value: not is_true(value),
    "$add": _add,
    "$subtract": _subtract,
    "$sum": _sum,
    "$size": _size,
    "$in": _in,
    "$concatArrays": _concat_arrays,
    "$max": lambda *values: _extreme(values, highest=True),
    "$min": lambda *values: _extreme(values, highest=False),
}
