"""One collection in memory: its rows, its unique indexes, and every operation done at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from pymongo.errors import DuplicateKeyError

from tests.simulation.store.expressions import NOTHING
from tests.simulation.store.grouping import aggregated
from tests.simulation.store.matching import matches, values_at
from tests.simulation.store.updating import Update, from_filter, updated
from tests.simulation.store.values import (
    MISSING,
    Missing,
    NotSimulated,
    Row,
    copied,
    is_equal,
    order_key,
)

Written = Callable[[str, str, Row | None, Row | None], None]
"""Told of a write: collection, id, the row before and after; they must not be changed."""
_CONTAINERS = frozenset({dict, list})
Sort = Sequence[tuple[str, int]]


class Table:
    """Rows by id, in the order of their insertion; rows that were stored are never changed.

    All that is handed to it are stored values (see `stored`).
    """

    def __init__(self, name: str, now: Callable[[], datetime], written: Written) -> None:
        self.name = name
        self.rows: dict[str, Row] = {}
        self._unique: list[tuple[str, ...]] = []
        self._holders: list[dict[tuple[Any, ...], str]] = []
        self._now = now
        self._written = written

    def make_unique(self, fields: tuple[str, ...]) -> None:
        """Refuse two rows with the same values of `fields`, from now on."""
        if fields not in self._unique:
            self._unique.append(fields)
            self._holders.append({})

    # Reading

    def find(
        self,
        query: Mapping[str, Any],
        projection: Mapping[str, Any] | Sequence[str] | None = None,
        *,
        sort: Sort | None = None,
        skip: int = 0,
        limit: int = 0,
    ) -> list[Row]:
        """Copies of the rows that meet `query`."""
        found = self._matching(query)
        for field, direction in reversed(sort or ()):
            found.sort(key=lambda row: _sort_key(row, field), reverse=direction < 0)
        found = found[skip : skip + limit] if limit else found[skip:]
        return [projected(row, projection) for row in found]

    def count(self, query: Mapping[str, Any]) -> int:
        """How many rows meet `query`."""
        return len(self._matching(query))

    def distinct(self, field: str, query: Mapping[str, Any]) -> list[Any]:
        """The values of `field` in the rows that meet `query`, each once."""
        if "$expr" in query:
            raise NotSimulated("distinct with $expr, where mongod knows no $$NOW")
        found: list[Any] = []
        for row in self._matching(query):
            for value in values_at(row, field.split(".")):
                each = value if type(value) is list else [value]
                found += [v for v in each if v is not MISSING and v not in found]
        return found

    def aggregate(self, pipeline: Sequence[Mapping[str, Any]]) -> list[Row]:
        """What the stages make of the rows."""
        return aggregated([copied(row) for row in self.rows.values()], pipeline)

    def _matching(self, query: Mapping[str, Any]) -> list[Row]:
        names = {"NOW": self._now()} if "$expr" in query else NOTHING
        return [row for row in self._candidates(query) if matches(row, query, names)]

    def _candidates(self, query: Mapping[str, Any]) -> Iterable[Row]:
        """The rows that the filter's _id leaves: nearly every query names its rows."""
        wanted = query.get("_id", MISSING)
        if type(wanted) is str:
            row = self.rows.get(wanted)
            return () if row is None else (row,)
        if type(wanted) is dict and list(wanted) == ["$in"]:
            ids = set(wanted["$in"])
            return [row for id, row in self.rows.items() if id in ids]
        return list(self.rows.values())

    # Writing

    def insert(self, row: Mapping[str, Any]) -> str:
        """Store a new row; raises DuplicateKeyError."""
        fresh = dict(row)
        if type(fresh.get("_id")) is not str:
            raise NotSimulated(f"the _id {fresh.get('_id')!r}")
        if fresh["_id"] in self.rows:
            raise duplicate({"_id": fresh["_id"]})
        self._store(fresh["_id"], None, fresh)
        return str(fresh["_id"])

    def update(
        self, query: Mapping[str, Any], update: Update, *, upsert: bool = False, many: bool = False
    ) -> tuple[int, int, str | None]:
        """How many rows were matched and changed, and the id of a row that was made."""
        if upsert and "$expr" in query:
            raise NotSimulated("an upsert with $expr, which mongod refuses")
        found = self._matching(query)
        if not found and upsert:
            return 0, 0, self._upsert(query, update)
        changed = 0
        for row in found if many else found[:1]:
            changed += self._change(row, update) is not row
        return len(found) if many else min(1, len(found)), changed, None

    def find_and_update(
        self,
        query: Mapping[str, Any],
        update: Update,
        projection: Mapping[str, Any] | None = None,
        *,
        sort: Sort | None = None,
        upsert: bool = False,
        after: bool = False,
    ) -> Row | None:
        """Change the first row that meets `query`; a copy of it before or after, None if none."""
        found = self._matching(query)
        for field, direction in reversed(sort or ()):
            found.sort(key=lambda row: _sort_key(row, field), reverse=direction < 0)
        if not found:
            made = self._upsert(query, update) if upsert else None
            return projected(self.rows[made], projection) if made and after else None
        changed = self._change(found[0], update)
        return projected(changed if after else found[0], projection)

    def delete(self, query: Mapping[str, Any], *, many: bool = False) -> int:
        """Remove the rows that meet `query`, or the first of them; how many."""
        found = self._matching(query)[: None if many else 1]
        for row in found:
            self._store(row["_id"], row, None)
        return len(found)

    def _upsert(self, query: Mapping[str, Any], update: Any) -> str:
        if type(update) is list:
            raise NotSimulated("an upsert by a pipeline")
        return self.insert(updated(from_filter(query), update, now=self._now(), inserting=True))

    def _change(self, row: Row, update: Any) -> Row:
        """The row afterwards; the very same if nothing is different."""
        fresh = updated(row, update, now=self._now())
        if is_equal(fresh, row):
            return row
        self._store(row["_id"], row, fresh)
        return fresh

    def _store(self, id: str, before: Row | None, after: Row | None) -> None:
        self._keep_unique(id, before, after)
        if after is None:
            del self.rows[id]
        else:
            self.rows[id] = after
        self._written(self.name, id, before, after)

    def _keep_unique(self, id: str, before: Row | None, after: Row | None) -> None:
        moves = []
        for fields, holders in zip(self._unique, self._holders, strict=True):
            old, new = _key_of(before, fields), _key_of(after, fields)
            if new is not None and new != old and new in holders:
                raise duplicate(dict(zip(fields, new, strict=True)))
            moves.append((holders, old, new))
        for holders, old, new in moves:
            if old is not None and old != new:
                del holders[old]
            if new is not None:
                holders[new] = id


def duplicate(values: Mapping[str, Any]) -> DuplicateKeyError:
    """The driver's error about a value that must be there once."""
    details = {"keyValue": dict(values), "keyPattern": dict.fromkeys(values, 1)}
    return DuplicateKeyError(f"E11000 duplicate key error: {dict(values)}", 11000, details)


def _key_of(row: Row | None, fields: tuple[str, ...]) -> tuple[Any, ...] | None:
    if row is None:
        return None
    values = tuple(row.get(field) for field in fields)
    if any(type(value) in (dict, list) for value in values):
        raise NotSimulated(f"a unique index over the list or document {fields}")
    return values


def _sort_key(row: Row, path: str) -> tuple[int, Any]:
    [value] = values_at(row, path.split("."))
    return order_key(value)


def projected(row: Row, projection: Mapping[str, Any] | Sequence[str] | None) -> Row:
    """A copy of what `projection` leaves of the row: whole fields named, and _id."""
    if not projection:
        return dict(copied(row))
    fields = projection if isinstance(projection, Mapping) else dict.fromkeys(projection, 1)
    plan = _projection(tuple(fields.items()))
    if plan.paths:
        return dict(copied(_taken(row, plan.paths)))
    named = plan.fields
    takes = plan.takes
    return {
        key: copied(each) if type(each) in _CONTAINERS else each
        for key, each in row.items()
        if (key in named) is takes
    }


@dataclass(frozen=True)
class _Projection:
    """Whole `fields` that are taken or left out; or, if some are parts of fields, `paths`."""

    takes: bool
    fields: frozenset[str]
    paths: tuple[list[str], ...] = ()


@lru_cache
def _projection(fields: tuple[tuple[str, int], ...]) -> _Projection:
    wanted = {path: bool(keep) for path, keep in fields if path != "_id"}
    with_id = bool(dict(fields).get("_id", 1))
    if any(keep not in (0, 1) for _, keep in fields) or len(set(wanted.values())) > 1:
        raise NotSimulated(f"the projection {fields}")
    takes = any(wanted.values()) if wanted else with_id
    named = {*wanted, *(["_id"] if with_id is takes else [])}
    if not any("." in path for path in wanted):
        return _Projection(takes, frozenset(named))
    if not takes:
        raise NotSimulated("leaving out parts of a field")
    return _Projection(takes, frozenset(), tuple(path.split(".") for path in sorted(named)))


def _taken(value: Any, paths: Sequence[list[str]]) -> Any:
    if type(value) is list:
        found = [_taken(each, paths) for each in value]
        return [each for each in found if not isinstance(each, Missing)]
    if type(value) is not dict:
        return MISSING
    taken: Row = {}
    for key, each in value.items():
        rests = [path[1:] for path in paths if path[0] == key]
        below = each if [] in rests else _taken(each, rests) if rests else MISSING
        if not isinstance(below, Missing):
            taken[key] = below
    return taken
