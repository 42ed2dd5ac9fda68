"""The stages of an aggregation that the product's scheduling reads with."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.simulation.store.expressions import evaluate
from tests.simulation.store.matching import matches
from tests.simulation.store.values import MISSING, Missing, NotSimulated, Row, order_key


def aggregated(rows: list[Row], pipeline: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What the stages make of the rows, one after the other."""
    for stage in pipeline:
        [(name, operand)] = stage.items()
        if name not in _STAGES:
            raise NotSimulated(f"the stage {name}")
        rows = _STAGES[name](rows, operand)
    return rows


def _match(rows: list[Row], query: Any) -> list[Row]:
    return [row for row in rows if matches(row, query)]


def _sort(rows: list[Row], fields: Any) -> list[Row]:
    for field, direction in reversed(fields.items()):
        if "." in field:
            raise NotSimulated(f"sorting by {field}")
        rows.sort(key=lambda row: order_key(row.get(field, MISSING)), reverse=direction < 0)
    return rows


def _limit(rows: list[Row], amount: Any) -> list[Row]:
    return rows[:amount]


def _group(rows: list[Row], fields: Any) -> list[Row]:
    groups: dict[str, tuple[Any, list[Row]]] = {}
    for row in rows:
        key = evaluate(fields["_id"], row)
        key = None if isinstance(key, Missing) else key
        groups.setdefault(repr(key), (key, []))[1].append(row)
    return [
        {
            "_id": key,
            **{name: _accumulated(of, each) for name, of in fields.items() if name != "_id"},
        }
        for key, each in groups.values()
    ]


def _accumulated(operator: Mapping[str, Any], rows: list[Row]) -> Any:
    [(name, expression)] = operator.items()
    values = [evaluate(expression, row) for row in rows]
    present = [value for value in values if not isinstance(value, Missing)]
    if name == "$sum":
        return sum(value for value in present if type(value) in (int, float))
    if name in ("$max", "$min"):
        known = [value for value in present if value is not None]
        choose: Callable[..., Any] = max if name == "$max" else min
        return choose(known, key=order_key) if known else None
    if name == "$push":
        return present
    if name == "$first":
        return None if isinstance(values[0], Missing) else values[0]
    raise NotSimulated(f"the accumulator {name}")


_STAGES: dict[str, Callable[[list[Row], Any], list[Row]]] = {
    "$match": _match,
    "$sort": _sort,
    "$limit": _limit,
    "$group": _group,
}
