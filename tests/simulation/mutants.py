"""Guards of the product taken away, one by one, or in pairs where two guard the same thing.

Most guards are conditions of writes, so they are taken out of the writes on their way to the
database: whatever part of the product makes them. A mutant that lives shows that either the
guard or the simulation is not needed as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.status import JobStatus
from tests.simulation.store.updating import Update
from tests.simulation.store.values import Row
from tests.simulation.world import World

Filter = Mapping[str, Any]
Alter = Callable[[World], None]
Change = Callable[[str, Filter, Update], tuple[Filter, Update] | None]
"""From a write to the write that is done instead; None leaves it as it is."""


def _writes(*changes: Change) -> Alter:
    """The mutant that changes writes, one change after the other."""

    def altered(collection: str, query: Filter, update: Update) -> tuple[Filter, Update]:
        for change in changes:
            query, update = change(collection, query, update) or (query, update)
        return query, update

    def alter(world: World) -> None:
        world.server.writes = altered

    return alter


def _without(query: Filter, unwanted: Callable[[str], bool]) -> Row:
    return {path: wanted for path, wanted in query.items() if not unwanted(path)}


def _sets(update: Update) -> Mapping[str, Any]:
    return {} if isinstance(update, Sequence) else update.get("$set", {})


def _takes_slots(update: Update) -> bool:
    return any(path.startswith("slots.") and value for path, value in _sets(update).items())


def _frees_slots(update: Update) -> bool:
    return any(path.startswith("slots.") and not value for path, value in _sets(update).items())


# Slots


def _slots_taken_blindly(collection: str, query: Filter, update: Update) -> Any:
    if collection == "targets" and _takes_slots(update):
        return _without(query, lambda path: path.startswith("slots.")), update
    return None


def _slots_freed_blindly(collection: str, query: Filter, update: Update) -> Any:
    if collection == "targets" and _frees_slots(update):
        return _without(query, lambda path: path.startswith("slots.")), update
    return None


def _slots_taken_in_any_term(collection: str, query: Filter, update: Update) -> Any:
    if collection == "targets" and _takes_slots(update):
        return _without(query, lambda path: path == "term"), update
    return None


def _no_fence(collection: str, query: Filter, update: Update) -> Any:
    if collection in ("lanes", "targets") and set(_sets(update)) == {"term"}:
        return {**query, "_id": "nowhere"}, update
    return None


# Tokens


def _tokens_without_limit(collection: str, query: Filter, update: Update) -> Any:
    if collection == "token_pools":
        return _without(query, lambda path: path == "$expr"), update
    return None


def _tokens_returned_twice(collection: str, query: Filter, update: Update) -> Any:
    if collection == "token_pools" and not isinstance(update, Sequence) and "$pull" in update:
        return _without(query, lambda path: path == "held"), update
    return None


def _tokens_in_any_term(collection: str, query: Filter, update: Update) -> Any:
    if collection == "token_pools":
        return _without(query, lambda path: path.startswith("terms.")), update
    return None


# Jobs


def _job_guard(*fields: str, to: frozenset[str] | None = None) -> Change:
    """Without these fields in the conditions of moves, or of moves to some statuses alone."""

    def change(collection: str, query: Filter, update: Update) -> Any:
        if collection != "jobs" or (to is not None and _sets(update).get("status") not in to):
            return None
        return _without(query, lambda path: path in fields), update

    return change


def _attempts_not_burnt(collection: str, query: Filter, update: Update) -> Any:
    sets = _sets(update)
    if collection == "jobs" and "attempt" in sets and "status" not in sets:
        return {**query, "_id": "nowhere"}, update
    return None


def _inputs_not_checked(world: World) -> None:
    """Every queued job says that nobody is to check its inputs."""

    def change(collection: str, query: Filter, update: Update) -> Any:
        if isinstance(update, Sequence) or collection != "jobs":
            return None
        if _sets(update).get("status") == JobStatus.QUEUED:
            return query, {**update, "$set": {**_sets(update), "no_check_inputs_ready": True}}
        return None

    _writes(change)(world)


# The lanes


def _claims_ignored(world: World) -> None:
    world.nodes.claims_count = False


def _sweeps_not_awaited(world: World) -> None:
    world.nodes.sweep = lambda attempt: 0  # type: ignore[method-assign]


def _forbids_not_heeded(world: World) -> None:
    """The answer of a forbid is not looked at: what was claimed counts as void."""
    forbid = world.nodes.forbid

    def heedless(attempt: Any, reason: str) -> bool:
        forbid(attempt, reason)
        return True

    world.nodes.forbid = heedless  # type: ignore[method-assign]


def _kills_not_remembered(collection: str, query: Filter, update: Update) -> Any:
    if collection == "jobs":
        return _without(query, lambda path: path == "kill_requested_at"), update
    return None


LAUNCHED = frozenset({JobStatus.LAUNCHED.value})
MUTANTS: Mapping[str, Alter] = {
    "start claims are ignored by the nodes": _claims_ignored,
    "slots are taken whoever holds them, in any term": _writes(
        _slots_taken_blindly, _slots_taken_in_any_term
    ),
    "slots are freed whoever holds them": _writes(_slots_freed_blindly),
    "slots are taken in any term": _writes(_slots_taken_in_any_term),
    "no fence at takeover": _writes(_no_fence),
    "tokens have no limit": _writes(_tokens_without_limit),
    "tokens are returned twice": _writes(_tokens_returned_twice),
    "tokens are taken in any term": _writes(_tokens_in_any_term),
    "jobs are launched from any status": _writes(_job_guard("status", "revision", to=LAUNCHED)),
    "jobs move in any term, attempt and revision": _writes(
        _job_guard("term", "attempt", "revision")
    ),
    "numbers of undone attempts are not burnt": _writes(_attempts_not_burnt),
    "slots come back before death is proven": _sweeps_not_awaited,
    "a forbid that lost counts as won": _forbids_not_heeded,
    "a kill does not stand in the way of other ends": _writes(_kills_not_remembered),
    "inputs are not checked": _inputs_not_checked,
}
"""What is taken away → how; each must be noticed within a few hundred seeds.

Where two layers guard the same thing, they are taken away together: the condition on a slot's
holder and the one on its term; a job's attempt, its revision and its term.
"""

KILLERS: Mapping[str, int] = {
    "start claims are ignored by the nodes": 4,
    "slots are taken whoever holds them, in any term": 18,
    "slots are freed whoever holds them": 89,
    "slots are taken in any term": 29,
    "no fence at takeover": 0,
    "tokens have no limit": 0,
    "tokens are returned twice": 3,
    "tokens are taken in any term": 95,
    "jobs are launched from any status": 5,
    "jobs move in any term, attempt and revision": 26,
    "numbers of undone attempts are not burnt": 5,
    "slots come back before death is proven": 26,
    "a forbid that lost counts as won": 72,
    "a kill does not stand in the way of other ends": 0,
    "inputs are not checked": 0,
}
"""Seeds that noticed it once: they are tried first. Any change of the product may make others."""
