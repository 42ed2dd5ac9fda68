"""The API against the contract: what is there is exactly as agreed, and the SDL is current."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    build_schema,
    is_required_input_field,
    parse,
    validate,
    visit,
)
from graphql.language import DocumentNode, FragmentDefinitionNode, FragmentSpreadNode, Visitor
from graphql.utilities import find_breaking_changes

from domain.errors import DomainError, JobMoved
from resolvers.graphql import sdl
from resolvers.limits import Limits, check
from schema.presenting import present

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "tests" / "data" / "contract"
OPERATIONS = sorted((CONTRACT / "operations").glob("*.graphql"))
ADDED = {
    *(f"Instance.{name}" for name in ("ageingMinutes", "ageingLimit", "fairShare")),
    "Instance.patienceMinutes",
    "InstanceTokenUsage.alive",
    "UpdateInstanceSettingsInput.reservedTokens",
    *(f"UpdateInstanceSettingsInput.{name}" for name in ("ageingMinutes", "ageingLimit")),
    *(f"UpdateInstanceSettingsInput.{name}" for name in ("fairShare", "patienceMinutes")),
    *("QuarantinedSlots", "SchedulerTarget.quarantinedSlots", "SchedulerTarget.declaredLostAt"),
    *(f"FreeQuarantinedSlots{part}" for part in ("Input", "Payload")),
    *(f"DeclareTargetLost{part}" for part in ("Input", "Payload")),
    *(f"ReleaseInstanceTokens{part}" for part in ("Input", "Payload")),
    "Mutation.releaseInstanceTokens",
    *("ClusterSystem", "ClusterPreset", "Query.clusterPresets"),
    *("Mutation.freeQuarantinedSlots", "Mutation.declareTargetLost"),
    *("Project.keepIterationsOf", "UpdateProjectInput.keepIterationsOf"),
    *("InteractionImage", "Interaction.images"),
    *("ProjectStreamMessage", "Subscription.projectChanges"),
}
"""Fields and whole types that we have beside the contract: it may be added to (ADR 17)."""
FRAGMENTS = parse((CONTRACT / "operations" / "fragments.graphql").read_text())


@pytest.fixture(scope="module")
def ours() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "schema.graphql").read_text())


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema((CONTRACT / "schema.graphql").read_text())


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    committed = (ROOT / "schema" / "schema.graphql").read_text()

    assert committed == sdl(), "run `make sdl`"


def own_types(schema: GraphQLSchema) -> dict[str, Any]:
    return {name: t for name, t in schema.type_map.items() if not name.startswith("__")}


def test_every_type_of_ours_is_in_the_contract(
    ours: GraphQLSchema, contract: GraphQLSchema
) -> None:
    assert set(own_types(ours)) - set(own_types(contract)) - ADDED == set()


def differences(ours: GraphQLSchema, contract: GraphQLSchema) -> Iterator[str]:
    for name, found in own_types(ours).items():
        if name in ADDED:
            continue
        agreed = contract.type_map[name]
        if type(found) is not type(agreed):
            yield f"{name} is of another kind"
        elif isinstance(found, GraphQLEnumType):
            assert isinstance(agreed, GraphQLEnumType)
            yield from (f"{name}.{v}" for v in found.values if v not in agreed.values)
        elif hasattr(found, "fields"):
            yield from _field_differences(name, found, agreed)


def _field_differences(name: str, found: Any, agreed: Any) -> Iterator[str]:
    for field_name, field in found.fields.items():
        other = agreed.fields.get(field_name)
        if f"{name}.{field_name}" in ADDED:
            assert other is None, f"{name}.{field_name} is in the contract"
            continue
        if other is None:
            yield f"{name}.{field_name} is not in the contract"
        elif str(field.type) != str(other.type):
            yield f"{name}.{field_name}: {field.type}, agreed {other.type}"
        for argument, value in getattr(field, "args", {}).items():
            agreed_value = other.args.get(argument) if other else None
            if agreed_value is None or str(value.type) != str(agreed_value.type):
                yield f"{name}.{field_name}({argument}) differs"
            elif value.default_value != agreed_value.default_value:
                yield f"{name}.{field_name}({argument}) has another default"


def test_what_we_have_is_as_agreed(ours: GraphQLSchema, contract: GraphQLSchema) -> None:
    assert list(differences(ours, contract)) == []


def test_nothing_of_the_contract_is_missing(ours: GraphQLSchema, contract: GraphQLSchema) -> None:
    assert [change.description for change in find_breaking_changes(contract, ours)] == []


def test_input_fields_that_we_lack_are_optional(
    ours: GraphQLSchema, contract: GraphQLSchema
) -> None:
    missing = [
        f"{name}.{field_name}"
        for name, found in own_types(ours).items()
        if isinstance(found, GraphQLInputObjectType) and name not in ADDED
        for field_name, field in contract.type_map[name].fields.items()  # type: ignore[attr-defined]  # an input too
        if field_name not in found.fields and is_required_input_field(field)
    ]

    assert missing == []


def test_everything_is_described(ours: GraphQLSchema) -> None:
    silent = [
        f"{name}.{field_name}"
        for name, found in own_types(ours).items()
        for field_name, field in getattr(found, "fields", {}).items()
        if not field.description
    ]
    silent += [
        f"{name}.{value_name}"
        for name, found in own_types(ours).items()
        if isinstance(found, GraphQLEnumType)
        for value_name, value in found.values.items()
        if not value.description
    ]
    silent += [name for name, found in own_types(ours).items() if not found.description]

    assert silent == []


def used_fragments(document: DocumentNode) -> set[str]:
    found: set[str] = set()

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            found.add(node.name.value)

    visit(document, Spreads())
    return found


def whole(path: Path) -> DocumentNode:
    """The operation with the fragments that it needs, and no others."""
    document = parse(path.read_text())
    known = {
        d.name.value: d for d in FRAGMENTS.definitions if isinstance(d, FragmentDefinitionNode)
    }
    needed: set[str] = set()
    while missing := used_fragments(document) - needed:
        needed |= missing
        extra = tuple(known[name] for name in missing)
        document = DocumentNode(definitions=(*document.definitions, *extra))
    return document


SENT = [path for path in OPERATIONS if path.name != "fragments.graphql"]
"""The operations that clients will send."""


@pytest.mark.parametrize("path", SENT, ids=lambda path: path.stem)
def test_a_clients_operation_is_valid(path: Path, ours: GraphQLSchema) -> None:
    assert validate(ours, whole(path)) == []


@pytest.mark.parametrize("path", SENT, ids=lambda path: path.stem)
def test_a_clients_operation_is_within_the_limits(path: Path, ours: GraphQLSchema) -> None:
    measure = check(ours, whole(path), {}, Limits())

    assert 0 < measure.fields <= Limits().fields


def every_refusal(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for found in kind.__subclasses__():
        yield found
        yield from every_refusal(found)


@pytest.mark.parametrize("refusal", sorted(set(every_refusal()) - {JobMoved}, key=str))
def test_every_refusal_has_its_error_in_the_api(refusal: type[DomainError]) -> None:
    assert present.dispatch(refusal) is not present.dispatch(object)
