"""Execution that asks a batched field once for all objects of a list (`schema/described.py`).

What is not in a list, and what fails here, goes graphql-core's own way, object by object, so
that answers and errors are the same.
"""

from asyncio import gather
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from graphql import (
    GraphQLObjectType,
    Undefined,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from resolvers.plain_fields import PlainFields
from schema.described import FOR_MANY, Many


class BatchedField(NamedTuple):
    """A selected field: its name, its type, where it stands, and what answers it for many."""

    name: str
    kind: Any
    details: Any
    many: Many


class BatchedFields(PlainFields):
    """Executes one operation; keeps the values that were read for many until they are shown."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._batched: dict[int, tuple[Any, dict[str, BatchedField]]] = {}
        self._values: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._shown: dict[tuple[int, int], tuple[Any, dict[str, Any]]] = {}

    def complete_iterable_value(
        self,
        item_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        items: Iterable[Any],
        position_context: Any,
    ) -> Any:
        """The shown items of a list, or an awaitable of them."""
        kind, items = get_named_type(item_type), list(items)
        complete = partial(
            super().complete_iterable_value,
            *(item_type, field_details_list, info, path, items, position_context),
        )
        if not is_object_type(kind) or len(items) < 2:
            return complete()
        selected = self.collect_subfields(kind, field_details_list).grouped_field_set
        batched = self._batched_of(kind, selected)
        own = [item for item in items if _is_shown_by(kind, item)]
        return self._once_read(batched.values(), own, complete) if batched and own else complete()

    async def _once_read(
        self, batched: Iterable[BatchedField], items: Sequence[Any], complete: Callable[[], Any]
    ) -> Any:
        for item in items:
            self._values[id(item)] = (item, {})  # kept, so that its id is
        await gather(*(self._read(field, items) for field in {f.name: f for f in batched}.values()))
        done = complete()
        return await done if self.is_awaitable(done) else done

    async def _read(self, field: BatchedField, items: Sequence[Any]) -> None:
        try:
            values = await field.many(items, self.context_value)
        except Exception:  # noqa: BLE001 - the long way reports it where it belongs
            return
        for item, value in zip(items, values, strict=True):
            self._values[id(item)][1][field.name] = value

    def at_hand(self, parent: GraphQLObjectType, source: Any, selected: Any) -> dict[str, Any]:
        """What goes the short way: plain fields, and batched ones that have been read."""
        done = super().at_hand(parent, source, selected)
        known = self._values.get(id(source))
        if known is not None:
            for name, field in self._batched_of(parent, selected).items():
                value = self._show(field.kind, field.details, known[1].get(field.name, Undefined))
                if value is not Undefined:
                    done[name] = value
        return done

    def _batched_of(self, parent: GraphQLObjectType, selected: Any) -> dict[str, BatchedField]:
        known = self._batched.get(id(selected))
        if known is None:
            found = {name: self._field(parent, details) for name, details in selected.items()}
            batched = {name: field for name, field in found.items() if field is not None}
            known = self._batched[id(selected)] = (selected, batched)  # kept, so that its id is
        return known[1]

    def _field(self, parent: GraphQLObjectType, details: Any) -> BatchedField | None:
        name = details[0].node.name.value
        definition = self.schema.get_field(parent, name)
        shown: Any = definition and definition.extensions.get("strawberry-definition")
        many = shown and shown.metadata.get(FOR_MANY)
        return BatchedField(name, definition.type, details, many) if definition and many else None

    def _show(self, kind: Any, details: Any, value: Any) -> Any:
        """The value as it is answered; Undefined if it has to go the long way."""
        if is_non_null_type(kind):
            shown = self._show(kind.of_type, details, value)
            return Undefined if shown is None else shown
        if value is None or value is Undefined:
            return value
        if is_list_type(kind):
            every = [self._show(kind.of_type, details, item) for item in value]
            return Undefined if Undefined in every else every
        return self._show_object(kind, details, value)

    def _show_object(self, kind: Any, details: Any, value: Any) -> Any:
        """An object of plain fields alone, shown once for all who lead to it."""
        if not is_object_type(kind) or not _is_shown_by(kind, value):
            return Undefined
        selected = self.collect_subfields(kind, details).grouped_field_set
        key = (id(value), id(selected))
        if key not in self._shown:
            done = self.at_hand(kind, value, selected)
            if len(done) < len(selected):
                return Undefined
            self._shown[key] = (value, done)
        return self._shown[key][1]


def _is_shown_by(kind: Any, value: Any) -> bool:
    definition: Any = kind.extensions.get("strawberry-definition")
    return definition is not None and type(value) is definition.origin
