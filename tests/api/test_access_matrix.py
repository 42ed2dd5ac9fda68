"""INV-20: nobody reads or changes a project that is not theirs, through any field of the schema.

Every document is generated from the schema, so a new field is in the matrix as soon as it is built.
"""

from collections.abc import Iterator

import pytest
import pytest_asyncio
from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from domain.documents import ApiToken
from domain.documents import Instance as InstanceRecord
from domain.permissions import Permission
from resolvers.graphql import sdl
from schema.node import global_id
from tests.api.access_rules import (
    ADMIN,
    FOR_ADMINISTRATORS,
    MUTATIONS,
    OF_ADMINISTRATORS,
    OF_ONE_PROJECT,
    ON_SOMEBODY_ELSES,
    QUERIES,
    READ,
    SUBSCRIPTIONS,
)
from tests.api.conftest import Api, Json
from tests.api.two_owners import ANNAS, BENS, SECRET, Instance, aim_at, texts, two_owners
from tests.api.walking import Step, mutation_steps, steps

pytestmark = pytest.mark.mongo
REFUSED = frozenset({"NOT_FOUND", "FORBIDDEN"})


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(sdl())


@pytest_asyncio.fixture
async def instance(api: Api) -> Instance:
    record = await InstanceRecord.get("instance")
    assert record is not None
    return await two_owners(api, api.database, record.signing_key)


def roots(schema: GraphQLSchema) -> dict[str, GraphQLObjectType]:
    found = (schema.query_type, schema.mutation_type, schema.subscription_type)
    return {kind.name: kind for kind in found if kind is not None}


def declared(kind: GraphQLObjectType) -> Iterator[tuple[str, str]]:
    """The fields with a directive @requires, and the permission that it names."""
    for name, field in kind.fields.items():
        for directive in (field.ast_node.directives or ()) if field.ast_node else ():
            if directive.name.value == "requires":
                yield name, directive.arguments[0].value.value


def codes_of(answer: Json) -> list[str]:
    """The codes of all refusals in an answer, wherever they stand."""
    found = [str(error.get("extensions", {}).get("code")) for error in answer.get("errors", [])]
    waiting: list[object] = [answer.get("data")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found += [error["code"] for error in value.get("errors") or []]
            waiting += [part for key, part in value.items() if key != "errors"]
        elif isinstance(value, list):
            waiting += value
    return found


def test_every_root_field_has_a_declared_rule(schema: GraphQLSchema) -> None:
    rules = {"Query": QUERIES, "Mutation": set(MUTATIONS), "Subscription": set(SUBSCRIPTIONS)}

    undeclared = {
        f"{name}.{field}"
        for name, kind in roots(schema).items()
        for field in kind.fields
        if field not in rules[name]
    }

    assert undeclared == set()


def test_every_mutation_asks_for_the_declared_permission(schema: GraphQLSchema) -> None:
    mutations = roots(schema)["Mutation"]

    asked = dict(declared(mutations))

    assert asked == {name: MUTATIONS[name].value for name in mutations.fields}


async def test_an_anonymous_caller_gets_nothing_from_any_field(
    instance: Instance, schema: GraphQLSchema
) -> None:
    client = instance.api.client
    let_in = []

    for step in (*steps(schema, aim_at(ANNAS)), *mutation_steps(schema, aim_at(ANNAS))):
        body = {"query": step.document, "variables": step.variables}
        answer = (await client.post("/graphql", json=body)).json()
        if "data" in answer or codes_of(answer) != ["UNAUTHENTICATED"]:
            let_in.append(step.name)

    assert let_in == []


async def walked(instance: Instance, schema: GraphQLSchema, aim: str, user: str) -> dict[str, Json]:
    """The answers to every field, by name; none may be refused as a document."""
    answers: dict[str, Json] = {}
    for step in steps(schema, aim_at(aim)):
        answer = await instance.api.post(step.document, step.variables, user)
        assert "data" in answer, (step, answer)
        known = answers.setdefault(step.name, {"all": []})
        known["all"].append(answer)
    return answers


async def test_no_field_tells_another_user_of_a_foreign_project(
    instance: Instance, schema: GraphQLSchema
) -> None:
    own = await walked(instance, schema, BENS, "ben")
    foreign = await walked(instance, schema, ANNAS, "ben")

    told = {name: instance.leaks(answer) for name, answer in own.items()}
    assert {name: found for name, found in told.items() if found} == {}
    # A refusal may name what was asked for, "P1"; nothing that was not in the question is told.
    told = {name: [t for t in texts(a) if SECRET in t] for name, a in foreign.items()}
    assert {name: found for name, found in told.items() if found} == {}
    seen = {
        name
        for name in OF_ONE_PROJECT
        for answer in foreign.get(f"Query.{name}", {"all": []})["all"]
        if (answer["data"] or {}).get(name) is not None
    }
    assert seen == set()


async def test_the_same_walk_tells_those_who_may_see_the_project(
    instance: Instance, schema: GraphQLSchema
) -> None:
    """What the other user is not told is really there: else the test above proved nothing."""
    for user in ("anna", "carl", "admin"):
        answers = await walked(instance, schema, ANNAS, user)

        told = {name for name, answer in answers.items() if instance.leaks(answer)}

        assert told >= {
            *("Query.job", "Query.project", "Query.workspace", "ProjectConnection.nodes"),
            *("JobConnection.nodes", "EventLogConnection.nodes", "WorkspaceConnection.nodes"),
            *("Job.outputs", "Job.parents", "Job.project", "Job.workspaces", "ImageEvent.imgfiles"),
            *("CurrentLane.jobs", "SchedulerTarget.runningJobs", "ConnectedOutput.parent"),
        }


async def test_no_global_id_opens_what_is_not_the_callers(
    instance: Instance, schema: GraphQLSchema
) -> None:
    nodes = schema.get_possible_types(schema.type_map["Node"])  # type: ignore[arg-type]  # it is one
    keys = {name.partition("/")[2] for name in await instance.documents()}
    ids = [global_id(kind.name, key) for kind in nodes for key in sorted(keys)]
    shown = " ".join(
        f"... on {kind.name} {{ {' '.join(_texts_of(kind))} }}" for kind in nodes if _texts_of(kind)
    )
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id {shown} }} }}"

    told = {}
    for user in ("anna", "ben"):
        pieces = [ids[at : at + 400] for at in range(0, len(ids), 400)]
        answers = [await instance.api.ask(query, {"ids": piece}, user) for piece in pieces]
        told[user] = instance.leaks(answers)

    assert told["ben"] == []
    assert len(told["anna"]) > 20


def _texts_of(kind: GraphQLObjectType) -> list[str]:
    return [name for name in ("title", "text", "message", "name") if _is_text(kind, name)]


def _is_text(kind: GraphQLObjectType, name: str) -> bool:
    field = kind.fields.get(name)
    return field is not None and str(field.type) == "String!" and not field.args


async def refusals_of(
    instance: Instance, found: Iterator[Step], headers: dict[str, str]
) -> dict[str, list[str]]:
    """The codes of each mutation; whatever it answers, it changes nothing and tells no secret."""
    before = await instance.documents()
    codes: dict[str, list[str]] = {}
    for step in found:
        body = {"query": step.document, "variables": step.variables}
        answer = (await instance.api.client.post("/graphql", json=body, headers=headers)).json()
        after = await instance.documents()
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        assert changed == set(), (step, answer)
        assert [t for t in texts(answer) if SECRET in t] == [], str(answer)
        assert "data" in answer, (step, answer)
        codes.setdefault(step.name, []).extend(codes_of(answer) or _nothing_done(answer))
    return codes


def _nothing_done(answer: Json) -> list[str]:
    """An action on all jobs of a filter that match none is carried out on none: no refusal."""
    [payload] = answer["data"].values()
    return [] if payload.get("results") == [] else ["DONE"]


async def test_no_mutation_changes_what_is_another_users(
    instance: Instance, schema: GraphQLSchema
) -> None:
    attempts = (s for s in mutation_steps(schema, aim_at(ANNAS)) if s.name in ON_SOMEBODY_ELSES)

    codes = await refusals_of(instance, attempts, bearer("ben"))

    assert {name: found for name, found in codes.items() if not set(found) <= REFUSED} == {}
    assert {name for name, found in codes.items() if not found} == set()


async def test_the_owner_of_a_project_administers_nothing(
    instance: Instance, schema: GraphQLSchema
) -> None:
    attempts = (s for s in mutation_steps(schema, aim_at(ANNAS)) if s.name in FOR_ADMINISTRATORS)

    codes = await refusals_of(instance, attempts, bearer("anna"))

    assert {name: found for name, found in codes.items() if set(found) != {"FORBIDDEN"}} == {}
    assert set(codes) == FOR_ADMINISTRATORS & set(roots(schema)["Mutation"].fields)


async def test_a_read_only_token_changes_nothing_even_of_an_administrator(
    instance: Instance, schema: GraphQLSchema
) -> None:
    scopes = {"scopes": [Permission.READ]}
    for user in ("anna", "admin"):
        changes = {**scopes, "user_id": user}
        await ApiToken.rows().update_one({"_id": "token-anna"}, {"$set": changes})
        attempts = (s for s in mutation_steps(schema, aim_at(ANNAS)) if MUTATIONS[s.name] != READ)

        codes = await refusals_of(instance, attempts, bearer("anna"))

        assert {name: found for name, found in codes.items() if set(found) != {"FORBIDDEN"}} == {}


async def test_what_is_for_administrators_is_not_shown_to_others(
    instance: Instance, schema: GraphQLSchema
) -> None:
    guarded = {f"Query.{name}" for name in OF_ADMINISTRATORS} | {
        f"{kind.name}.{name}"
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and kind.name != "Mutation"
        for name, permission in declared(kind)
        if permission == ADMIN.value
    }

    for user, own in (("anna", ANNAS), ("ben", BENS)):
        for step in steps(schema, aim_at(own)):
            if step.name in guarded:
                answer = await instance.api.post(step.document, step.variables, user)
                assert _at_the_end(answer["data"], step.name.partition(".")[2]) == []


def _at_the_end(data: object, field: str) -> list[object]:
    """All values but null of a field, however deep."""
    if isinstance(data, list):
        return [value for part in data for value in _at_the_end(part, field)]
    if not isinstance(data, dict):
        return []
    here = [data[field]] if data.get(field) is not None else []
    return here + [value for part in data.values() for value in _at_the_end(part, field)]


def bearer(user: str) -> dict[str, str]:
    return {"authorization": f"Bearer token-of-{user}"}
