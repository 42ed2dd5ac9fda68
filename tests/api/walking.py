"""Documents that visit every field of the schema once, made from the schema itself."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

Json = dict[str, Any]
Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
ASIDE = frozenset({"node", "nodes"})
"""Fields that lead to everything: they are asked with every id instead."""
NEVER_GIVEN = frozenset(
    {"clientMutationId", "idempotencyKey", "expectedRevision", "expectedStatuses", "dryRun"}
)
PAGE = 3


@dataclass(frozen=True)
class Aim:
    """What arguments mean: by "Type.field", by the name of a plain value, or by the type's name."""

    values: Mapping[str, Any]  # JSON

    def value(self, kind: Any, owner: str, name: str, variant: int = 0) -> Any:  # JSON
        """A value of the input type `kind` for the argument or input field `owner.name`."""
        named = get_named_type(kind)
        for key in (f"{owner}.{name}", name, named.name):
            if key in self.values and (key != name or is_leaf_type(named)):
                given = self.values[key]
                is_one = isinstance(nullable(kind), GraphQLList) and not isinstance(given, list)
                return [given] if is_one else given
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, owner, name, variant)
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type, owner, name, variant)]
        if isinstance(kind, GraphQLEnumType):
            return next(iter(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, variant)
        return {"Int": 1, "Float": 1.0, "Boolean": True, "BigInt": 1, "JSON": {}}.get(
            named.name, "x"
        )

    def _object(self, kind: GraphQLInputObjectType, variant: int) -> Json:
        fields = {name: f for name, f in kind.fields.items() if name not in NEVER_GIVEN}
        if kind.is_one_of:
            chosen = list(fields)[variant % len(fields)]
            fields = {chosen: fields[chosen]}
        return {
            name: self.value(field.type, kind.name, name, variant)
            for name, field in fields.items()
            if self._is_given(field, kind.name, name) or kind.is_one_of
        }

    def _is_given(self, field: GraphQLInputField, owner: str, name: str) -> bool:
        return not name.startswith("cursor") and self.values.get(f"{owner}.{name}", 0) is not None


def nullable(kind: Any) -> Any:
    """The type without its exclamation mark."""
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


@dataclass(frozen=True)
class Segment:
    """One field of a path, with its arguments as (name, type, value); `on` narrows its type."""

    field: str
    arguments: tuple[tuple[str, str, Any], ...] = ()
    on: str | None = None


@dataclass(frozen=True)
class Step:
    """One document; `name` is the field at its end, "Job.project"."""

    name: str
    document: str
    variables: Json


def steps(schema: GraphQLSchema, aim: Aim) -> Iterator[Step]:
    """Every field that leads to an object, once, by the shortest path; with all plain fields."""
    assert schema.query_type is not None
    seen: set[str] = set()
    paths: deque[tuple[GraphQLObjectType, tuple[Segment, ...]]] = deque([(schema.query_type, ())])
    while paths:
        kind, path = paths.popleft()
        for name, field in kind.fields.items():
            target = get_named_type(field.type)
            if is_leaf_type(target) or (not path and name in ASIDE):
                continue
            for concrete in concrete_types(schema, target):
                here = (*path, _segment(kind.name, name, field, aim, concrete, target))
                yield _step(f"{kind.name}.{name}", "query", here, leaves(concrete))
                if concrete.name not in seen:
                    seen.add(concrete.name)
                    paths.append((concrete, here))


def concrete_types(schema: GraphQLSchema, kind: Any) -> list[GraphQLObjectType]:
    """The object types that the type stands for."""
    if isinstance(kind, GraphQLObjectType):
        return [kind]
    return list(schema.get_possible_types(kind))


def leaves(kind: GraphQLObjectType) -> str:
    """All plain fields of the type that need no argument."""
    names = [
        name
        for name, field in kind.fields.items()
        if is_leaf_type(get_named_type(field.type))
        and not any(is_required_argument(a) for a in field.args.values())
    ]
    return " ".join(["__typename", *names])


def _segment(
    owner: str, name: str, field: GraphQLField, aim: Aim, concrete: Any, target: Any
) -> Segment:
    arguments = tuple(
        (key, str(argument.type), aim.value(argument.type, f"{owner}.{name}", key))
        for key, argument in field.args.items()
        if _is_given(key, argument, aim)
    )
    return Segment(name, arguments, None if concrete is target else concrete.name)


def _is_given(key: str, argument: GraphQLArgument, aim: Aim) -> bool:
    is_meant = key in aim.values or get_named_type(argument.type).name == "ProjectUid"
    return is_meant or is_required_argument(argument)


def _step(name: str, operation: str, path: tuple[Segment, ...], selection: str) -> Step:
    variables: Json = {}
    declared: list[str] = []
    for at, segment in reversed(list(enumerate(path))):
        given = []
        for key, kind, value in segment.arguments:
            variable = f"v{at}_{key}"
            variables[variable] = value
            declared.append(f"${variable}: {kind}")
            given.append(f"{key}: ${variable}")
        inner = f"... on {segment.on} {{ {selection} }}" if segment.on else selection
        arguments = f"({', '.join(given)})" if given else ""
        selection = f"{segment.field}{arguments} {{ {inner} }}"
    head = f"({', '.join(declared)})" if declared else ""
    return Step(name, f"{operation}{head} {{ {selection} }}", variables)


def mutation_steps(schema: GraphQLSchema, aim: Aim, variants: int = 2) -> Iterator[Step]:
    """Every mutation, with each way of naming what is meant; all that its payload shows."""
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        shown = " ".join(_shown(schema, payload))
        for variant in range(variants):
            kind = field.args["input"].type
            value = aim.value(kind, f"Mutation.{name}", "input", variant)
            segment = Segment(name, (("input", str(kind), value),))
            yield _step(name, "mutation", (segment,), shown)


def subscription_steps(schema: GraphQLSchema, aim: Aim) -> Iterator[Step]:
    """Every subscription; all that its messages show."""
    assert schema.subscription_type is not None
    for name, field in schema.subscription_type.fields.items():
        message = get_named_type(field.type)
        assert isinstance(message, GraphQLObjectType)
        segment = _segment("Subscription", name, field, aim, message, message)
        yield _step(name, "subscription", (segment,), " ".join(_shown(schema, message)))


def _shown(schema: GraphQLSchema, payload: GraphQLObjectType) -> Iterator[str]:
    yield leaves(payload)
    for name, field in payload.fields.items():
        target = get_named_type(field.type)
        if name in ("result", "results"):
            yield f"{name} {{ outcome errors {{ code message }} job {{ title }} }}"
        elif name == "errors":
            yield "errors { code message }"
        elif isinstance(target, GraphQLObjectType):
            yield f"{name} {{ {leaves(target)} }}"
        elif isinstance(target, GraphQLInterfaceType):
            titled = [kind for kind in concrete_types(schema, target) if _has_title(kind)]
            fragments = " ".join(f"... on {kind.name} {{ title }}" for kind in titled)
            yield f"{name} {{ __typename {fragments} }}"


def _has_title(kind: GraphQLObjectType) -> bool:
    return "title" in kind.fields and str(kind.fields["title"].type) == "String!"
