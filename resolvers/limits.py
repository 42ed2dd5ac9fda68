"""The one query guard: every static limit on a document, in one memoised pass (08, section C).

Each fragment is measured once and sums saturate, so a document costs time in proportion to its
length, whatever it would expand to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_list_type,
)
from graphql.type import GraphQLField, GraphQLOutputType, get_nullable_type
from strawberry.extensions import SchemaExtension

from schema.paging import DEFAULT_PAGE

SATURATED = 10**9
TOO_COMPLEX = "QUERY_TOO_COMPLEX"


@dataclass(frozen=True)
class Limits:
    """The most that one document may ask for; fragments count wherever they are spread."""

    depth: int = 12
    fields: int = 2000
    root_fields: int = 20
    aliases: int = 30
    directives: int = 20
    same_key: int = 30
    operations: int = 10
    fragments: int = 40
    cost: int = 10_000


@dataclass(frozen=True)
class Measure:
    """What a piece of a document adds up to."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0

    def plus(self, other: "Measure") -> "Measure":
        """Two pieces side by side."""
        return Measure(
            max(self.depth, other.depth),
            min(self.fields + other.fields, SATURATED),
            min(self.aliases + other.aliases, SATURATED),
            min(self.directives + other.directives, SATURATED),
            min(self.cost + other.cost, SATURATED),
        )


class TooComplex(GraphQLError):
    """The document asks for more than is allowed; `extensions` name the limit."""

    def __init__(self, what: str, limit: int) -> None:
        message = f"The query asks for too much: {what}, at most {limit} allowed."
        super().__init__(message, extensions={"code": TOO_COMPLEX, "limit": what, "most": limit})


def check(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, Any] | None,
    limits: Limits,
) -> Measure:
    """What the document adds up to, all operations together; raises TooComplex."""
    scale = _Scale(schema, document, variables or {}, limits)
    _require("operations", len(scale.operations), limits.operations)
    _require("fragments", len(scale.fragments), limits.fragments)
    total = Measure()
    for operation in scale.operations:
        roots = len(operation.selection_set.selections)
        _require("root fields", roots, limits.root_fields)
        root = schema.get_root_type(operation.operation)
        total = total.plus(scale.weigh(operation.selection_set, root))
    for what in ("depth", "fields", "aliases", "directives", "cost"):
        _require(what, getattr(total, what), getattr(limits, what))
    return total


def _require(what: str, found: int, limit: int) -> None:
    if found > limit:
        raise TooComplex(what, limit)


@dataclass(frozen=True)
class Slice:
    """A length for some lists of the object below."""

    length: int
    fields: tuple[str, ...]


@dataclass
class _Scale:
    schema: GraphQLSchema
    document: DocumentNode
    variables: Mapping[str, Any]  # as the client sent them
    limits: Limits
    operations: list[OperationDefinitionNode] = field(init=False)
    fragments: dict[str, FragmentDefinitionNode] = field(init=False)
    _weighed: dict[tuple[str, Slice | None], Measure] = field(default_factory=dict)

    def __post_init__(self) -> None:
        definitions = self.document.definitions
        self.operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        named = [d for d in definitions if isinstance(d, FragmentDefinitionNode)]
        self.fragments = {d.name.value: d for d in named}

    def weigh(
        self, selections: SelectionSetNode | None, parent: Any, slice_: Slice | None = None
    ) -> Measure:
        """A selection set on the type `parent`; None where the schema does not know it.

        `slice_` is the length that the field above gives to lists in it.
        """
        total = Measure()
        keys: dict[str, int] = {}
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                keys[key] = keys.get(key, 0) + 1
                _require("fields of the same name", keys[key], self.limits.same_key)
            total = total.plus(self._weigh_one(node, parent, slice_))
        return total

    def _weigh_one(self, node: Any, parent: Any, slice_: Slice | None) -> Measure:
        own = Measure(directives=len(node.directives or ()))
        if isinstance(node, FieldNode):
            return own.plus(self._weigh_field(node, parent, slice_))
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            inner = self.schema.get_type(condition.name.value) if condition else parent
            return own.plus(self.weigh(node.selection_set, inner, slice_))
        assert isinstance(node, FragmentSpreadNode)
        return own.plus(self._weigh_fragment(node.name.value, slice_))

    def _weigh_fragment(self, name: str, slice_: Slice | None) -> Measure:
        key = (name, slice_)
        if key not in self._weighed:
            self._weighed[key] = Measure()  # a circle is refused by validation; here it ends
            definition = self.fragments.get(name)
            if definition is not None:
                parent = self.schema.get_type(definition.type_condition.name.value)
                self._weighed[key] = self.weigh(definition.selection_set, parent, slice_)
        return self._weighed[key]

    def _weigh_field(self, node: FieldNode, parent: Any, slice_: Slice | None) -> Measure:
        name = node.name.value
        if name.startswith("__"):  # graphql-core has its own rule for introspection
            return Measure(depth=1, fields=1, aliases=int(node.alias is not None))
        definition = parent.fields.get(name) if hasattr(parent, "fields") else None
        times, below = self._length(node, definition, slice_) if definition else (1, None)
        inner_type = get_named_type(definition.type) if definition else None
        inner = self.weigh(node.selection_set, inner_type, below)
        weight = _weight(definition) if definition else 0
        own = 1 if node.selection_set else 0
        return Measure(
            depth=inner.depth + 1,
            fields=inner.fields + 1,
            aliases=inner.aliases + (node.alias is not None),
            directives=inner.directives,
            cost=min(weight + times * (inner.cost + own), SATURATED),
        )

    def _length(
        self, node: FieldNode, definition: GraphQLField, slice_: Slice | None
    ) -> tuple[int, Slice | None]:
        """How many objects the field stands for, and the length it gives to lists in it.

        A connection is one object; the size asked of it is that of its edges and nodes.
        """
        hint = _directive(definition, "ListSize")
        if hint is None and "first" not in definition.args:
            if slice_ is not None and node.name.value in slice_.fields:
                return slice_.length, None
            return (DEFAULT_LENGTH if is_list(definition.type) else 1), None
        slices = [a for a in node.arguments or () if a.name.value in ("first", "last")]
        sizes = [self._number(argument.value) for argument in slices]
        asked = [size for size in sizes if size is not None]
        assumed = getattr(hint, "assumed_size", DEFAULT_PAGE)
        length = max(asked) if asked else (assumed if isinstance(assumed, int) else 1)
        sized = getattr(hint, "sized_fields", CONNECTION)
        return (1, Slice(length, tuple(sized))) if sized else (length, None)

    def _number(self, value: Any) -> int | None:
        if isinstance(value, IntValueNode):
            return min(abs(int(value.value)), SATURATED)
        if isinstance(value, VariableNode):
            given = self.variables.get(value.name.value)
            return min(abs(given), SATURATED) if isinstance(given, int) else None
        return None


CONNECTION = ("edges", "nodes")
DEFAULT_LENGTH = 10
"""Of a list that says nothing of its length."""


def is_list(type_: GraphQLOutputType) -> bool:
    """Whether a field's type is a list, null or not."""
    return is_list_type(get_nullable_type(type_))


def _weight(definition: GraphQLField) -> int:
    cost = _directive(definition, "Cost")
    return int(float(cost.weight)) if cost is not None else 0


def _directive(definition: GraphQLField, name: str) -> Any:  # the schema directive's own object
    field_ = definition.extensions.get("strawberry-definition")
    found = (d for d in getattr(field_, "directives", ()) if type(d).__name__ == name)
    return next(found, None)


class QueryGuard(SchemaExtension):
    """Measures a document right after parsing; beyond a limit nothing is validated or run."""

    limits = Limits()
    _cost: int | None = None

    def on_validate(self) -> Iterator[None]:
        """Leave one error behind, upon which nothing is validated or executed."""
        execution = self.execution_context
        document = execution.graphql_document
        if document is not None and not execution.pre_execution_errors:
            try:
                given = execution.variables
                self._cost = check(execution.schema._schema, document, given, self.limits).cost
            except TooComplex as refusal:
                execution.pre_execution_errors = [refusal]
        yield

    def get_results(self) -> dict[str, Any]:
        """`extensions.cost` of an answer; the messages of a stream do not repeat it."""
        document = self.execution_context.graphql_document
        if self._cost is None or document is None or _streams(document):
            return {}
        return {"cost": {"requested": self._cost, "most": self.limits.cost}}


def _streams(document: DocumentNode) -> bool:
    operations = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return any(operation.operation is OperationType.SUBSCRIPTION for operation in operations)
