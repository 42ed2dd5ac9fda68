"""A batched field is asked once for a list, and answers exactly as if asked for each object."""

from collections.abc import Sequence
from typing import Any

import pytest
import strawberry
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionResult

from resolvers.batched_fields import BatchedFields
from schema.described import batched_field

QUERY = """
{
  things {
    number again: name name owner { name } owners { name } deep { name thing { name } }
    ... on Thing { maker: owner { title: name } }
  }
}
"""


@strawberry.type
class Owner:
    name: Any = strawberry.field(graphql_type=str)

    @strawberry.field
    def thing(self) -> "Thing":
        return Thing(number=0)


SHARED = Owner(name="shared")


@strawberry.type
class Thing:
    number: int
    odd: strawberry.Private[Any] = "plain"

    @batched_field()
    @staticmethod
    async def name(things: Sequence["Thing"], context: Any) -> list[str]:
        """Its name."""
        context.append("name")
        return [thing.odd for thing in things]

    @batched_field()
    @staticmethod
    async def owner(things: Sequence["Thing"], context: Any) -> list[Owner | None]:
        """Who has it."""
        context.append("owner")
        if any(thing.odd == "fault" for thing in things):
            raise ValueError("no owner can be read")
        return [_owner(thing) for thing in things]

    @batched_field()
    @staticmethod
    async def owners(things: Sequence["Thing"], context: Any) -> list[list[Owner]]:
        """All who have it."""
        context.append("owners")
        return [[SHARED, _owner(thing)] for thing in things]  # type: ignore[list-item]  # on purpose

    @batched_field()
    @staticmethod
    async def deep(things: Sequence["Thing"], context: Any) -> list[Owner | None]:
        """An object with a field that is not plain."""
        context.append("deep")
        return [_owner(thing) for thing in things]


def _owner(thing: Thing) -> Owner | None:
    odd = {"null": None, "nameless": Owner(name=None), "broken": Owner(name=ValueError("no"))}
    return odd.get(thing.odd, SHARED)


async def answers(things: list[Thing | None], way: type, asked: list[str]) -> ExecutionResult:
    @strawberry.type
    class Query:
        @strawberry.field
        def things(self) -> list[Thing | None]:
            return things

    schema = strawberry.Schema(Query, execution_context_class=way)
    return await schema.execute(QUERY, context_value=asked)


@pytest.mark.parametrize("odd", ["plain", "null", "nameless", "broken", "fault", "missing"])
async def test_every_value_is_answered_alike_both_ways(odd: str) -> None:
    middle = None if odd == "missing" else Thing(number=2, odd=odd)
    things = [Thing(number=1), middle, Thing(number=3)]

    short = await answers(things, BatchedFields, [])
    long = await answers(things, StrawberryGraphQLCoreExecutionContext, [])

    assert repr(short.data) == repr(long.data)
    assert sorted((e.message, repr(e.path)) for e in short.errors or []) == sorted(
        (e.message, repr(e.path)) for e in long.errors or []
    )
    assert short.data is not None
    assert short.data["things"][0]["number"] == 1


async def test_a_list_asks_once_for_each_field() -> None:
    asked: list[str] = []

    await answers([Thing(number=number) for number in range(20)], BatchedFields, asked)

    assert (asked.count("owner"), asked.count("owners")) == (1, 1)


async def test_a_fault_of_the_batch_is_reported_for_that_object_alone() -> None:
    things = [Thing(number=1), Thing(number=2, odd="fault")]

    result = await answers(list(things), BatchedFields, [])

    assert result.data is not None
    assert result.data["things"][0]["owner"] == {"name": "shared"}
    assert result.data["things"][1]["owner"] is None
    assert {e.path and e.path[1] for e in result.errors or []} == {1}
