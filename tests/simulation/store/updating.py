"""What an update makes of a document; the document itself is never changed in place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.simulation.store.expressions import evaluate
from tests.simulation.store.matching import matches
from tests.simulation.store.values import MISSING, Missing, NotSimulated, Row, is_equal

Update = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def updated(row: Row, update: Update, *, now: datetime, inserting: bool = False) -> Row:
    """A copy of `row` as `update` (stored values) makes it; `now` is the server's $$NOW."""
    if isinstance(update, Sequence):
        return _through_pipeline(row, update, now)
    if not update or any(not name.startswith("$") for name in update):
        raise NotSimulated("an update without operators")
    _refuse_overlap(update)
    changed = dict(row)
    for name, fields in update.items():
        if name == "$setOnInsert" and not inserting:
            continue
        for path, value in fields.items():
            _APPLY[name](changed, path, value)
    if not is_equal(changed.get("_id"), row.get("_id")) and not inserting:
        raise NotSimulated("an update of _id")
    return changed


def _through_pipeline(row: Row, stages: Sequence[Mapping[str, Any]], now: datetime) -> Row:
    changed = dict(row)
    for stage in stages:
        [(name, fields)] = stage.items()
        if name == "$unset":
            for path in [fields] if isinstance(fields, str) else fields:
                _unset(changed, path, None)
            continue
        if name not in ("$set", "$addFields"):
            raise NotSimulated(f"the stage {name} of an update")
        values = {p: evaluate(each, changed, {"NOW": now}) for p, each in fields.items()}
        for path, value in values.items():
            if isinstance(value, Missing):
                _unset(changed, path, None)
            else:
                _set(changed, path, value)
    return changed


def _refuse_overlap(update: Mapping[str, Any]) -> None:
    paths = [path for fields in update.values() for path in fields]
    for path in paths:
        if path.startswith("$") or ".$" in path:
            raise NotSimulated(f"the path {path}")
    dotted = sorted(paths)
    for one, other in pairwise(dotted):
        if one == other or other.startswith(one + "."):
            raise NotSimulated(f"an update of {one} and {other} at once")


def _container(row: Row, path: str) -> tuple[Any, Any]:
    """The last container on the way, copied with all above it, and the key in it."""
    parts = path.split(".")
    here: Any = row
    for part in parts[:-1]:
        key = _index(here, part)
        below = here[key] if type(here) is list else here.get(part)
        if type(below) is dict:
            fresh: Any = dict(below)
        elif type(below) is list:
            fresh = list(below)
        elif below is None and (type(here) is list or part not in here):
            fresh = {}
        else:
            raise NotSimulated(f"a path through a value: {path}")
        here[key] = fresh
        here = fresh
    return here, _index(here, parts[-1])


def _index(container: Any, part: str) -> Any:
    if type(container) is not list:
        return part
    if not part.isdecimal() or int(part) > len(container):
        raise NotSimulated(f"the place {part} in a list of {len(container)}")
    if int(part) == len(container):
        container.append(None)
    return int(part)


def _present(row: Row, path: str) -> Any:
    here: Any = row
    for part in path.split("."):
        if type(here) is dict and part in here:
            here = here[part]
        elif type(here) is list and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            return MISSING
    return here


def _set(row: Row, path: str, value: Any) -> None:
    if "." not in path:
        row[path] = value
        return
    container, key = _container(row, path)
    container[key] = value


def _unset(row: Row, path: str, _: Any) -> None:
    if isinstance(_present(row, path), Missing):
        return
    container, key = _container(row, path)
    if type(container) is list:
        container[key] = None
    else:
        del container[key]


def _increase(row: Row, path: str, amount: Any) -> None:
    before = _present(row, path)
    if not isinstance(before, Missing) and type(before) not in (int, float):
        raise NotSimulated(f"$inc of {before!r}")
    _set(row, path, amount if isinstance(before, Missing) else before + amount)


def _list_at(row: Row, path: str) -> list[Any]:
    before = _present(row, path)
    if isinstance(before, Missing):
        return []
    if type(before) is not list:
        raise NotSimulated(f"the list operator on {before!r}")
    return list(before)


def _each(value: Any) -> list[Any]:
    if type(value) is dict and any(key.startswith("$") for key in value):
        if set(value) != {"$each"}:
            raise NotSimulated(f"the modifiers {sorted(value)}")
        each: list[Any] = value["$each"]
        return each
    return [value]


def _push(row: Row, path: str, value: Any) -> None:
    _set(row, path, _list_at(row, path) + _each(value))


def _add_to_set(row: Row, path: str, value: Any) -> None:
    values = _list_at(row, path)
    for each in _each(value):
        if not any(is_equal(each, known) for known in values):
            values.append(each)
    _set(row, path, values)


def _pull(row: Row, path: str, condition: Any) -> None:
    if isinstance(_present(row, path), Missing):
        return
    kept = [each for each in _list_at(row, path) if not _is_pulled(each, condition)]
    _set(row, path, kept)


def _is_pulled(each: Any, condition: Any) -> bool:
    if type(condition) is not dict:
        return is_equal(each, condition)
    if condition and next(iter(condition)).startswith("$"):
        return matches({"each": each}, {"each": condition})
    return type(each) is dict and matches(each, condition)


_APPLY = {
    "$set": _set,
    "$setOnInsert": _set,
    "$unset": _unset,
    "$inc": _increase,
    "$push": _push,
    "$addToSet": _add_to_set,
    "$pull": _pull,
}


def from_filter(query: Mapping[str, Any]) -> Row:
    """The document that an upsert begins with: the filter's equalities."""
    row: Row = {}
    for path, condition in query.items():
        if path.startswith("$"):
            raise NotSimulated(f"an upsert with {path}")
        if type(condition) is dict and condition and next(iter(condition)).startswith("$"):
            continue
        _set(row, path, condition)
    return row
