"""The short way for plain fields answers exactly as graphql-core's own way."""

import enum
import math
from datetime import UTC, datetime
from typing import Any

import pytest
import strawberry
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionResult

from resolvers.plain_fields import PlainFields


@strawberry.enum
class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.type
class Thing:
    text: Any = strawberry.field(graphql_type=str)
    maybe: Any = strawberry.field(graphql_type=str | None)
    number: Any = strawberry.field(graphql_type=int)
    share: Any = strawberry.field(graphql_type=float)
    is_so: Any = strawberry.field(graphql_type=bool)
    moment: Any = strawberry.field(graphql_type=datetime)
    colour: Any = strawberry.field(graphql_type=Colour)
    words: list[str] = strawberry.field(default_factory=list)

    @strawberry.field
    async def later(self) -> str:
        return "later"

    @strawberry.field
    def shouted(self, mark: str = "!") -> str:
        return f"{self.text}{mark}"


GOOD: dict[str, Any] = {
    "text": "a",
    "maybe": None,
    "number": 3,
    "share": 0.5,
    "is_so": True,
    "moment": datetime(2026, 1, 1, tzinfo=UTC),
    "colour": Colour.RED,
    "words": ["b"],
}
QUERY = """
{
  things {
    ... on Thing { text other: text maybe number later }
    __typename share isSo moment colour words shouted(mark: "?")
  }
}
"""


async def answers(things: list[Thing], way: type) -> ExecutionResult:
    @strawberry.type
    class Query:
        @strawberry.field
        def things(self) -> list[Thing | None]:
            return list(things)

    schema = strawberry.Schema(Query, execution_context_class=way)
    return await schema.execute(QUERY)


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"text": None},
        {"text": 7},
        {"text": ValueError("no")},
        {"text": "\ud800"},
        {"number": "3"},
        {"number": 3.5},
        {"number": True},
        {"number": 2**31},
        {"number": None},
        {"share": math.nan},
        {"share": math.inf},
        {"share": 1},
        {"is_so": 1},
        {"is_so": "yes"},
        {"moment": "2026"},
        {"moment": None},
        {"colour": "red"},
        {"colour": "green"},
        {"maybe": "x"},
        {"words": [None]},
    ],
    ids=str,
)
async def test_an_odd_value_is_answered_alike_both_ways(odd: dict[str, Any]) -> None:
    things = [Thing(**GOOD), Thing(**GOOD | odd), Thing(**GOOD)]

    short = await answers(things, PlainFields)
    long = await answers(things, StrawberryGraphQLCoreExecutionContext)

    assert repr(short.data) == repr(long.data)
    assert [(e.message, e.path) for e in short.errors or []] == [
        (e.message, e.path) for e in long.errors or []
    ]
    assert short.data is not None
    assert short.data["things"][0]["text"] == "a"
