"""The query guard: every limit, and its time on documents made to be expensive."""

import time

import pytest
from graphql import GraphQLSchema, get_introspection_query, parse

from resolvers.graphql import build_schema
from resolvers.limits import Limits, Measure, TooComplex, check


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()._schema


def measured(schema: GraphQLSchema, text: str, **variables: object) -> Measure:
    return check(schema, parse(text), variables, Limits())


def refused(schema: GraphQLSchema, text: str, **variables: object) -> str:
    with pytest.raises(TooComplex) as refusal:
        measured(schema, text, **variables)
    assert refusal.value.extensions is not None
    return str(refusal.value.extensions["limit"])


def test_the_standard_introspection_passes(schema: GraphQLSchema) -> None:
    measured(schema, get_introspection_query())


def test_fragments_that_double_at_each_step_are_refused_at_once(schema: GraphQLSchema) -> None:
    chain = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(24)]
    text = "query { ...F0 } " + " ".join(chain) + " fragment F24 on Query { viewer { name } }"
    document = parse(text)
    began = time.process_time()

    with pytest.raises(TooComplex):
        check(schema, document, {}, Limits())

    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("{" + "jobs { nodes { project { " * 5 + "uid" + "} } }" * 5 + "}", "depth"),
        ("{" + "".join(f"a{n}: __typename " for n in range(20)) + "x: __typename}", "root fields"),
        ("{ jobs { nodes {" + "".join(f" a{n}: uid" for n in range(40)) + "} } }", "aliases"),
        ("{ viewer { name " + "@include(if: true) " * 30 + "} }", "directives"),
        ("{ viewer {" + " name" * 40 + "} }", "fields of the same name"),
        (" ".join(f"query Q{n} {{ __typename }}" for n in range(12)), "operations"),
        ("{ projects(first: 500) { nodes { jobs(first: 500) { nodes { uid } } } } }", "cost"),
    ],
)
def test_each_limit_is_named(schema: GraphQLSchema, text: str, limit: str) -> None:
    assert refused(schema, text) == limit


def test_a_page_size_in_a_variable_counts_like_one_in_the_text(schema: GraphQLSchema) -> None:
    text = "query($n: Int) { jobs(first: $n) { nodes { uid parents { uid } } } }"

    small, large = (measured(schema, text, n=n) for n in (10, 400))

    assert large.cost > 30 * small.cost / 2


def test_a_page_of_jobs_with_parents_is_allowed(schema: GraphQLSchema) -> None:
    text = "{ jobs(first: 500) { nodes { uid status parents { uid } } } }"

    assert measured(schema, text).cost <= Limits().cost
