"""The database in memory answers as mongod does: the same operations, the same rows afterwards."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from pymongo import InsertOne, MongoClient, UpdateMany, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from tests.integration.mongod import mongod_binary, running_mongod
from tests.simulation.store.answers import at_once, refused, told
from tests.simulation.store.collection import SimulatedCollection
from tests.simulation.store.database import SimulatedServer
from tests.simulation.store.values import NotSimulated, Row

pytestmark = pytest.mark.mongo
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
EXAMPLES = int(os.environ.get("LANEKEEPER_FAITHFUL_EXAMPLES", "0"))
"""So many at random; without it the same ones each time."""
Operation = tuple[str, tuple[Any, ...], dict[str, Any]]

# Values of few kinds, so that filters meet them
IDS = st.sampled_from(["J1", "J2", "J3", "J4"])
NUMBERS = st.integers(-1, 3)
WORDS = st.sampled_from(["queued", "launched", "J1#1", "J2#1"])
TIMES = st.sampled_from([NOON, NOON + timedelta(milliseconds=1500), NOON - timedelta(days=1)])
GRANTS = st.fixed_dictionaries({"key": WORDS}, optional={"tokens": NUMBERS})
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "status": WORDS | st.none(),
    "term": NUMBERS | st.none(),
    "revision": NUMBERS,
    "kill_at": TIMES | st.none(),
    "hold": st.booleans(),
    "tags": st.lists(WORDS, max_size=3),
    "held": st.lists(GRANTS, max_size=3),
    "slots": st.fixed_dictionaries(
        {"gpu": st.dictionaries(st.sampled_from("01"), WORDS | st.none(), max_size=2)}
    ),
}
PATHS: dict[str, st.SearchStrategy[Any]] = FIELDS | {
    "held.key": WORDS,
    "held.tokens": NUMBERS | st.none(),
    "slots.gpu.0": WORDS | st.none(),
    "slots.gpu.1": WORDS | st.none(),
    "tags": WORDS | st.none(),
    "missing": NUMBERS | st.none(),
}
ROWS = st.fixed_dictionaries({"_id": IDS, "number": NUMBERS}, optional=FIELDS)


@st.composite
def condition(draw: st.DrawFn, path: str) -> Any:
    values = PATHS[path]
    several = st.lists(values, min_size=1, max_size=3)
    plain = values | st.builds(lambda v: {"$ne": v}, values)
    kinds: list[st.SearchStrategy[Any]] = [plain, plain]
    kinds.append(st.builds(lambda v: {"$in": v}, several))
    kinds.append(st.builds(lambda v: {"$nin": v}, several))
    kinds.append(st.builds(lambda v: {"$exists": v}, st.booleans()))
    kinds.append(st.builds(lambda v: {"$exists": True, "$in": v}, several))
    if path in ("term", "revision", "kill_at", "held.tokens", "missing"):
        known: st.SearchStrategy[Any] = TIMES if path == "kill_at" else NUMBERS
        order = st.sampled_from(["$lt", "$lte", "$gt", "$gte"])
        kinds.append(st.builds(lambda o, v: {o: v}, order, known))
        kinds.append(st.builds(lambda o, v: {"$not": {o: v}}, order, known))
    if path == "held":
        kinds = [st.builds(lambda v: {"$elemMatch": v}, GRANTS)]
        kinds.append(st.builds(lambda v: {"$size": v}, NUMBERS.filter(lambda n: n >= 0)))
    return draw(st.one_of(kinds))


@st.composite
def query(draw: st.DrawFn) -> Row:
    paths = draw(st.lists(st.sampled_from(sorted(PATHS)), max_size=3, unique=True))
    found: Row = {path: draw(condition(path)) for path in paths if path != "slots"}
    if draw(st.booleans()):
        ids = st.lists(IDS, min_size=1, max_size=3)
        found["_id"] = draw(IDS | st.builds(lambda v: {"$in": v}, ids))
    if draw(st.integers(0, 5)) == 0:
        found["$or"] = [draw(query()), draw(query())]
    if draw(st.integers(0, 3)) == 0:
        found["$expr"] = draw(comparison())
    return found


@st.composite
def comparison(draw: st.DrawFn) -> Row:
    """As the token pool and the lease compare."""
    limit = {"$ifNull": ["$term", None]}
    within = {"$lte": [{"$add": ["$revision", draw(NUMBERS)]}, "$term"]}
    expired = {"$lt": ["$kill_at", "$$NOW"]}
    mine = {"$eq": ["$status", {"$literal": draw(WORDS)}]}
    pairs: list[Row] = [{"$or": [{"$eq": [limit, None]}, within]}, {"$or": [mine, expired]}]
    return draw(st.sampled_from([*pairs, {"$and": pairs}, {"$not": [expired]}]))


@st.composite
def update(draw: st.DrawFn) -> Any:
    if draw(st.integers(0, 3)) == 0:
        return [{"$set": draw(pipeline_fields())}]
    changes: Row = {}
    plain = st.sampled_from(["status", "term", "kill_at", "hold", "slots.gpu.0", "slots.gpu.1"])
    for path in draw(st.lists(plain, max_size=3, unique=True)):
        changes.setdefault("$set", {})[path] = draw(PATHS[path])
    if draw(st.booleans()):
        changes["$inc"] = {"revision": draw(NUMBERS)}
    if draw(st.integers(0, 2)) == 0:
        changes |= draw(list_change())
    if draw(st.integers(0, 4)) == 0:
        changes["$unset"] = {"number": ""}
    return changes or {"$set": {"status": draw(WORDS)}}


def list_change() -> st.SearchStrategy[Row]:
    several = st.lists(GRANTS, min_size=1, max_size=2)
    return st.one_of(
        st.builds(lambda v: {"$push": {"held": v}}, GRANTS),
        st.builds(lambda v: {"$push": {"held": {"$each": v}}}, several),
        st.builds(lambda v: {"$pull": {"held": {"key": v}}}, WORDS),
        st.builds(lambda v: {"$pull": {"tags": v}}, WORDS),
        st.builds(lambda v: {"$pull": {"tags": {"$in": v}}}, st.lists(WORDS, max_size=2)),
        st.builds(lambda v: {"$addToSet": {"tags": v}}, WORDS),
        st.builds(lambda v: {"$addToSet": {"held": v}}, GRANTS),
    )


@st.composite
def pipeline_fields(draw: st.DrawFn) -> Row:
    """As the lease is taken."""
    same = {"$eq": ["$status", draw(WORDS)]}
    later = {"startDate": "$kill_at", "unit": "millisecond", "amount": draw(NUMBERS)}
    fields: Row = {
        "term": {"$cond": [same, "$term", {"$add": ["$revision", 1]}]},
        "status": {"$literal": draw(WORDS)},
        "hold": {"$cond": [same, {"$ifNull": ["$hold", None]}, None]},
        "kill_at": {
            "$cond": [{"$eq": [{"$ifNull": ["$kill_at", None]}, None]}, None, {"$dateAdd": later}]
        },
    }
    kept = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, unique=True))
    return {name: fields[name] for name in kept}


@st.composite
def operation(draw: st.DrawFn) -> Operation:
    kind = draw(st.sampled_from(sorted(KINDS)))
    return draw(KINDS[kind])


def _call(
    name: str, *parts: st.SearchStrategy[Any], **options: Any
) -> st.SearchStrategy[Operation]:
    return st.tuples(st.just(name), st.tuples(*parts), st.fixed_dictionaries(options))


@st.composite
def bulk(draw: st.DrawFn) -> list[Any]:
    one = st.one_of(
        st.builds(InsertOne, ROWS),
        st.builds(UpdateOne, query(), update()),
        st.builds(UpdateMany, query(), update()),
    )
    return draw(st.lists(one, min_size=1, max_size=4))


PROJECTIONS = st.sampled_from(
    [None, {"_id": 1}, {"status": 1, "term": 1}, {"held": 0}, {"held.key": 1, "slots.gpu": 1}]
)
SORTS = st.sampled_from([[("_id", 1)], [("term", -1), ("_id", 1)], [("kill_at", 1), ("_id", -1)]])
GROUPS = st.sampled_from(["$status", "$term", None])
COUNTED = st.builds(
    lambda q, by: [
        {"$match": q},
        {"$group": {"_id": by, "jobs": {"$sum": 1}, "all": {"$sum": "$revision"}}},
        {"$sort": {"_id": 1}},
    ],
    query(),
    GROUPS,
)
KINDS: dict[str, st.SearchStrategy[Operation]] = {
    "insert_one": _call("insert_one", ROWS),
    "insert_many": _call(
        "insert_many", st.lists(ROWS, min_size=1, max_size=3), ordered=st.booleans()
    ),
    "find": _call("find", query(), PROJECTIONS, sort=SORTS, limit=st.sampled_from([0, 2])),
    "find_one": _call("find_one", query(), PROJECTIONS, sort=SORTS),
    "count_documents": _call("count_documents", query()),
    "distinct": _call("distinct", st.sampled_from(["status", "tags", "held.key"]), st.just({})),
    "aggregate": _call("aggregate", COUNTED),
    "update_one": _call("update_one", query(), update(), upsert=st.booleans()),
    "update_many": _call("update_many", query(), update()),
    "find_one_and_update": _call(
        "find_one_and_update", query(), update(), sort=SORTS, return_document=st.booleans()
    ),
    "delete_many": _call("delete_many", query()),
    "bulk_write": _call("bulk_write", bulk(), ordered=st.booleans()),
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection[Row]]:
    binary = mongod_binary()
    if binary is None:
        pytest.skip("no mongod")
    directory: Path = tmp_path_factory.mktemp("mongod")
    with running_mongod(binary, directory) as server:
        client: MongoClient[Row] = MongoClient(server.url, tz_aware=True, w=1, journal=False)
        with client:
            collection = client["faithful"]["rows"]
            collection.create_index([("number", 1)], unique=True)
            yield collection


def simulated() -> SimulatedCollection:
    """As on a server for which all of TIMES is past, as it is for the real one."""
    server = SimulatedServer(lambda: 86_400.0, lambda *_: None, {"rows": [("number",)]})
    return SimulatedCollection("rows", lambda: server)


@settings(
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(operations=st.lists(operation(), min_size=1, max_size=8))
def test_the_same_operations_have_the_same_effects(
    real: Collection[Row], operations: list[Operation]
) -> None:
    real.delete_many({})
    ours = simulated()
    rows = [
        {"_id": f"J{n}", "number": n, "revision": 1, "term": n, "status": "queued"} for n in (1, 2)
    ]
    for row in rows:
        real.insert_one(dict(row))
        at_once(ours.insert_one(dict(row)))
    for name, arguments, options in operations:
        answer = at_once(_ours(ours, name, arguments, options))
        event(f"{name}: {'not simulated' if answer is NotSimulated else 'done'}")
        if answer is NotSimulated:
            continue
        assert answer == _theirs(real, name, arguments, options)
        assert at_once(ours.find({}, sort=[("_id", 1)]).to_list()) == list(real.find().sort("_id"))


async def _ours(
    rows: SimulatedCollection, name: str, arguments: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    try:
        found = getattr(rows, name)(*arguments, **options)
        if name in ("find", "aggregate"):
            return await found.to_list()
        return told(await found)
    except NotSimulated:
        return NotSimulated
    except (DuplicateKeyError, BulkWriteError) as error:
        return refused(error)


def _theirs(
    rows: Collection[Row], name: str, arguments: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    try:
        found = getattr(rows, name)(*arguments, **options)
        return list(found) if name in ("find", "aggregate") else told(found)
    except (DuplicateKeyError, BulkWriteError) as error:
        return refused(error)
    except OperationFailure as error:
        return f"mongod refuses: {error}"
