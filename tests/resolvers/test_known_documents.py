"""A known text is neither parsed nor validated again; what else refuses it still does."""

from collections.abc import Iterator

import pytest
import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from resolvers import known_documents
from resolvers.known_documents import KnownDocuments, Memory


@strawberry.type
class Query:
    """Says what it is given."""

    @strawberry.field
    def said(self, word: str) -> str:
        return word


class Refusing(SchemaExtension):
    """Refuses an operation named Forbidden, as the query guard does."""

    def on_validate(self) -> Iterator[None]:
        if self.execution_context.operation_name == "Forbidden":
            self.execution_context.pre_execution_errors = [GraphQLError("Refused.")]
        yield


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def schema(memory: Memory) -> strawberry.Schema:
    return strawberry.Schema(Query, extensions=[Refusing, lambda: KnownDocuments(memory)])


async def test_a_valid_text_is_kept_and_its_document_used_again(
    schema: strawberry.Schema, memory: Memory
) -> None:
    text = "query($w: String!) { said(word: $w) }"
    first = await schema.execute(text, {"w": "a"})
    kept = memory[text]

    again = await schema.execute(text, {"w": "b"})

    assert (first.data, again.data) == ({"said": "a"}, {"said": "b"})
    assert memory[text] is kept


@pytest.mark.parametrize("text", ["{ said }", "{ nothing }", "{"])
async def test_an_invalid_text_is_refused_each_time_and_not_kept(
    schema: strawberry.Schema, memory: Memory, text: str
) -> None:
    refusals = [(await schema.execute(text)).errors for _ in range(2)]

    assert all(refusals)
    assert memory == {}


async def test_a_known_text_is_still_refused_by_others(schema: strawberry.Schema) -> None:
    text = 'query Allowed { said(word: "a") } query Forbidden { said(word: "b") }'
    allowed = await schema.execute(text, operation_name="Allowed")

    refused = await schema.execute(text, operation_name="Forbidden")

    assert allowed.data == {"said": "a"}
    assert [error.message for error in refused.errors or []] == ["Refused."]
    assert refused.data is None


async def test_the_memory_is_bounded(
    schema: strawberry.Schema, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_documents, "MOST_TEXTS", 2)

    for word in "abc":
        await schema.execute(f'{{ said(word: "{word}") }}')

    assert list(memory) == ['{ said(word: "b") }', '{ said(word: "c") }']
