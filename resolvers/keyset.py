"""Pages by key: a cursor holds the values of the sort fields, so that rows never shift."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar, overload

from domain.database import Row
from domain.documents.record import Record
from domain.errors import BadInput
from domain.signing import SignatureInvalid, seal, unseal
from schema.paging import Page, Window

_PURPOSE = "page"
_DATE = "$date"
_EPOCH = datetime.fromtimestamp(0, UTC)

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True)
class SortKey:
    """A field of the document to sort by; null sorts before every value, as in MongoDB."""

    field: str
    falling: bool = False


@dataclass(frozen=True)
class Listing:
    """A sorted list of documents; `name` binds its cursors: field and filter.

    `keys` need not be unique: the document's id is always the last of them.
    """

    name: str
    query: Row
    keys: tuple[SortKey, ...]

    @property
    def order(self) -> tuple[SortKey, ...]:
        """All sort keys, of which the last is unique."""
        unique = any(key.field == "_id" for key in self.keys)
        return self.keys if unique else (*self.keys, SortKey("_id"))


class Cursors(Sequence[str]):
    """The cursors of rows, sealed as they are looked at: most clients look at the last alone."""

    def __init__(self, rows: Sequence[Row], listing: Listing, key: bytes) -> None:
        self._rows = rows
        self._key = key
        self._binding = _binding(listing)
        self._names = [sort_key.field for sort_key in listing.order]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self._sealed(row) for row in self._rows[index]]
        return self._sealed(self._rows[index])

    def _sealed(self, row: Row) -> str:
        values = [self._binding, *(_packed(row.get(name)) for name in self._names)]
        message = json.dumps(values, separators=(",", ":"))
        return seal(message.encode(), self._key, purpose=_PURPOSE)


async def page_of(kind: type[R], listing: Listing, window: Window, key: bytes) -> Page[R]:
    """The part of `listing` in `window`; its cursors are signed with `key`.

    Raises BadInput if the cursor is not of this list.
    """
    order = _turned(listing.order) if window.backward else listing.order
    query = listing.query
    if window.cursor is not None:
        values = _opened(window.cursor, listing, key)
        query = {"$and": [query, behind(order, values)]}
    sort = [(k.field, -1 if k.falling else 1) for k in order]
    found = kind.rows().find(query).sort(sort).batch_size(window.size + 1)  # in one round trip
    rows = await found.to_list(window.size + 1)
    more, rows = len(rows) > window.size, rows[: window.size]
    if window.backward:
        rows.reverse()
    before, after = _neighbours(window, more=more)
    return Page(
        items=[kind.from_row(row) for row in rows],
        cursors=Cursors(rows, listing, key),
        has_previous=before,
        has_next=after,
        count=lambda: kind.rows().count_documents(listing.query),
    )


def page_of_places(name: str, items: Mapping[int, T], window: Window, key: bytes) -> Page[T]:
    """The part in `window` of a list that was read as a whole: items by their places, in order.

    `name` binds its cursors, which hold places. Raises BadInput if the cursor is not of this list.
    """
    listing = Listing(name, {}, (SortKey("_id"),))
    places = list(items)
    if window.cursor is not None:
        [at] = _opened(window.cursor, listing, key)
        assert isinstance(at, int)
        places = [place for place in places if (place < at if window.backward else place > at)]
    more = len(places) > window.size
    places = places[-window.size :] if window.backward else places[: window.size]
    before, after = _neighbours(window, more=more)

    async def count() -> int:
        return len(items)

    return Page(
        items=[items[place] for place in places],
        cursors=Cursors([{"_id": place} for place in places], listing, key),
        has_previous=before,
        has_next=after,
        count=count,
    )


def _neighbours(window: Window, *, more: bool) -> tuple[bool, bool]:
    """Whether there is something before and after the page, if `more` lies in its direction."""
    came_from = window.cursor is not None
    return (more, came_from) if window.backward else (came_from, more)


def behind(order: Sequence[SortKey], values: Sequence[object]) -> Row:
    """The query that matches what comes after `values` in `order`."""
    branches: list[Row] = []
    equal: Row = {}
    for key, value in zip(order, values, strict=True):
        further = _further(key, value)
        if further is not None:
            branches.append({"$and": [equal, further]} if equal else further)
        equal = equal | {key.field: value}
    return {"$or": branches} if branches else {"_id": None}


def _further(key: SortKey, value: object) -> Row | None:
    if key.falling:
        if value is None:
            return None
        return {"$or": [{key.field: {"$lt": value}}, {key.field: None}]}
    return {key.field: {"$ne": None} if value is None else {"$gt": value}}


def _turned(order: Sequence[SortKey]) -> tuple[SortKey, ...]:
    return tuple(SortKey(key.field, not key.falling) for key in order)


def _opened(cursor: str, listing: Listing, key: bytes) -> list[object]:
    try:
        binding, *values = json.loads(unseal(cursor, key, purpose=_PURPOSE))
    except SignatureInvalid as error:
        raise BadInput("This is not a cursor of this server.", path=["after"]) from error
    if binding != _binding(listing):
        raise BadInput("This cursor belongs to another list or filter.", path=["after"])
    return [_unpacked(value) for value in values]


def _binding(listing: Listing) -> str:
    order = ",".join(f"{'-' if key.falling else ''}{key.field}" for key in listing.order)
    return f"{listing.name}|{order}"


def _packed(value: object) -> object:
    if isinstance(value, datetime):
        return {_DATE: round((value.replace(tzinfo=UTC) - _EPOCH).total_seconds() * 1000)}
    return value


def _unpacked(value: object) -> object:
    if isinstance(value, dict):
        return datetime.fromtimestamp(value[_DATE] / 1000, UTC)
    return value
