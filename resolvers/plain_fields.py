"""Execution with a short way for plain fields: those that are read from the object itself.

A list of jobs is thousands of such fields. What cannot go the short way, an error included, goes
graphql-core's own, so that answers are the same.
"""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from graphql import GraphQLObjectType, Undefined, is_leaf_type, is_list_type, is_non_null_type
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

_PLAIN = frozenset({str, int, float, bool, datetime})
"""Types of values that are neither awaitable nor errors; enums are plain too."""


class PlainField(NamedTuple):
    """How to read a field: the attribute, and what makes its value fit for the answer."""

    attribute: str
    coerce: Callable[[Any], Any]
    is_nullable: bool


class PlainFields(StrawberryGraphQLCoreExecutionContext):
    """Executes one operation; knows for each selection set which fields are plain."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._known: dict[int, tuple[Any, dict[str, PlainField]]] = {}

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        """The values of an object's fields, or an awaitable of them."""
        done = self.at_hand(parent_type, source_value, grouped_field_set)
        if len(done) == len(grouped_field_set):
            return done
        rest = {name: given for name, given in grouped_field_set.items() if name not in done}
        others: Any = super().execute_fields(
            parent_type, source_value, path, rest, position_context
        )
        if self.is_awaitable(others):
            return _joined(grouped_field_set, done, others)
        return _in_order(grouped_field_set, {**done, **others})

    def at_hand(self, parent: GraphQLObjectType, source: Any, selected: Any) -> dict[str, Any]:
        """What goes the short way, fit for the answer, by response name."""
        done: dict[str, Any] = {}
        for name, field in self._plain_of(parent, selected).items():
            value = _value(source, field)
            if value is not Undefined:
                done[name] = value
        return done

    def _plain_of(self, parent: GraphQLObjectType, selected: Any) -> dict[str, PlainField]:
        known = self._known.get(id(selected))
        if known is None:
            found = {name: self._plain(parent, nodes[0].node) for name, nodes in selected.items()}
            plain = {name: field for name, field in found.items() if field is not None}
            known = self._known[id(selected)] = (selected, plain)  # kept, so that its id is
        return known[1]

    def _plain(self, parent: GraphQLObjectType, node: Any) -> PlainField | None:
        definition = self.schema.get_field(parent, node.name.value)
        shown: Any = definition and definition.extensions.get("strawberry-definition")
        if definition is None or shown is None or not shown.is_basic_field or node.arguments:
            return None
        kind: Any = definition.type
        is_nullable = not is_non_null_type(kind)
        leaf = kind if is_nullable else kind.of_type
        if is_list_type(leaf) or not is_leaf_type(leaf):
            return None
        return PlainField(shown.python_name, leaf.coerce_output_value, is_nullable)


def _value(source: Any, field: PlainField) -> Any:
    """The field's value; Undefined if it has to go the long way."""
    value = getattr(source, field.attribute, Undefined)
    if value is None and field.is_nullable:
        return None
    if type(value) not in _PLAIN and not isinstance(value, Enum):
        return Undefined
    try:
        coerced = field.coerce(value)
    except Exception:  # noqa: BLE001 - the long way reports it where it belongs
        return Undefined
    return Undefined if coerced is None else coerced


async def _joined(selected: Any, done: dict[str, Any], others: Any) -> dict[str, Any]:
    return _in_order(selected, {**done, **await others})


def _in_order(selected: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in selected if name in values}
