"""Documents by their ids, in batches that apply visibility."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from strawberry.dataloader import DataLoader

from domain.database import Row
from domain.documents.record import Record

R = TypeVar("R", bound=Record)
Scope = Callable[[], Awaitable[Row]]
"""Gives the query that matches what the caller sees."""


def by_id(kind: type[R], scope: Scope) -> DataLoader[str, R | None]:
    """Loads documents by id; those that are not there, or not in the scope, are None."""

    async def load(ids: list[str]) -> list[R | None]:
        query = {"_id": {"$in": ids}, **await scope()}
        rows = await kind.rows().find(query).to_list(None)
        found = {row["_id"]: kind.from_row(row) for row in rows}
        return [found.get(id) for id in ids]

    return DataLoader(load_fn=load)


async def everything() -> Row:
    """The scope of what everybody may see."""
    return {}
